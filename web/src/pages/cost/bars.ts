/** How bars of a day are put together of what each service cost. */
import type { Schemas } from "../../api/client.ts";

type Day = Pick<Schemas["CloudCostsOfDay"], "by_service">;
type OfService = Schemas["CloudCostOfService"];

const MOST = 5;
export const OTHERS = "";

/** The dearest services of all days, then the others together (`OTHERS`), if there are any. */
export function stacks(total: readonly OfService[]): string[] {
  const dearest = [...total].sort((one, other) => other.usd - one.usd).map(({ service }) => service);
  return dearest.length <= MOST + 1 ? dearest : [...dearest.slice(0, MOST), OTHERS];
}

/** What a day has cost, for each of `services`. */
export function parts(day: Day, services: readonly string[]): number[] {
  return services.map((service) => {
    const those = day.by_service.filter((one) =>
      service === OTHERS ? !services.includes(one.service) : one.service === service,
    );
    return those.reduce((sum, one) => sum + one.usd, 0);
  });
}
