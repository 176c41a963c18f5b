/** Firmware is made known, and its file brought: with progress, and what became of it once it was read. */
import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError, api, queries, refresh, type Schemas } from "../../api/client.ts";
import { bytes, number } from "../../format.ts";
import { Dialog } from "../../parts/Dialog.tsx";
import { FormEnd } from "../../parts/FormEnd.tsx";
import { TextField } from "../../parts/fields.tsx";
import type { KeyHeader } from "../../parts/keyed.ts";
import { Failed } from "../../parts/states.tsx";
import { useSubmit } from "../../parts/submit.ts";
import { toast } from "../../parts/toasts.tsx";
import { t } from "../../texts/index.ts";
import { DetailFields, type Details, detailsOf, NO_DETAILS } from "./details.tsx";
import { FileField } from "./FileField.tsx";
import { bring, declared, POLL_EVERY_MS, tidyName } from "./upload.ts";

type Firmware = Schemas["Firmware"];

interface Upload {
  firmware_id: string;
  /** Undefined: its file has come already. */
  upload_url?: string;
}

/** How long the link for another file can be used. */
const LINK_S = 3_600;
const CONFLICT = 409;

interface Properties {
  /** Firmware that is known already and has no file; undefined: it is new. */
  known?: Firmware;
  /** Its file is here, and is being read. */
  arrived: (firmwareId: string) => void;
  close: () => void;
}

export function UploadDialog({ known, arrived, close }: Properties) {
  const [file, setFile] = useState<File>();
  const [name, setName] = useState("");
  const [version, setVersion] = useState("");
  const [details, setDetails] = useState<Details>(NO_DETAILS);
  const [share, setShare] = useState<number>();
  const [brought, setBrought] = useState<string>();
  /** The id of what is known by now, whose file may have to be brought more than once. */
  const [madeId, setMadeId] = useState<string | undefined>(known?.firmware_id);
  const given = useRef(new AbortController());
  useEffect(() => () => given.current.abort(), []);
  const isUploading = share !== undefined;
  useLeaveQuestion(isUploading);
  const leave = () => {
    if (isUploading) toast(t("firmware.given_up"), "danger");
    close();
  };

  const make = async (wanted: File, header: KeyHeader): Promise<Upload | undefined> => {
    const body = { file_name: name, version, ...detailsOf(details), ...(await declared(wanted)) };
    const { data } = await api.POST("/firmware", { params: { header }, body });
    setMadeId(data?.firmware_id);
    await refresh("/firmware");
    return data;
  };
  const { busy, error, submit, wrong } = useSubmit(
    async (header) => {
      if (!file) return;
      // Tried again after the connection broke off, it is the same firmware; its link may have expired meanwhile.
      const upload = madeId ? await linkAgain(madeId) : await make(file, header);
      if (!upload) return;
      if (upload.upload_url) {
        setShare(0);
        try {
          await bring(file, upload.upload_url, setShare, given.current.signal);
        } finally {
          setShare(undefined);
        }
      }
      setBrought(upload.firmware_id);
      arrived(upload.firmware_id);
      await refresh("/firmware");
    },
    ["file_name", "version", "signature", "signing_certificate"],
  );

  const title = t("firmware.upload");
  if (brought)
    return (
      <Dialog title={title} close={close}>
        <Checked firmwareId={brought} close={close} />
      </Dialog>
    );
  return (
    <Dialog title={title} close={leave}>
      <form class="stack" onSubmit={submit}>
        {known && <p>{t("firmware.upload_again", { version: known.version, name: known.file_name })}</p>}
        {/* What is known by now cannot be changed here, nor brought with another file. */}
        <fieldset class="stack bare" disabled={busy || madeId !== known?.firmware_id}>
          <FileField
            label={t("firmware.file")}
            choose={(chosen) => {
              setFile(chosen);
              if (chosen) setName(tidyName(chosen.name));
            }}
          />
          {!known && (
            <>
              <div class="columns">
                <TextField
                  label={t("firmware.version")}
                  hint={t("firmware.version_hint")}
                  value={version}
                  change={setVersion}
                  maxLength={50}
                  required
                  wrong={wrong("version")}
                />
                <TextField
                  label={t("firmware.file_name")}
                  hint={t("firmware.file_name_hint")}
                  value={name}
                  change={setName}
                  maxLength={100}
                  required
                  wrong={wrong("file_name")}
                />
              </div>
              <DetailFields details={details} change={setDetails} wrong={wrong} />
            </>
          )}
        </fieldset>
        {isUploading && file && <Progress share={share} size={file.size} />}
        <FormEnd busy={busy} error={error} disabled={!file} action={t("firmware.upload_do")} close={leave} />
      </form>
    </Dialog>
  );
}

/** Another link for firmware that is known; where its file has come, though nobody here heard of it, none. */
async function linkAgain(firmwareId: string): Promise<Upload | undefined> {
  const params = { path: { firmware_id: firmwareId } };
  try {
    return (await api.POST("/firmware/{firmware_id}/upload", { params, body: { expires_in_s: LINK_S } }))
      .data;
  } catch (problem) {
    if (problem instanceof ApiError && problem.status === CONFLICT) return { firmware_id: firmwareId };
    throw problem;
  }
}

/** The browser asks before it leaves the page. */
function useLeaveQuestion(isWanted: boolean): void {
  useEffect(() => {
    if (!isWanted) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, [isWanted]);
}

function Progress({ share, size }: { share: number; size: number }) {
  const label = t("firmware.uploading");
  return (
    <div class="stack">
      <progress class="progress" aria-label={label} max={1} value={share} />
      <span class="muted">
        {label}: {number(share * 100)} % · {bytes(size)}
      </span>
    </div>
  );
}

/** The file is read before stations may have it. */
function Checked({ firmwareId, close }: { firmwareId: string; close: () => void }) {
  const query = queries.useQuery(
    "get",
    "/firmware/{firmware_id}",
    { params: { path: { firmware_id: firmwareId } } },
    { refetchInterval: ({ state }) => (state.data?.state === "uploading" ? POLL_EVERY_MS : false) },
  );
  const state = query.data?.state ?? "uploading";
  useEffect(() => {
    if (state !== "uploading") void refresh("/firmware");
  }, [state]);
  return (
    <div class="stack">
      <div aria-live="polite" class="stack">
        {query.error !== null && <Failed error={query.error} />}
        {state === "uploading" && (
          <span class="row">
            <span class="spinner" aria-hidden="true" />
            {t("firmware.checking")}
          </span>
        )}
        {state === "ready" && (
          <p>
            {t("firmware.is_ready", { size: bytes(query.data?.size_bytes) })}{" "}
            <span class="mono words">SHA-256 {query.data?.sha256}</span>
          </p>
        )}
        {state === "rejected" && (
          <div class="notice" data-tone="danger">
            {t("firmware.is_rejected", { reason: query.data?.reason ?? "" })}
          </div>
        )}
      </div>
      <div class="row end">
        <button type="button" class="button primary" onClick={close}>
          {t("dialog.close")}
        </button>
      </div>
    </div>
  );
}
