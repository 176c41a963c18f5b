/** The meter readings of a transaction, as they come. */
import { useQuery } from "@tanstack/react-query";
import { api, queryClient, type Schemas } from "../api/client.ts";

type MeterValue = Schemas["MeterValue"];

interface Readings {
  /** In order of time. */
  values: readonly MeterValue[];
  /** How many of them stand on pages that are full, and the cursor behind these: later ones are read from there. */
  settled: number;
  cursor: string | undefined;
}

const PAGE = 200;
const POLL_EVERY_MS = 5_000;

/** All of them; while the transaction runs, anew every few seconds, for the live feed tells of no reading. */
export function useReadings(transactionId: string, isActive: boolean) {
  // By its path in second place it is read anew with the others: the last readings may come with the end.
  const queryKey = ["readings", "/transactions/{transaction_id}/meter-values", transactionId];
  return useQuery({
    queryKey,
    queryFn: () => readOn(transactionId, queryClient.getQueryData<Readings>(queryKey)),
    refetchInterval: isActive ? POLL_EVERY_MS : false,
  });
}

async function readOn(transactionId: string, known: Readings | undefined): Promise<Readings> {
  let values = known?.values.slice(0, known.settled) ?? [];
  let cursor = known?.cursor;
  for (;;) {
    const { data } = await api.GET("/transactions/{transaction_id}/meter-values", {
      params: {
        path: { transaction_id: transactionId },
        query: { limit: PAGE, ...(cursor ? { cursor } : {}) },
      },
    });
    if (!data) throw new Error("no answer");
    if (data.next_cursor === null)
      return { values: [...values, ...data.items], settled: values.length, cursor };
    values = [...values, ...data.items];
    cursor = data.next_cursor;
  }
}
