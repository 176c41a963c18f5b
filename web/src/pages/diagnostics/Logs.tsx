/** The stations of a collection, each with its file. */
import { useMemo } from "preact/hooks";
import { queries, type Schemas } from "../../api/client.ts";
import { PAGED } from "../../api/pages.ts";
import { bytes } from "../../format.ts";
import type { Column } from "../../parts/DataTable.tsx";
import { StationLink } from "../../parts/links.tsx";
import { Status } from "../../parts/Status.tsx";
import { Time } from "../../parts/Time.tsx";
import { useWorkStations, WorkStations } from "../../parts/WorkStations.tsx";
import { t, word } from "../../texts/index.ts";

type Log = Schemas["RetrievedLog"];

export function Logs({ diagnosticsId }: { diagnosticsId: string }) {
  const asked = useWorkStations(diagnosticsId);
  const columns = useMemo(() => COLUMNS(), []);
  const query = queries.useQuery(
    "get",
    "/diagnostics/{diagnostics_id}/stations",
    { params: { path: { diagnostics_id: diagnosticsId }, query: asked.query } },
    PAGED,
  );
  return <WorkStations asked={asked} query={query} columns={columns} />;
}

const COLUMNS = (): Column<Log>[] => [
  {
    id: "station",
    header: t("diagnostics.station"),
    cell: (row) => <StationLink id={row.station_id} tab="firmware" />,
  },
  { id: "state", header: t("diagnostics.state"), cell: (row) => <Status value={row.state} /> },
  { id: "step", header: t("diagnostics.step"), cell: (row) => <span class="words">{step(row)}</span> },
  {
    id: "file",
    header: t("diagnostics.file"),
    cell: (row) =>
      row.download_url ? (
        <a class="words" href={row.download_url} download rel="noopener noreferrer">
          {row.file_name ?? t("diagnostics.file")}
        </a>
      ) : (
        <span class="words">{row.file_name ?? "–"}</span>
      ),
  },
  {
    id: "size",
    header: t("diagnostics.size"),
    numeric: true,
    cell: (row) => <span class="nowrap">{bytes(row.size_bytes)}</span>,
  },
  { id: "sha256", header: "SHA-256", cell: (row) => <Sum sha256={row.sha256} /> },
  {
    id: "latest",
    header: t("diagnostics.arrived"),
    cell: (row) => <Time at={row.arrived_at ?? row.ended_at} />,
  },
];

/** As much of a checksum as there is room for; all of it is copied with the text. */
function Sum({ sha256 }: { sha256: string | null }) {
  if (!sha256) return <>–</>;
  return (
    <span class="mono cut diagnostics-sum" title={sha256}>
      {sha256}
    </span>
  );
}

/** What it waits for, or why it has ended. */
function step(row: Log): string {
  const waits = row.awaits && word("diagnostics.awaits", row.awaits);
  return [row.reason, waits, row.state === "running" && row.status].filter(Boolean).join(" · ") || "–";
}
