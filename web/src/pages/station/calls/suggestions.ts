/** What a value of a request is likely to be: what there is at this station. */
import { useCallback, useMemo } from "preact/hooks";
import { queries, type Schemas } from "../../../api/client.ts";
import { type Kind, type Known, kindOf } from "./defaults.ts";
import type { Path } from "./schema.ts";

type Station = Schemas["Station"];

const MOST = 200;
const MOST_TOKENS = 50;
const NONE: readonly string[] = [];

export function useSuggestions(station: Station, version: string) {
  const station_id = station.station_id;
  const path = { station_id };
  const transactions = queries.useQuery("get", "/transactions", {
    params: { query: { station_id, state: "active", limit: MOST } },
  }).data;
  const tokens = queries.useQuery("get", "/id-tokens", { params: { query: { limit: MOST_TOKENS } } }).data;
  const reservations = queries.useQuery("get", "/stations/{station_id}/reservations", {
    params: { path, query: { limit: MOST, state: "accepted" } },
  }).data;
  const profiles = queries.useQuery("get", "/stations/{station_id}/charging-profiles", {
    params: { path, query: { limit: MOST } },
  }).data;
  const is16 = version === "1.6";
  const keys = queries.useQuery(
    "get",
    "/stations/{station_id}/configuration",
    { params: { path, query: { limit: MOST } } },
    { enabled: is16 },
  ).data;
  const variables = queries.useQuery(
    "get",
    "/stations/{station_id}/variables",
    { params: { path, query: { limit: MOST } } },
    { enabled: !is16 },
  ).data;

  const values = useMemo((): Readonly<Record<Kind, readonly string[]>> => {
    const connectors = station.evses.flatMap((evse) => evse.connectors);
    return {
      evses: distinct(station.evses.map((one) => one.evse_id)),
      connectors: distinct(connectors.map((one) => one.connector_id)),
      tokens: distinct(tokens?.items.map((one) => one.id_token)),
      transactions: distinct(transactions?.items.map((one) => numberOf(one, is16))),
      keys: distinct(keys?.items.map((one) => one.key)),
      components: distinct(variables?.items.map((one) => one.component)),
      variables: distinct(variables?.items.map((one) => one.variable)),
      reservations: distinct(reservations?.items.map((one) => one.reservation_id)),
      profiles: distinct(profiles?.items.map((one) => one.profile_id)),
    };
  }, [station.evses, is16, tokens, transactions, keys, variables, reservations, profiles]);

  const suggestions = useCallback(
    (place: Path) => {
      const kind = kindOf(version, place);
      return kind ? values[kind] : NONE;
    },
    [version, values],
  );
  const running = transactions?.items ?? [];
  const known: Known = {
    evseId: station.evses[0]?.evse_id,
    transactionId: running.length === 1 && running[0] ? numberOf(running[0], is16) : undefined,
  };
  return { suggestions, known };
}

/** In 1.6 transactions have numbers. */
function numberOf(transaction: Schemas["Transaction"], is16: boolean): string | number | undefined {
  return is16 ? (transaction.number ?? undefined) : transaction.transaction_id;
}

function distinct(values: readonly (string | number | null | undefined)[] = []): string[] {
  const known = values.filter((one) => one !== null && one !== undefined);
  return [...new Set(known.map(String))];
}
