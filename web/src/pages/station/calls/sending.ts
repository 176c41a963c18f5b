import { useState } from "preact/hooks";
import { api, refresh, type Schemas } from "../../../api/client.ts";
import { useKeyed } from "../../../parts/keyed.ts";

type Call = Schemas["Call"];
type Order = Schemas["CallOrder"];

export interface Sending {
  busy: boolean;
  /** What was made the last time. */
  call: Call | undefined;
  error: unknown;
  /** The call that was made. */
  send: (order: Order) => Promise<Call | undefined>;
}

/** Making calls, one at a time. */
export function useSending(stationId: string): Sending {
  const [busy, setBusy] = useState(false);
  const [call, setCall] = useState<Call>();
  const [error, setError] = useState<unknown>();
  const keyed = useKeyed();
  const send = async (body: Order) => {
    if (busy) return undefined;
    setBusy(true);
    setError(undefined);
    setCall(undefined);
    try {
      const { data } = await keyed((header) =>
        api.POST("/stations/{station_id}/calls", {
          params: { path: { station_id: stationId }, header },
          body,
        }),
      );
      setCall(data);
      return data;
    } catch (problem) {
      setError(problem);
      return undefined;
    } finally {
      setBusy(false);
      void refresh("/stations/{station_id}");
    }
  };
  return { busy, call, error, send };
}
