import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef } from "preact/hooks";
import { api, type Schemas } from "../../api/client.ts";
import { type LiveEvent, useLive } from "../../api/live.ts";
import { statusAfter } from "./mapStatus.ts";

export type Position = Schemas["StationPosition"];

const AT_ONCE = 2_000;
/** Not by its path in second place: every event would have all positions read anew. */
const KEY = ["positions of all stations"];
/** Each page more makes it rarer that all are read: ten thousand stations are five. */
const PAUSE_MS_A_PAGE = 1_000;

/**
 * Where all stations stand, and how they are.
 *
 * An event changes what is shown at once, by what it says; shortly after the positions are read anew, for what it does
 * not say (whether another transaction runs).
 */
export function usePositions() {
  const client = useQueryClient();
  const query = useQuery({ queryKey: KEY, queryFn: read });
  const reading = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const onEvent = useCallback(
    (event: LiveEvent) => {
      client.setQueryData<readonly Position[]>(KEY, (known) => known && after(known, event));
      if (!/^(station|status|fault|transaction)\./.test(event.type) || reading.current !== undefined) return;
      const count = client.getQueryData<readonly Position[]>(KEY)?.length ?? 0;
      const pauseMs = PAUSE_MS_A_PAGE * Math.ceil((count + 1) / AT_ONCE);
      reading.current = setTimeout(() => {
        reading.current = undefined;
        void client.invalidateQueries({ queryKey: KEY });
      }, pauseMs);
    },
    [client],
  );
  useLive(null, onEvent);
  useEffect(() => () => clearTimeout(reading.current), []);
  return query;
}

function after(known: readonly Position[], event: LiveEvent): readonly Position[] {
  const index = known.findIndex((one) => one.station_id === event.station_id);
  const found = known[index];
  if (!found) return known;
  const status = statusAfter(found.status, event.type);
  return status === found.status ? known : known.with(index, { ...found, status });
}

async function read(): Promise<readonly Position[]> {
  const page = async (cursor?: string): Promise<Position[]> => {
    const { data } = await api.GET("/station-positions", { params: { query: { limit: AT_ONCE, cursor } } });
    const items = data?.items ?? [];
    return data?.next_cursor ? [...items, ...(await page(data.next_cursor))] : items;
  };
  return page();
}
