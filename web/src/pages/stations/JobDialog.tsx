import { useState } from "preact/hooks";
import { api, queries, refresh, type Schemas } from "../../api/client.ts";
import { useLive } from "../../api/live.ts";
import { useMay } from "../../api/me.ts";
import { PAGED, usePaging } from "../../api/pages.ts";
import { number } from "../../format.ts";
import { type Column, DataTable } from "../../parts/DataTable.tsx";
import { Dialog } from "../../parts/Dialog.tsx";
import { Facts } from "../../parts/Facts.tsx";
import { StationLink } from "../../parts/links.tsx";
import { Status } from "../../parts/Status.tsx";
import { Async } from "../../parts/states.tsx";
import { Time } from "../../parts/Time.tsx";
import { attempt } from "../../parts/toasts.tsx";
import { t, word } from "../../texts/index.ts";

type Job = Schemas["Job"];
type JobCall = Schemas["JobCall"];
type State = JobCall["state"];

/** The feed tells when a call ends, not when it is sent. */
const LOOK_EVERY_MS = 3_000;

/** One call to many stations: how far it has come, and what each of them said. */
export function JobDialog({ jobId, close }: { jobId: string; close: () => void }) {
  const query = queries.useQuery(
    "get",
    "/jobs/{job_id}",
    { params: { path: { job_id: jobId } } },
    { refetchInterval: ({ state }) => (state.data?.state === "done" ? false : LOOK_EVERY_MS) },
  );
  return (
    <Dialog
      title={query.data ? t("stations.job", { action: query.data.action }) : t("stations.bulk")}
      close={close}
    >
      <Async query={query}>{(job) => <Progress job={job} />}</Async>
    </Dialog>
  );
}

function Progress({ job }: { job: Job }) {
  const mayCancel = useMay("operator");
  const [only, setOnly] = useState<State>();
  const [busy, setBusy] = useState(false);
  const ended = endedOf(job);
  const cancel = async () => {
    setBusy(true);
    await attempt(async () => {
      await api.DELETE("/jobs/{job_id}", { params: { path: { job_id: job.job_id } } });
      await refresh("/jobs");
    }, t("stations.job_cancelled"));
    setBusy(false);
  };
  return (
    <div class="stack">
      <div class="stack" aria-live="polite">
        <p>
          {job.total === null
            ? t("stations.job_choosing")
            : t("stations.job_progress", { ended: number(ended), total: number(job.total) })}
        </p>
        {job.total !== null && (
          <progress class="progress" max={job.total} value={ended} aria-label={t("stations.progress")} />
        )}
        <div class="row">
          {statesOf(job).map(([state, count]) => (
            <button
              key={state}
              type="button"
              class="button quiet nowrap"
              aria-pressed={state === only}
              onClick={() => setOnly(state === only ? undefined : state)}
            >
              {number(count)} × <Status value={state} />
            </button>
          ))}
        </div>
      </div>
      {job.state === "running" && mayCancel && (
        <div class="row">
          <button type="button" class="button" disabled={busy} onClick={() => void cancel()}>
            {t("stations.job_cancel")}
          </button>
          <span class="muted">{t("stations.job_cancel_hint")}</span>
        </div>
      )}
      <Calls job={job} only={only} />
      <Facts
        facts={[
          [t("stations.job_made"), <Time key="at" at={job.created_at} />],
          [t("stations.job_by"), job.requested_by],
          [
            t("stations.payload"),
            <span key="payload" class="mono">
              {JSON.stringify(job.payload)}
            </span>,
          ],
        ]}
      />
    </div>
  );
}

const COLUMNS = (): Column<JobCall>[] => [
  {
    id: "station",
    header: t("stations.station"),
    cell: (row) => <StationLink id={row.station_id} tab="calls" />,
  },
  { id: "state", header: t("stations.state"), cell: (row) => <Status value={row.state} /> },
  { id: "said", header: t("stations.said"), cell: (row) => said(row) },
];

/** Of all its stations, or of those whose call is in one state. */
function Calls({ job, only }: { job: Job; only: State | undefined }) {
  const paging = usePaging([job.job_id, only]);
  const query = queries.useQuery(
    "get",
    "/jobs/{job_id}/calls",
    { params: { path: { job_id: job.job_id }, query: { limit: 10, cursor: paging.cursor, state: only } } },
    { ...PAGED, refetchInterval: job.state === "done" ? false : LOOK_EVERY_MS },
  );
  useLive(job.state === "done" ? [] : (query.data?.items.map((one) => one.station_id) ?? []));
  return (
    <DataTable
      caption={t("stations.job_calls")}
      columns={COLUMNS()}
      query={query}
      rowId={(row) => row.station_id}
      paging={paging}
      empty={t(only ? "stations.job_none_so" : "stations.job_waiting")}
    />
  );
}

/** What a station answered, or why it has not. */
function said({ answer, error, reason }: JobCall): string {
  if (answer)
    return typeof answer.status === "string" ? word("status", answer.status) : JSON.stringify(answer);
  if (error) return `${error.code} ${error.description}`.trim();
  return reason ?? "–";
}

const OPEN: readonly string[] = ["waiting", "queued", "sent"];

function statesOf(job: Job): [state: State, count: number][] {
  return (Object.entries(job.by_state) as [State, number][]).filter(([, count]) => count > 0);
}

export function endedOf(job: Job): number {
  return statesOf(job).reduce((sum, [state, count]) => (OPEN.includes(state) ? sum : sum + count), 0);
}
