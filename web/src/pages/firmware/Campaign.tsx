/** A firmware campaign, live: its state, its waves and its stations. */
import { useRoute } from "preact-iso";
import { queries, type Schemas } from "../../api/client.ts";
import { useLive } from "../../api/live.ts";
import { list, number } from "../../format.ts";
import { Facts } from "../../parts/Facts.tsx";
import { Page } from "../../parts/Page.tsx";
import { countOf, StateBar } from "../../parts/StateBar.tsx";
import { selectionText } from "../../parts/StationChoice.tsx";
import { Status } from "../../parts/Status.tsx";
import { Async } from "../../parts/states.tsx";
import { Time } from "../../parts/Time.tsx";
import { t, word } from "../../texts/index.ts";
import { CampaignActions } from "./CampaignActions.tsx";
import { CampaignStations } from "./CampaignStations.tsx";
import { FirmwareName } from "./FirmwareName.tsx";
import { wavesOf } from "./waves.ts";
import { haltText, windowText } from "./words.ts";
import "./firmware.css";

type Detail = Schemas["CampaignDetail"];

export default function Campaign() {
  const { campaignId = "" } = useRoute().params;
  const query = queries.useQuery("get", "/firmware-campaigns/{campaign_id}", {
    params: { path: { campaign_id: campaignId } },
  });
  // What happens to a campaign itself is an event of no station.
  useLive(query.data?.ended_at ? [] : null);
  const version = query.data?.version;
  return (
    <Page
      title={version ? t("campaign.one", { version }) : t("campaign.some")}
      about={query.data && <About campaign={query.data} />}
      actions={query.data && <CampaignActions campaign={query.data} />}
    >
      <Async query={query}>{(campaign) => <Shown campaign={campaign} />}</Async>
    </Page>
  );
}

function About({ campaign }: { campaign: Detail }) {
  return (
    <span class="row" aria-live="polite">
      <Status value={campaign.state} />
      {campaign.reason && <span class="words">{campaign.reason}</span>}
    </span>
  );
}

function Shown({ campaign }: { campaign: Detail }) {
  const { total, counts, version } = campaign;
  const done = counts.succeeded + counts.failed + counts.cancelled;
  return (
    <>
      <section class="card" aria-labelledby="campaign-progress">
        <div class="card-head">
          <h2 id="campaign-progress">{t("campaign.progress")}</h2>
          <strong>
            {total === null
              ? t("campaign.choosing")
              : t("campaign.done_of", { done: number(done), total: number(total) })}
          </strong>
        </div>
        <StateBar label={t("campaign.progress_of", { version })} counts={counts} />
      </section>
      {campaign.wave_bounds.length > 1 && <Waves campaign={campaign} />}
      <CampaignStations campaignId={campaign.campaign_id} />
      <Terms campaign={campaign} />
      <History entries={campaign.history} />
    </>
  );
}

function Waves({ campaign }: { campaign: Detail }) {
  return (
    <section class="card" aria-labelledby="campaign-waves">
      <h2 id="campaign-waves">{t("campaign.waves")}</h2>
      <ol class="campaign-waves">
        {wavesOf(campaign).map((wave) => {
          const label = t("campaign.wave", { number: wave.number });
          return (
            <li key={wave.number} class="stack" data-wave={wave.number}>
              <div class="card-head">
                <span>
                  <strong>{label}</strong> · {t("campaign.wave_size", { count: wave.size })}
                </span>
                <span class="muted">{word("campaign.wave_stage", wave.stage)}</span>
              </div>
              {wave.states && <StateBar label={label} counts={countOf(wave.states)} />}
            </li>
          );
        })}
      </ol>
    </section>
  );
}

function Terms({ campaign }: { campaign: Detail }) {
  const { terms } = campaign;
  return (
    <section class="card" aria-labelledby="campaign-terms">
      <h2 id="campaign-terms">{t("campaign.terms")}</h2>
      <Facts
        facts={[
          [t("campaign.firmware"), <FirmwareName key="firmware" of={campaign} />],
          [
            t("choice.stations"),
            campaign.selection ? selectionText(campaign.selection) : t("choice.by_list"),
          ],
          [t("campaign.waves"), list(campaign.waves.map(String))],
          [t("campaign.pause_min"), number(campaign.pause_between_waves_s / 60, 1)],
          [t("campaign.concurrency"), number(campaign.concurrency)],
          [t("campaign.halt"), haltText(campaign.halt_after)],
          [t("campaign.window"), windowText(campaign.window)],
          [t("campaign.when_idle"), t(terms.when_idle ? "word.yes" : "word.no")],
          [t("campaign.attempts"), number(terms.attempts)],
          [t("campaign.signing"), word("signing", terms.signing)],
          [t("campaign.requested_by"), campaign.requested_by],
          [t("campaign.created"), <Time key="created" at={campaign.created_at} />],
          [t("campaign.began"), <Time key="began" at={campaign.started_at} />],
          [t("campaign.ended"), <Time key="ended" at={campaign.ended_at} />],
        ]}
      />
    </section>
  );
}

function History({ entries }: { entries: Detail["history"] }) {
  return (
    <section class="card" aria-labelledby="campaign-history">
      <h2 id="campaign-history">{t("campaign.history")}</h2>
      <ol class="campaign-history">
        {entries.map((entry) => (
          <li key={`${entry.at} ${entry.event}`}>
            <span class="muted nowrap">
              <Time at={entry.at} />
            </span>
            <span class="words">
              {word("campaign.event", entry.event)}
              {entry.detail && `: ${entry.detail}`}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
