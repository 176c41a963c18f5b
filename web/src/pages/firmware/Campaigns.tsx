/** All campaigns, newest first, each with how far it has come. */
import { useMemo, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { queries, type Schemas } from "../../api/client.ts";
import { useLive } from "../../api/live.ts";
import { useMay } from "../../api/me.ts";
import { PAGED, usePaging } from "../../api/pages.ts";
import { number } from "../../format.ts";
import { type Column, DataTable } from "../../parts/DataTable.tsx";
import { StateBar } from "../../parts/StateBar.tsx";
import { Status } from "../../parts/Status.tsx";
import { Time } from "../../parts/Time.tsx";
import { t } from "../../texts/index.ts";
import { CampaignDialog } from "./CampaignDialog.tsx";

type Campaign = Schemas["Campaign"];

const LIMIT = 10;

export const campaignPath = (campaignId: string) => `/firmware/campaigns/${encodeURIComponent(campaignId)}`;

export function Campaigns() {
  const { route } = useLocation();
  const mayAct = useMay("operator");
  const [starting, setStarting] = useState(false);
  const paging = usePaging("campaigns");
  const columns = useMemo(() => COLUMNS(), []);
  const query = queries.useQuery(
    "get",
    "/firmware-campaigns",
    { params: { query: { limit: LIMIT, ...(paging.cursor ? { cursor: paging.cursor } : {}) } } },
    PAGED,
  );
  useLive(null);
  return (
    <section class="stack" aria-labelledby="firmware-campaigns">
      <div class="card-head">
        <h2 id="firmware-campaigns">{t("campaign.all")}</h2>
        {mayAct && (
          <button type="button" class="button primary" onClick={() => setStarting(true)}>
            {t("campaign.new")}
          </button>
        )}
      </div>
      <DataTable
        caption={t("campaign.all")}
        columns={columns}
        query={query}
        rowId={(row) => row.campaign_id}
        paging={paging}
        empty={t(mayAct ? "campaign.none" : "campaign.none_to_see")}
      />
      {starting && (
        <CampaignDialog close={() => setStarting(false)} started={(id) => route(campaignPath(id))} />
      )}
    </section>
  );
}

const COLUMNS = (): Column<Campaign>[] => [
  {
    id: "version",
    header: t("campaign.to_version"),
    cell: (row) => (
      <a class="cut" title={row.version} href={campaignPath(row.campaign_id)}>
        {row.version}
      </a>
    ),
  },
  { id: "state", header: t("campaign.state"), cell: (row) => <Status value={row.state} /> },
  {
    id: "progress",
    header: t("campaign.progress"),
    cell: (row) => (
      <div class="campaign-progress">
        <StateBar label={t("campaign.progress_of", { version: row.version })} counts={row.counts} bare />
      </div>
    ),
  },
  {
    id: "stations",
    header: t("campaign.stations"),
    numeric: true,
    cell: (row) =>
      row.total === null
        ? t("campaign.choosing_short")
        : t("campaign.done_of", { done: number(doneOf(row)), total: number(row.total) }),
  },
  {
    id: "failed",
    header: t("campaign.failed"),
    numeric: true,
    cell: (row) => number(row.counts.failed),
  },
  { id: "created", header: t("campaign.created"), cell: (row) => <Time at={row.created_at} /> },
];

const doneOf = ({ counts }: Campaign) => counts.succeeded + counts.failed + counts.cancelled;
