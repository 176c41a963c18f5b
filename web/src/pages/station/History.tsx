/** What happened at a station, what its messages had to be repaired for, and which alarms stand. */
import { queries, type Schemas } from "../../api/client.ts";
import { PAGED, usePaging } from "../../api/pages.ts";
import { useAddress } from "../../parts/address.ts";
import { type Column, DataTable } from "../../parts/DataTable.tsx";
import { eventText } from "../../parts/eventText.ts";
import { SelectField } from "../../parts/fields.tsx";
import { Ago, Time } from "../../parts/Time.tsx";
import { t, word } from "../../texts/index.ts";
import type { Station } from "./orders.ts";

type Event = Schemas["Event"];
type EventType = Event["type"];

/** Transactions, calls and findings have lists of their own. */
const TYPES = [
  "station.online",
  "station.offline",
  "station.booted",
  "station.registration_changed",
  "status.changed",
  "fault.raised",
  "fault.cleared",
  "security.event",
  "connection.refused",
  "firmware.status",
  "firmware_update.ended",
  "diagnostics.status",
  "log.status",
  "certificate.requested",
  "certificate.rejected",
  "certificate.expiring",
  "certificate.failed",
  "charging_limit.changed",
  "charging_limit.cleared",
  "charging_needs.changed",
  "reservation.status",
  "event.notified",
  "alarm.raised",
  "alarm.cleared",
  "der.alarm",
  "der.control",
  "data_transfer.received",
] as const satisfies readonly EventType[];

const LIMIT = 25;
const FEW = 10;

export default function History({ station }: { station: Station }) {
  return (
    <>
      <Events station={station} />
      <Findings station={station} />
      <Alarms station={station} />
    </>
  );
}

function Events({ station }: { station: Station }) {
  const path = { station_id: station.station_id };
  const { query: asked, go } = useAddress();
  const type = TYPES.find((one) => one === asked.type);
  const paging = usePaging([path, type]);
  const query = queries.useQuery(
    "get",
    "/stations/{station_id}/events",
    {
      params: {
        path,
        query: {
          limit: LIMIT,
          ...(type ? { type } : {}),
          ...(paging.cursor ? { cursor: paging.cursor } : {}),
        },
      },
    },
    PAGED,
  );
  return (
    <section class="stack">
      <h2>{t("station.events")}</h2>
      <div class="filters">
        <SelectField
          label={t("station.event_type")}
          value={type ?? ""}
          change={(value) => go({ type: value })}
          options={[
            { value: "", text: t("station.all") },
            ...TYPES.map((value) => ({ value, text: word("event_type", value) })),
          ]}
        />
      </div>
      <DataTable
        caption={t("station.events")}
        columns={EVENT_COLUMNS()}
        query={query}
        rowId={(one) => `${one.at} ${one.type} ${JSON.stringify(one.data)}`}
        paging={paging}
        empty={t("station.events_none")}
      />
    </section>
  );
}

const EVENT_COLUMNS = (): Column<Event>[] => [
  {
    id: "at",
    header: t("station.at"),
    cell: (one) => (
      <span class="nowrap">
        <Time at={one.at} />
      </span>
    ),
  },
  { id: "type", header: t("station.event_type"), cell: (one) => word("event_type", one.type) },
  { id: "data", header: t("station.details"), cell: (one) => <Details event={one} /> },
];

function Details({ event }: { event: Event }) {
  const said = eventText(event.type, event.data);
  return (
    <details class="station-words">
      <summary>{said === event.type ? word("event_type", event.type) : said}</summary>
      <pre class="code">{JSON.stringify(event.data, null, 2)}</pre>
    </details>
  );
}

function Findings({ station }: { station: Station }) {
  const path = { station_id: station.station_id };
  const paging = usePaging(path);
  const query = queries.useQuery(
    "get",
    "/stations/{station_id}/findings",
    { params: { path, query: { limit: FEW, ...(paging.cursor ? { cursor: paging.cursor } : {}) } } },
    PAGED,
  );
  return (
    <section class="stack">
      <h2>{t("station.findings")}</h2>
      <p class="muted">{t("station.findings_about")}</p>
      <DataTable
        caption={t("station.findings")}
        columns={FINDING_COLUMNS()}
        query={query}
        rowId={(one) => `${one.code} ${one.action} ${one.path}`}
        paging={paging}
        empty={t("station.findings_none")}
      />
    </section>
  );
}

const FINDING_COLUMNS = (): Column<Schemas["Finding"]>[] => [
  { id: "code", header: t("station.finding"), cell: (one) => one.code },
  {
    id: "action",
    header: t("station.message"),
    cell: (one) => <span class="station-words">{one.action}</span>,
  },
  {
    id: "text",
    header: t("station.details"),
    cell: (one) => (
      <span class="station-words">
        {one.text} {one.path && <span class="mono muted">{one.path}</span>}{" "}
        {one.raw && <code class="station-words">{one.raw}</code>}
      </span>
    ),
  },
  { id: "count", header: t("station.count"), cell: (one) => one.count, numeric: true },
  { id: "last", header: t("station.last_at"), cell: (one) => <Ago at={one.last_at} /> },
];

function Alarms({ station }: { station: Station }) {
  const path = { station_id: station.station_id };
  const paging = usePaging(path);
  const query = queries.useQuery(
    "get",
    "/stations/{station_id}/alarms",
    { params: { path, query: { limit: FEW, ...(paging.cursor ? { cursor: paging.cursor } : {}) } } },
    PAGED,
  );
  return (
    <section class="stack">
      <h2>{t("station.alarms")}</h2>
      <DataTable
        caption={t("station.alarms")}
        columns={ALARM_COLUMNS()}
        query={query}
        rowId={(one) => String(one.event_id)}
        paging={paging}
        empty={t("station.alarms_none")}
      />
    </section>
  );
}

const ALARM_COLUMNS = (): Column<Schemas["Alarm"]>[] => [
  { id: "since", header: t("station.at"), cell: (one) => <Time at={one.raised_at} /> },
  {
    id: "what",
    header: t("station.variable"),
    cell: (one) => (
      <span class="station-words">
        {one.component}
        {one.evse_id !== null && ` #${one.evse_id}`} · {one.variable}
      </span>
    ),
  },
  {
    id: "value",
    header: t("station.value"),
    cell: (one) => <span class="station-words">{one.actual_value}</span>,
  },
  { id: "severity", header: t("station.severity"), cell: (one) => one.severity ?? "–", numeric: true },
  {
    id: "info",
    header: t("station.details"),
    cell: (one) => (
      <span class="station-words">{[one.tech_code, one.tech_info].filter(Boolean).join(": ") || "–"}</span>
    ),
  },
];
