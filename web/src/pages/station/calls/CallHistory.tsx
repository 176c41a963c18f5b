/** The calls to a station and what became of them, newest first. */
import { api, queries, refresh, type Schemas } from "../../../api/client.ts";
import { PAGED, usePaging } from "../../../api/pages.ts";
import { useAddress } from "../../../parts/address.ts";
import { type Column, DataTable } from "../../../parts/DataTable.tsx";
import { SelectField } from "../../../parts/fields.tsx";
import { Status } from "../../../parts/Status.tsx";
import { Time } from "../../../parts/Time.tsx";
import { attempt } from "../../../parts/toasts.tsx";
import { t, word } from "../../../texts/index.ts";
import { outcomeOf } from "../ask.tsx";
import { CallDetail } from "./CallDetail.tsx";
import type { Action } from "./schemas.ts";

type Call = Schemas["Call"];
type State = Call["state"];

const LIMIT = 25;
const STATES: readonly State[] = [
  "queued",
  "sent",
  "answered",
  "refused",
  "timed_out",
  "expired",
  "cancelled",
];
/** The live feed tells when a call ends, not when it is sent or answered late. */
const POLL_EVERY_MS = 3_000;

interface Properties {
  station: Schemas["Station"];
  /** Those that the station's OCPP version has. */
  actions: readonly Action[];
  /** Undefined: whoever looks may send nothing. */
  repeat: ((call: Call) => void) | undefined;
}

export const isOpen = (call: Call): boolean => call.state === "queued" || call.state === "sent";

export function CallHistory({ station, actions, repeat }: Properties) {
  const address = useAddress();
  const state = STATES.find((one) => one === address.query.state);
  const action = actions.find((one) => one === address.query.action);
  const path = { station_id: station.station_id };
  const filters = { ...(state ? { state } : {}), ...(action ? { action } : {}) };
  const paging = usePaging({ ...path, ...filters });
  const query = queries.useQuery(
    "get",
    "/stations/{station_id}/calls",
    {
      params: {
        path,
        query: { ...filters, limit: LIMIT, ...(paging.cursor ? { cursor: paging.cursor } : {}) },
      },
    },
    {
      ...PAGED,
      refetchInterval: ({ state: { data } }) => (data?.items.some(isOpen) ? POLL_EVERY_MS : false),
    },
  );
  const any = { value: "", text: t("calls.any") };
  return (
    <section class="stack" aria-label={t("calls.history")}>
      <div class="filters">
        <SelectField
          label={t("calls.state")}
          value={state ?? ""}
          change={(value) => address.go({ state: value })}
          options={[any, ...STATES.map((value) => ({ value, text: word("status", value) }))]}
        />
        <SelectField
          label={t("calls.action")}
          value={action ?? ""}
          change={(value) => address.go({ action: value })}
          options={[any, ...actions.map((value) => ({ value, text: value }))]}
        />
      </div>
      <DataTable
        caption={t("calls.history")}
        columns={columns(repeat)}
        query={query}
        rowId={(one) => one.call_id}
        rowName={(one) => one.action}
        detail={(one) => <CallDetail call={one} />}
        paging={paging}
        empty={t(state || action ? "calls.none_such" : "calls.none")}
      />
    </section>
  );
}

const columns = (repeat: Properties["repeat"]): Column<Call>[] => [
  { id: "created", header: t("calls.created_at"), cell: (one) => <Time at={one.created_at} /> },
  { id: "action", header: t("calls.action"), cell: (one) => <strong class="call-name">{one.action}</strong> },
  { id: "state", header: t("calls.state"), cell: (one) => <Status value={one.state} /> },
  {
    id: "outcome",
    header: t("calls.result"),
    cell: (one) => <span class="call-name">{outcomeOf(one).text}</span>,
  },
  ...(repeat ? [{ id: "do", header: "", cell: (one: Call) => <Buttons call={one} repeat={repeat} /> }] : []),
];

function Buttons({ call, repeat }: { call: Call; repeat: (call: Call) => void }) {
  const cancel = () =>
    attempt(async () => {
      const path = { station_id: call.station_id, call_id: call.call_id };
      try {
        await api.DELETE("/stations/{station_id}/calls/{call_id}", { params: { path } });
      } finally {
        await refresh("/stations/{station_id}/calls");
      }
    }, t("calls.cancelled"));
  return (
    <span class="row end call-buttons">
      {call.state === "queued" && (
        <button
          type="button"
          class="button danger"
          aria-label={`${t("calls.cancel")}: ${call.action}`}
          onClick={() => void cancel()}
        >
          {t("calls.cancel")}
        </button>
      )}
      <button
        type="button"
        class="button"
        aria-label={`${t("calls.repeat")}: ${call.action}`}
        onClick={() => repeat(call)}
      >
        {t("calls.repeat")}
      </button>
    </span>
  );
}
