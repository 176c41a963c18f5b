/** What the list of transactions is filtered by, as it stands in the page's address and as the API takes it. */
import type { operations } from "../../api/openapi.d.ts";

type Query = NonNullable<operations["list_transactions"]["parameters"]["query"]>;
type State = NonNullable<Query["state"]>;
export type Filters = Pick<Query, "station_id" | "id_token" | "state" | "from" | "to">;

/** Whether the year of a day is still being typed: a browser tells of `0202` on the way to `2026`. */
export const isUnfinished = (day: string): boolean => day.startsWith("0");

export const STATES: readonly State[] = ["active", "ended"];

/** `from` and `to` are days of the viewer's zone, both of them counted in. */
export function filtersOf(query: Readonly<Record<string, string>>): Filters {
  const state = STATES.find((one) => one === query.state);
  const [from, to] = [midnight(query.from, 0), midnight(query.to, 1)];
  return {
    ...(query.station && { station_id: query.station }),
    ...(query.token && { id_token: query.token }),
    ...(state && { state }),
    ...(from && { from }),
    ...(to && { to }),
  };
}

/** Of the export with the same filters, below the API's root. */
export function exportPath(filters: Filters): string {
  const query = new URLSearchParams(Object.entries(filters)).toString();
  return `/transactions.csv${query && `?${query}`}`;
}

/** Where a day begins, or one some days later; undefined for what is no day, or one that is still being typed. */
function midnight(day: string | undefined, daysLater: number): string | undefined {
  const found = /^([1-9]\d{3})-(\d\d)-(\d\d)$/.exec(day ?? "");
  if (!found) return undefined;
  const [year, month, date] = found.slice(1).map(Number) as [number, number, number];
  return new Date(year, month - 1, date + daysLater).toISOString();
}
