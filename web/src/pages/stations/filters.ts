/** Which stations are looked for, as it stands in the address of the page. */

export const STATUSES = ["online", "offline", "charging", "faulted"] as const;

export interface Filters {
  status: (typeof STATUSES)[number] | undefined;
  search: string;
  order: "asc" | "desc";
}

export function filtersOf(query: Readonly<Record<string, string>>): Filters {
  return {
    status: STATUSES.find((one) => one === query.status),
    search: query.search ?? "",
    order: query.order === "desc" ? "desc" : "asc",
  };
}
