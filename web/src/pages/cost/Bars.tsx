/** Each day as a bar of what its services cost. The table below has the same in numbers. */
import type { Schemas } from "../../api/client.ts";
import { money } from "../../format.ts";
import { locale, t } from "../../texts/index.ts";
import { OTHERS, parts, stacks } from "./bars.ts";
import { written } from "./days.ts";

interface Properties {
  days: readonly Schemas["CloudCostsOfDay"][];
  total: readonly Schemas["CloudCostOfService"][];
}

export function Bars({ days, total }: Properties) {
  const services = stacks(total);
  const highest = Math.max(...days.map((day) => day.usd), Number.MIN_VALUE);
  const [first, last] = [days.at(0), days.at(-1)];
  return (
    <figure class="card cost-chart">
      <figcaption class="card-head">
        <h3>{t("cost.per_day")}</h3>
        <span class="muted">{t("cost.highest", { usd: money(highest, "USD", 4) })}</span>
      </figcaption>
      <div class="cost-bars" aria-hidden="true" style={{ "--days": days.length }}>
        {days.map((day) => (
          <div
            key={day.day}
            class="cost-bar"
            title={`${written(day.day, locale())}: ${money(day.usd, "USD", 4)}`}
          >
            {parts(day, services).map((usd, index) => (
              <div key={services[index]} data-part={index} style={{ height: `${(100 * usd) / highest}%` }} />
            ))}
          </div>
        ))}
      </div>
      {first && last && (
        <div class="cost-days muted" aria-hidden="true">
          <span>{written(first.day, locale())}</span>
          {last !== first && <span>{written(last.day, locale())}</span>}
        </div>
      )}
      <ul class="cost-legend">
        {services.map((service, index) => (
          <li key={service} data-part={index}>
            {service === OTHERS ? t("cost.others") : service}
          </li>
        ))}
      </ul>
    </figure>
  );
}
