/** Firmware that stations can fetch from here. */
import { useMemo, useState } from "preact/hooks";
import { api, queries, refresh, type Schemas } from "../../api/client.ts";
import { useMay } from "../../api/me.ts";
import { PAGED, usePaging } from "../../api/pages.ts";
import { bytes } from "../../format.ts";
import { type Column, DataTable } from "../../parts/DataTable.tsx";
import { Confirm } from "../../parts/Dialog.tsx";
import { Status } from "../../parts/Status.tsx";
import { Time } from "../../parts/Time.tsx";
import { attempt } from "../../parts/toasts.tsx";
import { t } from "../../texts/index.ts";
import { EditDialog } from "./EditDialog.tsx";
import { UploadDialog } from "./UploadDialog.tsx";
import { POLL_EVERY_MS } from "./upload.ts";

type Firmware = Schemas["Firmware"];
type Doing = "upload" | "edit" | "delete";

const LIMIT = 25;

export function Files() {
  const mayAct = useMay("operator");
  const [doing, setDoing] = useState<{ what: Doing; firmware?: Firmware }>();
  const [arrived, setArrived] = useState<string>();
  const paging = usePaging("firmware");
  const query = queries.useQuery(
    "get",
    "/firmware",
    { params: { query: { limit: LIMIT, ...(paging.cursor ? { cursor: paging.cursor } : {}) } } },
    {
      ...PAGED,
      refetchInterval: ({ state }) =>
        state.data?.items.some((one) => one.firmware_id === arrived && one.state === "uploading")
          ? POLL_EVERY_MS
          : false,
    },
  );
  const columns = useMemo(
    () => columnsFor(mayAct ? (what, firmware) => setDoing({ what, firmware }) : undefined),
    [mayAct],
  );
  const { what, firmware } = doing ?? {};
  const close = () => setDoing(undefined);
  return (
    <section class="stack" aria-labelledby="firmware-files">
      <div class="card-head">
        <h2 id="firmware-files">{t("firmware.files")}</h2>
        {mayAct && (
          <button type="button" class="button" onClick={() => setDoing({ what: "upload" })}>
            {t("firmware.upload")}
          </button>
        )}
      </div>
      <DataTable
        caption={t("firmware.files")}
        columns={columns}
        query={query}
        rowId={(row) => row.firmware_id}
        paging={paging}
        empty={t(mayAct ? "firmware.none" : "firmware.none_to_see")}
      />
      {what === "upload" && (
        <UploadDialog {...(firmware ? { known: firmware } : {})} arrived={setArrived} close={close} />
      )}
      {what === "edit" && firmware && <EditDialog firmware={firmware} close={close} />}
      {what === "delete" && firmware && <DeleteDialog firmware={firmware} close={close} />}
    </section>
  );
}

function columnsFor(act: ((what: Doing, firmware: Firmware) => void) | undefined): Column<Firmware>[] {
  const columns: Column<Firmware>[] = [
    {
      id: "version",
      header: t("firmware.version"),
      cell: (row) => (
        <strong class="cut" title={row.version}>
          {row.version}
        </strong>
      ),
    },
    {
      id: "file",
      header: t("firmware.file"),
      cell: (row) => <span class="words">{row.file_name}</span>,
    },
    {
      id: "state",
      header: t("firmware.state"),
      cell: (row) => (
        <span class="row">
          <Status value={row.state} tone={TONES[row.state]} />
          {row.reason && <span class="words">{row.reason}</span>}
        </span>
      ),
    },
    {
      id: "for",
      header: t("firmware.for"),
      cell: (row) => <span class="words">{[row.vendor, row.model].filter(Boolean).join(" ") || "–"}</span>,
    },
    {
      id: "size",
      header: t("firmware.size"),
      numeric: true,
      cell: (row) => (
        <span class="nowrap" title={row.sha256 ? `SHA-256 ${row.sha256}` : undefined}>
          {bytes(row.size_bytes ?? row.declared_size_bytes)}
        </span>
      ),
    },
    {
      id: "signed",
      header: t("firmware.signed"),
      cell: (row) => t(row.signature && row.signing_certificate ? "word.yes" : "word.no"),
    },
    { id: "created", header: t("firmware.created"), cell: (row) => <Time at={row.created_at} /> },
  ];
  if (!act) return columns;
  const button = (what: Doing, row: Firmware, text: string) => (
    <button
      type="button"
      class="button quiet"
      aria-label={`${text}: ${row.version}`}
      onClick={() => act(what, row)}
    >
      {text}
    </button>
  );
  return [
    ...columns,
    {
      id: "actions",
      header: t("firmware.actions"),
      cell: (row) => (
        <span class="row firmware-actions">
          {row.state === "ready" && <DownloadButton firmware={row} />}
          {row.state !== "ready" && button("upload", row, t("firmware.bring"))}
          {button("edit", row, t("firmware.edit"))}
          {button("delete", row, t("firmware.delete"))}
        </span>
      ),
    },
  ];
}

const TONES = { uploading: "warning", ready: "good", rejected: "danger" } as const;

/** The link is good for an hour: it is had when it is wanted. */
function DownloadButton({ firmware }: { firmware: Firmware }) {
  const fetchIt = () =>
    attempt(async () => {
      const params = { path: { firmware_id: firmware.firmware_id } };
      const { data } = await api.GET("/firmware/{firmware_id}", { params });
      // The answer is an attachment: the page stays.
      if (data?.download_url) location.assign(data.download_url);
    });
  return (
    <button
      type="button"
      class="button quiet"
      aria-label={`${t("firmware.download")}: ${firmware.version}`}
      onClick={() => void fetchIt()}
    >
      {t("firmware.download")}
    </button>
  );
}

function DeleteDialog({ firmware, close }: { firmware: Firmware; close: () => void }) {
  const run = () =>
    attempt(async () => {
      const params = { path: { firmware_id: firmware.firmware_id } };
      await api.DELETE("/firmware/{firmware_id}", { params });
      await refresh("/firmware");
    }, t("firmware.deleted"));
  return (
    <Confirm
      danger
      title={t("firmware.delete_title", { version: firmware.version })}
      action={t("firmware.delete")}
      run={run}
      close={close}
    >
      {t("firmware.delete_about")}
    </Confirm>
  );
}
