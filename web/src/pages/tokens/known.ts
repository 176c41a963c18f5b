/** Ids to choose from, as suggestions: a field takes others as well. */
import { queries } from "../../api/client.ts";

const MOST = { params: { query: { limit: 100 } } };

export function useGroupIds(): string[] {
  return queries.useQuery("get", "/groups", MOST).data?.items.map((one) => one.group_id) ?? [];
}

export function useTariffIds(): string[] {
  return queries.useQuery("get", "/tariffs", MOST).data?.items.map((one) => one.tariff_id) ?? [];
}
