/** The bill day by day, the latest first. */
import type { Schemas } from "../../api/client.ts";
import { money, number } from "../../format.ts";
import { locale, t } from "../../texts/index.ts";
import { written } from "./days.ts";

export function Days({ days }: { days: readonly Schemas["CloudCostsOfDay"][] }) {
  return (
    <details class="cost-table">
      <summary>{t("cost.day_by_day")}</summary>
      <div class="table-frame">
        <table class="table cards">
          <caption class="visually-hidden">{t("cost.day_by_day")}</caption>
          <thead>
            <tr>
              <th scope="col">{t("cost.day")}</th>
              {NUMBERS.map(({ header }) => (
                <th key={header} scope="col" class="number">
                  {t(header)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {[...days].reverse().map((day) => (
              <tr key={day.day} data-row={day.day}>
                <td data-label={t("cost.day")}>
                  {written(day.day, locale())}
                  {!day.is_over && <span class="muted"> {t("cost.so_far")}</span>}
                </td>
                {NUMBERS.map(({ header, cell }) => (
                  <td key={header} class="number" data-label={t(header)}>
                    {cell(day)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

const NUMBERS = [
  { header: "cost.usd", cell: (day: Schemas["CloudCostsOfDay"]) => money(day.usd, "USD", 4, 4) },
  {
    header: "cost.per_station",
    cell: (day: Schemas["CloudCostsOfDay"]) => money(day.usd_per_station_month, "USD", 4, 4),
  },
  {
    header: "cost.per_transaction",
    cell: (day: Schemas["CloudCostsOfDay"]) => money(day.usd_per_transaction, "USD", 4, 4),
  },
  {
    header: "cost.connected",
    cell: (day: Schemas["CloudCostsOfDay"]) => number(day.stations_connected, 1),
  },
  {
    header: "cost.transactions_started",
    cell: (day: Schemas["CloudCostsOfDay"]) => number(day.transactions_started),
  },
  { header: "cost.messages", cell: (day: Schemas["CloudCostsOfDay"]) => number(day.messages) },
] as const;
