/** The messages of a station: those of a time, and what is added to them. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "preact/hooks";
import { api, queryClient } from "../../../api/client.ts";
import { joined, type Message, merged, type Read } from "./exchanges.ts";

export interface Wanted {
  action: string | undefined;
  from: string | undefined;
  to: string | undefined;
}

const PAGE = 50;
/** More than this no browser shows well. */
export const MOST = 2_000;
/** What a poll reads at most. */
const MOST_PAGES = 5;
/** The live feed carries no frames, which would cost a message of it for each: so the log is asked again and again. */
const POLL_EVERY_MS = 3_000;
/** Lines reach the log out of order, some seconds late. */
const OVERLAP_MS = 30_000;

/** `isLive`: look for newer ones, as long as the page is seen. */
export function useMessages(stationId: string, wanted: Wanted, isLive: boolean) {
  const queryKey = ["messages", stationId, wanted];
  const [busy, setBusy] = useState(false);
  const query = useQuery({
    queryKey,
    queryFn: () => readOn(stationId, wanted, queryClient.getQueryData<Read>(queryKey)),
    refetchInterval: isLive ? POLL_EVERY_MS : false,
    // Paused: what is read stays, whatever happens.
    enabled: ({ state: { data } }) => isLive || data === undefined,
  });
  const readOlder = async () => {
    const cursor = query.data?.older;
    if (!cursor) return;
    setBusy(true);
    try {
      const more = await page(stationId, wanted, cursor);
      queryClient.setQueryData<Read>(queryKey, (known) => ({
        messages: merged(known?.messages ?? [], more.messages).slice(0, MOST),
        older: more.older,
      }));
    } finally {
      setBusy(false);
    }
  };
  return { query, readOlder, busy };
}

async function readOn(stationId: string, wanted: Wanted, known: Read | undefined): Promise<Read> {
  if (!known) return page(stationId, wanted, undefined);
  const newest = known.messages[0];
  const since = newest && new Date(Date.parse(newest.at) - OVERLAP_MS).toISOString();
  const from = [wanted.from, since]
    .filter((one) => one !== undefined)
    .sort()
    .at(-1);
  let news: readonly Message[] = [];
  let older: string | null = null;
  for (let read = 0; read < MOST_PAGES; read++) {
    const more = await page(stationId, { ...wanted, from }, older ?? undefined);
    news = merged(news, more.messages);
    older = more.older;
    if (older === null) break;
  }
  const all = joined(known, { messages: news, older });
  return { ...all, messages: all.messages.slice(0, MOST) };
}

async function page(stationId: string, wanted: Wanted, cursor: string | undefined): Promise<Read> {
  const given = Object.entries({ ...wanted, cursor }).filter(([, value]) => value);
  const { data } = await api.GET("/stations/{station_id}/messages", {
    params: {
      path: { station_id: stationId },
      query: {
        limit: PAGE,
        ...(Object.fromEntries(given) as Partial<Record<keyof Wanted | "cursor", string>>),
      },
    },
  });
  if (!data) throw new Error("no answer");
  return { messages: data.items, older: data.next_cursor };
}
