/** The stations of a campaign, by state. */
import { useMemo } from "preact/hooks";
import { queries, type Schemas } from "../../api/client.ts";
import { PAGED } from "../../api/pages.ts";
import type { Column } from "../../parts/DataTable.tsx";
import { StationLink } from "../../parts/links.tsx";
import { Status } from "../../parts/Status.tsx";
import { Time } from "../../parts/Time.tsx";
import { useWorkStations, WorkStations } from "../../parts/WorkStations.tsx";
import { t, word } from "../../texts/index.ts";

export function CampaignStations({ campaignId }: { campaignId: string }) {
  const asked = useWorkStations(campaignId);
  const columns = useMemo(() => COLUMNS(), []);
  const query = queries.useQuery(
    "get",
    "/firmware-campaigns/{campaign_id}/stations",
    { params: { path: { campaign_id: campaignId }, query: asked.query } },
    PAGED,
  );
  return <WorkStations asked={asked} query={query} columns={columns} />;
}

const COLUMNS = (): Column<Schemas["CampaignStation"]>[] => [
  {
    id: "station",
    header: t("campaign.station"),
    cell: (row) => <StationLink id={row.station_id} tab="firmware" />,
  },
  { id: "wave", header: t("campaign.wave_short"), numeric: true, cell: (row) => row.wave ?? "–" },
  { id: "state", header: t("campaign.state"), cell: (row) => <Status value={row.state} /> },
  { id: "step", header: t("campaign.step"), cell: step },
  {
    id: "reason",
    header: t("campaign.reason"),
    cell: (row) => <span class="words">{row.reason ?? "–"}</span>,
  },
  { id: "runs", header: t("campaign.runs"), cell: (row) => <Version version={row.version} /> },
  { id: "attempt", header: t("campaign.attempt"), numeric: true, cell: (row) => row.attempt || "–" },
  {
    id: "latest",
    header: t("campaign.latest"),
    cell: (row) => <Time at={row.ended_at ?? row.booted_at ?? row.status_at ?? row.sent_at ?? row.turn_at} />,
  },
];

function Version({ version }: { version: string | null }) {
  if (!version) return <>–</>;
  return (
    <span class="cut" title={version}>
      {version}
    </span>
  );
}

/** What a station that is not done waits for, or how far it is. */
function step(row: Schemas["CampaignStation"]): string {
  if (row.state === "queued") return word("campaign.place", row.place);
  return row.state === "running" ? (row.status ?? t("campaign.asked")) : (row.status ?? "–");
}
