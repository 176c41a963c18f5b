/** What a station says to something that was asked of it by a form, which is closed by then. */
import { QueryObserver } from "@tanstack/react-query";
import { queries, queryClient, type Schemas } from "../../api/client.ts";
import { toast } from "../../parts/toasts.tsx";
import { t } from "../../texts/index.ts";
import { outcomeOf } from "./ask.tsx";
import { isOpen } from "./calls/CallHistory.tsx";

type Call = Schemas["Call"];
/** What the API says of something that it takes on: the call that it makes, one beside what it is about, or several. */
type Taken = Call | { call: Call | null } | { items: readonly Call[] };

/** The live feed tells when a call ends, as long as the station's page is open. */
const POLL_EVERY_MS = 3_000;
/** After that it is found among the station's calls. */
const PATIENCE_MS = 120_000;

/** Say that something is asked, and of each call what the station says, once it has. */
export function tell(asked: string, taken: Taken | undefined): void {
  const calls = taken ? callsOf(taken) : [];
  const waits = calls.some((one) => one.state === "queued");
  toast(waits ? `${asked} ${t("station.ask_queued")}` : asked);
  for (const one of calls) follow(one);
  void queryClient.invalidateQueries();
}

function callsOf(taken: Taken): readonly Call[] {
  if ("items" in taken) return taken.items;
  if ("call" in taken) return taken.call ? [taken.call] : [];
  return [taken];
}

function follow(made: Call): void {
  const observer = new QueryObserver(
    queryClient,
    queries.queryOptions(
      "get",
      "/stations/{station_id}/calls/{call_id}",
      { params: { path: { station_id: made.station_id, call_id: made.call_id } } },
      { initialData: made, refetchInterval: POLL_EVERY_MS },
    ),
  );
  const end = () => {
    clearTimeout(patience);
    leave();
  };
  const look = (call: Call | undefined) => {
    if (!call || isOpen(call)) return;
    end();
    const { text, tone } = outcomeOf(call);
    toast(`${call.action}: ${text}`, tone === "good" ? "calm" : "danger");
    void queryClient.invalidateQueries();
  };
  const patience = setTimeout(() => leave(), PATIENCE_MS);
  const leave = observer.subscribe(({ data }) => look(data));
  look(made);
}
