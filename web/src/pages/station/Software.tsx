/** A station's firmware updates and the logs collected from it. */
import { useState } from "preact/hooks";
import { api, queries, queryClient, type Schemas } from "../../api/client.ts";
import { useMay } from "../../api/me.ts";
import { PAGED, usePaging } from "../../api/pages.ts";
import { bytes } from "../../format.ts";
import { type Column, DataTable } from "../../parts/DataTable.tsx";
import { Dialog } from "../../parts/Dialog.tsx";
import { FormEnd } from "../../parts/FormEnd.tsx";
import { SelectField, TextField } from "../../parts/fields.tsx";
import { fromLocal } from "../../parts/moments.ts";
import { Status } from "../../parts/Status.tsx";
import { useSubmit } from "../../parts/submit.ts";
import { Time } from "../../parts/Time.tsx";
import { toast } from "../../parts/toasts.tsx";
import { t, word } from "../../texts/index.ts";
import { type Station, speaks16 } from "./orders.ts";

const LIMIT = 10;
const LOGS_16 = ["DiagnosticsLog", "SecurityLog"] as const;
const LOGS_2X = ["DiagnosticsLog", "SecurityLog", "DataCollectorLog"] as const;
type LogType = (typeof LOGS_2X)[number];

export default function Software({ station }: { station: Station }) {
  return (
    <>
      <Updates station={station} />
      <Logs station={station} />
    </>
  );
}

function Updates({ station }: { station: Station }) {
  const path = { station_id: station.station_id };
  const paging = usePaging(path);
  const query = queries.useQuery(
    "get",
    "/stations/{station_id}/firmware-updates",
    { params: { path, query: { limit: LIMIT, ...(paging.cursor ? { cursor: paging.cursor } : {}) } } },
    PAGED,
  );
  return (
    <section class="stack">
      <div class="card-head">
        <h2>{t("station.updates")}</h2>
        <span class="muted station-words">
          {t("station.firmware_version")}: {station.firmware_version ?? "–"}
        </span>
      </div>
      <DataTable
        caption={t("station.updates")}
        columns={UPDATE_COLUMNS()}
        query={query}
        rowId={(one) => one.update_id}
        paging={paging}
        empty={t("station.updates_none")}
      />
    </section>
  );
}

const UPDATE_COLUMNS = (): Column<Schemas["FirmwareUpdate"]>[] => [
  {
    id: "version",
    header: t("station.version"),
    cell: (one) => (
      <a class="station-words" href={`/firmware/campaigns/${encodeURIComponent(one.campaign_id)}`}>
        {one.version}
      </a>
    ),
  },
  { id: "state", header: t("station.state"), cell: (one) => <Status value={one.state} /> },
  {
    id: "status",
    header: t("station.details"),
    cell: (one) => (
      <span class="station-words">{[one.status, one.reason].filter(Boolean).join(": ") || "–"}</span>
    ),
  },
  {
    id: "from",
    header: t("station.version_before"),
    cell: (one) => <span class="station-words">{one.version_before ?? "–"}</span>,
  },
  { id: "started", header: t("station.asked_at"), cell: (one) => <Time at={one.created_at} /> },
  { id: "ended", header: t("station.ended_at"), cell: (one) => <Time at={one.ended_at} /> },
];

function Logs({ station }: { station: Station }) {
  const path = { station_id: station.station_id };
  const mayAct = useMay("operator");
  const [collecting, setCollecting] = useState(false);
  const paging = usePaging(path);
  const query = queries.useQuery(
    "get",
    "/stations/{station_id}/diagnostics",
    { params: { path, query: { limit: LIMIT, ...(paging.cursor ? { cursor: paging.cursor } : {}) } } },
    PAGED,
  );
  return (
    <section class="stack">
      <div class="card-head">
        <h2>{t("station.logs")}</h2>
        {mayAct && (
          <button type="button" class="button" onClick={() => setCollecting(true)}>
            {t("station.collect")}
          </button>
        )}
      </div>
      <DataTable
        caption={t("station.logs")}
        columns={LOG_COLUMNS()}
        query={query}
        rowId={(one) => one.diagnostics_id}
        paging={paging}
        empty={t("station.logs_none")}
      />
      {collecting && <CollectDialog station={station} close={() => setCollecting(false)} />}
    </section>
  );
}

const LOG_COLUMNS = (): Column<Schemas["StationLog"]>[] => [
  {
    id: "type",
    header: t("station.log_type"),
    cell: (one) => (
      <a href={`/diagnostics/${encodeURIComponent(one.diagnostics_id)}`}>{word("log_type", one.log_type)}</a>
    ),
  },
  { id: "state", header: t("station.state"), cell: (one) => <Status value={one.state} /> },
  {
    id: "status",
    header: t("station.details"),
    cell: (one) => (
      <span class="station-words">{[one.status, one.reason].filter(Boolean).join(": ") || "–"}</span>
    ),
  },
  {
    id: "file",
    header: t("station.file"),
    cell: (one) =>
      one.download_url ? (
        <a class="station-words" href={one.download_url} download rel="noreferrer">
          {one.file_name ?? t("station.file")} ({bytes(one.size_bytes)})
        </a>
      ) : (
        "–"
      ),
  },
  { id: "asked", header: t("station.asked_at"), cell: (one) => <Time at={one.created_at} /> },
];

function CollectDialog({ station, close }: { station: Station; close: () => void }) {
  const [type, setType] = useState<LogType>("DiagnosticsLog");
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const { busy, error, submit, wrong } = useSubmit(
    async (header) => {
      await api.POST("/diagnostics", {
        params: { header },
        // The API has defaults for how patient it is.
        body: {
          stations: [station.station_id],
          log_type: type,
          from: fromLocal(from),
          to: fromLocal(to),
        } as Schemas["DiagnosticsOrder"],
      });
      toast(t("station.collect_asked"));
      void queryClient.invalidateQueries();
      close();
    },
    ["from", "to"],
  );
  return (
    <Dialog title={t("station.collect")} close={close}>
      <form class="stack" onSubmit={submit}>
        <p>{t("station.collect_about")}</p>
        <div class="columns">
          <SelectField
            label={t("station.log_type")}
            value={type}
            change={(value) => setType(LOGS_2X.find((one) => one === value) ?? type)}
            options={(speaks16(station) ? LOGS_16 : LOGS_2X).map((value) => ({
              value,
              text: word("log_type", value),
            }))}
          />
          <TextField
            label={t("station.from")}
            type="datetime-local"
            value={from}
            change={setFrom}
            wrong={wrong("from")}
          />
          <TextField
            label={t("station.to")}
            type="datetime-local"
            value={to}
            change={setTo}
            wrong={wrong("to")}
          />
        </div>
        <FormEnd busy={busy} error={error} action={t("station.collect")} close={close} />
      </form>
    </Dialog>
  );
}
