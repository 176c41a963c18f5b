/** A call that was just made, until it has ended. */
import { queries, type Schemas } from "../../../api/client.ts";
import { Json } from "../../../parts/Json.tsx";
import { Status } from "../../../parts/Status.tsx";
import { t } from "../../../texts/index.ts";
import { outcomeOf } from "../ask.tsx";
import { isOpen } from "./CallHistory.tsx";

/** The live feed tells when a call ends, not that it is on its way. */
const POLL_EVERY_MS = 3_000;

export function Followed({ made }: { made: Schemas["Call"] }) {
  const { data: call = made } = queries.useQuery(
    "get",
    "/stations/{station_id}/calls/{call_id}",
    { params: { path: { station_id: made.station_id, call_id: made.call_id } } },
    {
      placeholderData: made,
      refetchInterval: ({ state: { data } }) => (isOpen(data ?? made) ? POLL_EVERY_MS : false),
    },
  );
  const { text, tone } = outcomeOf(call);
  return (
    <div class="notice call-followed" data-tone={tone} data-outcome={call.state}>
      <span class="row">
        <Status value={call.state} />
        {text}
        {isOpen(call) && <span class="spinner" aria-hidden="true" />}
      </span>
      {call.answer && <Json label={t("calls.answer")} value={call.answer} />}
      {call.error && <Json label={t("calls.error")} value={call.error} />}
    </div>
  );
}
