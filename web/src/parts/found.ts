/** Stations and id tokens that fit what somebody types, to choose from. */
import { useEffect, useState } from "preact/hooks";
import { queries, type Schemas } from "../api/client.ts";
import { PAGED } from "../api/pages.ts";

const PAUSE_MS = 300;
const MOST = 10;
const LONGEST_SEARCH = 100;

/** What was typed, once somebody pauses. */
function usePaused(typed: string): string {
  const [paused, setPaused] = useState(typed);
  useEffect(() => {
    const timer = setTimeout(() => setPaused(typed), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return paused;
}

export function useFoundStations(typed: string): Schemas["Station"][] {
  const search = usePaused(typed).slice(0, LONGEST_SEARCH);
  const query = queries.useQuery("get", "/stations", { params: { query: { search, limit: MOST } } }, PAGED);
  return query.data?.items ?? [];
}

export function useFoundTokens(typed: string): string[] {
  const search = usePaused(typed);
  const query = queries.useQuery("get", "/id-tokens", { params: { query: { search, limit: MOST } } }, PAGED);
  return query.data?.items.map((one) => one.id_token) ?? [];
}
