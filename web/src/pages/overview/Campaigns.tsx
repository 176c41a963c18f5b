/** Firmware campaigns that are under way, each with how far it has come. */
import { queries, type Schemas } from "../../api/client.ts";
import { Status } from "../../parts/Status.tsx";
import { Async } from "../../parts/states.tsx";
import { t } from "../../texts/index.ts";

type Campaign = Schemas["Campaign"];

/** As many as the overview looks at to count those under way. */
const LATEST = { params: { query: { limit: 50 } } };
const UNDER_WAY: readonly Campaign["state"][] = ["running", "paused"];

export function Campaigns() {
  const campaigns = queries.useQuery("get", "/firmware-campaigns", LATEST);
  return (
    <section class="card" aria-labelledby="overview-campaigns">
      <h2 id="overview-campaigns">{t("overview.campaigns")}</h2>
      <Async query={campaigns}>
        {({ items }) =>
          items
            .filter(({ state }) => UNDER_WAY.includes(state))
            .map((campaign) => <Progress key={campaign.campaign_id} campaign={campaign} />)
        }
      </Async>
    </section>
  );
}

function Progress({ campaign }: { campaign: Campaign }) {
  const { succeeded, failed, cancelled } = campaign.counts;
  const done = succeeded + failed + cancelled;
  const name = t("overview.campaign", { version: campaign.version });
  return (
    <div class="stack">
      <div class="card-head">
        <a href={`/firmware/campaigns/${encodeURIComponent(campaign.campaign_id)}`}>{name}</a>
        <Status value={campaign.state} />
      </div>
      <progress
        class="progress"
        aria-label={name}
        max={campaign.total ?? undefined}
        value={campaign.total === null ? undefined : done}
      />
      <span class="muted">
        {campaign.total === null
          ? t("overview.campaign_choosing")
          : t("overview.campaign_progress", { done, total: campaign.total, failed })}
      </span>
    </div>
  );
}
