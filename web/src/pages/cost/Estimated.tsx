/** An estimate: what it comes to, what it is spent on, and what other kinds of system would cost. */
import type { Schemas } from "../../api/client.ts";
import { money, number } from "../../format.ts";
import { Facts } from "../../parts/Facts.tsx";
import { t, word } from "../../texts/index.ts";
import { Lines } from "./Lines.tsx";

type Answer = Schemas["CloudCostEstimate"];

export function Estimated({ estimate }: { estimate: Answer }) {
  return (
    <div class="stack" aria-live="polite">
      <div class="figures">
        <Figure label={t("cost.a_month")} value={money(estimate.usd, "USD")} name="month">
          {t("cost.for_stations", { count: estimate.stations, number: number(estimate.stations) })}
        </Figure>
        <Figure
          label={t("cost.per_station")}
          value={money(estimate.usd_per_station, "USD", 4)}
          name="station"
        >
          {estimate.target_usd === null
            ? t("cost.without_fixed")
            : t("cost.target", { usd: money(estimate.target_usd, "USD", 4) })}
        </Figure>
        <Figure
          label={t("cost.per_transaction")}
          value={money(estimate.usd_per_transaction, "USD", 4)}
          name="transaction"
        >
          {t("cost.messages_per_station", { count: number(estimate.messages_per_station) })}
        </Figure>
        <Figure label={t("cost.fixed")} value={money(estimate.fixed_usd, "USD")} name="fixed">
          {t("cost.fixed_more")}
        </Figure>
      </div>
      <div class="columns">
        <section class="card">
          <h3>{t("cost.by_cause")}</h3>
          <Facts
            facts={estimate.by_cause.map(
              ({ cause, usd }) => [word("cost.cause", cause), money(usd, "USD", 4, 4)] as const,
            )}
          />
        </section>
        <section class="card">
          <h3>{t("cost.by_service")}</h3>
          <Facts
            facts={estimate.by_service.map(({ service, usd }) => [service, money(usd, "USD", 4, 4)] as const)}
          />
        </section>
      </div>
      <Alternatives alternatives={estimate.alternatives} />
      <details class="cost-table">
        <summary>{t("cost.lines_of_station")}</summary>
        <Lines
          lines={estimate.lines}
          total={estimate.usd_per_station}
          prices={estimate.prices}
          region={estimate.region}
          caption={t("cost.lines_of_station")}
        />
      </details>
    </div>
  );
}

interface FigureProperties {
  name: string;
  label: string;
  value: string;
  children: string;
}

function Figure({ name, label, value, children }: FigureProperties) {
  return (
    <div class="figure" data-estimate={name}>
      <span>{label}</span>
      <strong>{value}</strong>
      <span class="muted">{children}</span>
    </div>
  );
}

function Alternatives({ alternatives }: { alternatives: Answer["alternatives"] }) {
  return (
    <section class="stack" aria-labelledby="cost-alternatives">
      <h3 id="cost-alternatives">{t("cost.alternatives")}</h3>
      <div class="table-frame">
        <table class="table cards">
          <caption class="visually-hidden">{t("cost.alternatives")}</caption>
          <thead>
            <tr>
              <th scope="col">{t("cost.kind")}</th>
              <th scope="col" class="number">
                {t("cost.a_month")}
              </th>
              <th scope="col" class="number">
                {t("cost.cheaper_from")}
              </th>
            </tr>
          </thead>
          <tbody>
            {alternatives.map((one) => (
              <tr key={one.alternative} data-row={one.alternative}>
                <td data-label={t("cost.kind")}>{word("cost.alternative", one.alternative)}</td>
                <td data-label={t("cost.a_month")} class="number">
                  {one.usd === null ? t("cost.too_many") : money(one.usd, "USD")}
                </td>
                <td data-label={t("cost.cheaper_from")} class="number">
                  {one.cheaper_from_stations === null
                    ? "–"
                    : t("cost.stations_count", { count: number(one.cheaper_from_stations) })}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
