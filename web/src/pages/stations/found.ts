import { useQuery } from "@tanstack/react-query";
import { api } from "../../api/client.ts";
import { type Family, familyOf } from "./bulk.ts";
import type { Filters } from "./filters.ts";

/** Of one job, by the API. */
export const MOST_STATIONS = 10_000;
const AT_ONCE = 200;

/** Ids of stations by the words they know. */
export type ByFamily = Readonly<Record<Family | "unknown", readonly string[]>>;

interface Known {
  station_id: string;
  ocpp_version: string | null;
}

export function byFamily(stations: readonly Known[]): ByFamily {
  const of = (family: Family | null) =>
    stations.filter((one) => familyOf(one.ocpp_version) === family).map((one) => one.station_id);
  return { "1.6": of("1.6"), "2.x": of("2.x"), unknown: of(null) };
}

/** Those that were chosen, or else all that fit the filters, read page by page to know how many they are. */
export function useStations(chosen: readonly Known[] | undefined, filters: Filters) {
  return useQuery({
    queryKey: ["stations of a job", chosen?.map((one) => one.station_id) ?? filters],
    queryFn: async () => byFamily(chosen ?? (await found(filters))),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
}

async function found({ status, search }: Filters): Promise<Known[]> {
  const stations: Known[] = [];
  let cursor: string | undefined;
  do {
    const query: { status: Filters["status"]; search: string; limit: number; cursor: string | undefined } = {
      status,
      search,
      limit: AT_ONCE,
      cursor,
    };
    const { data } = await api.GET("/stations", { params: { query } });
    stations.push(...(data?.items ?? []));
    cursor = data?.next_cursor ?? undefined;
  } while (cursor !== undefined && stations.length <= MOST_STATIONS);
  return stations;
}
