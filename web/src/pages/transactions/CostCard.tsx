/** What a transaction costs, and how that comes about. */
import type { Schemas } from "../../api/client.ts";
import { durationOf, energy, money, number } from "../../format.ts";
import { Facts } from "../../parts/Facts.tsx";
import { t, word } from "../../texts/index.ts";

type Transaction = Schemas["Transaction"];
type Cost = Schemas["Cost"];

const PRICE_DIGITS = 4;

export function CostCard({ transaction }: { transaction: Transaction }) {
  const {
    cost,
    total_cost: total,
    currency,
    station_cost: stationCost,
    transaction_limit: limit,
  } = transaction;
  return (
    <section class="card" aria-labelledby="transaction-cost">
      <div class="card-head">
        <h2 id="transaction-cost">{t("transactions.cost")}</h2>
        <strong>{money(total, currency)}</strong>
      </div>
      {cost ? (
        <Parts cost={cost} />
      ) : (
        <p class="muted">{t(total === null ? "transactions.no_tariff" : "transactions.no_parts")}</p>
      )}
      {(stationCost !== null || limit) && (
        <Facts
          facts={[
            ...(stationCost === null
              ? []
              : [[t("transactions.station_cost"), money(stationCost, currency)] as const]),
            ...(limit ? [[t("transactions.limit"), limitText(limit, currency)] as const] : []),
          ]}
        />
      )}
    </section>
  );
}

function Parts({ cost }: { cost: Cost }) {
  return (
    <>
      <p>
        {t("transactions.tariff", {
          tariff: cost.tariff_id,
          revision: cost.tariff_revision,
          by: word("assigned_by", cost.assigned_by),
        })}{" "}
        {t("transactions.usage", {
          energy: energy(cost.energy_wh),
          charging: durationOf(cost.charging_time_s),
          idle: durationOf(cost.idle_time_s),
        })}{" "}
        {cost.type_of_cost !== "NormalCost" && word("cost_type", cost.type_of_cost)}
      </p>
      <div class="table-frame">
        <table class="table cards">
          <caption class="visually-hidden">{t("transactions.cost_parts")}</caption>
          <thead>
            <tr>
              <th scope="col">{t("transactions.part")}</th>
              <th scope="col" class="number">
                {t("transactions.volume")}
              </th>
              <th scope="col" class="number">
                {t("transactions.price")}
              </th>
              <th scope="col" class="number">
                {t("transactions.excl_tax")}
              </th>
              <th scope="col" class="number">
                {t("transactions.incl_tax")}
              </th>
            </tr>
          </thead>
          <tbody>
            {cost.parts.map((part, index) => (
              <Part key={index} part={part} currency={cost.currency} />
            ))}
            <tr>
              <td data-label={t("transactions.part")}>
                <strong>{t("transactions.total")}</strong>
              </td>
              <td class="number" />
              <td class="number" />
              <td class="number" data-label={t("transactions.excl_tax")}>
                {money(cost.excl_tax, cost.currency)}
              </td>
              <td class="number" data-label={t("transactions.incl_tax")}>
                <strong>{money(cost.incl_tax, cost.currency)}</strong>
              </td>
            </tr>
          </tbody>
        </table>
      </div>
    </>
  );
}

function Part({ part, currency }: { part: Cost["parts"][number]; currency: string }) {
  const isOnce = part.unit === "once";
  return (
    <tr>
      <td data-label={t("transactions.part")}>{word("cost_kind", part.kind)}</td>
      <td class="number" data-label={t("transactions.volume")}>
        {isOnce ? "–" : `${number(part.volume, 3)} ${part.unit}`}
      </td>
      <td class="number" data-label={t("transactions.price")}>
        {money(part.price, currency, PRICE_DIGITS)}
        {!isOnce && ` / ${part.unit}`}
      </td>
      <td class="number" data-label={t("transactions.excl_tax")}>
        {money(part.excl_tax, currency, PRICE_DIGITS)}
      </td>
      <td class="number" data-label={t("transactions.incl_tax")}>
        {money(part.incl_tax, currency, PRICE_DIGITS)}
      </td>
    </tr>
  );
}

function limitText(limit: NonNullable<Transaction["transaction_limit"]>, currency: string | null): string {
  const said = [
    limit.max_cost === null ? "" : money(limit.max_cost, currency),
    limit.max_energy_wh === null ? "" : energy(limit.max_energy_wh),
    limit.max_time_s === null ? "" : durationOf(limit.max_time_s),
    limit.max_soc_percent === null ? "" : `${number(limit.max_soc_percent)} %`,
  ];
  return said.filter(Boolean).join(", ") || "–";
}
