/** Pausing a campaign, letting it go on, and cancelling it; each asks once. */
import { useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { api, refresh, type Schemas } from "../../api/client.ts";
import { useMay } from "../../api/me.ts";
import { Confirm, Dialog } from "../../parts/Dialog.tsx";
import { FormEnd } from "../../parts/FormEnd.tsx";
import { useSubmit } from "../../parts/submit.ts";
import { attempt } from "../../parts/toasts.tsx";
import { t } from "../../texts/index.ts";
import { CampaignDialog } from "./CampaignDialog.tsx";
import { campaignPath } from "./Campaigns.tsx";
import { againOf, type Draft, type HALTS, haltOf } from "./draft.ts";
import { HaltFields } from "./WaveFields.tsx";

type Campaign = Schemas["CampaignDetail"];
type Doing = "pause" | "resume" | "cancel";

const OFFERED: Readonly<Record<Campaign["state"], readonly Doing[]>> = {
  running: ["pause", "cancel"],
  paused: ["resume", "cancel"],
  halted: ["resume", "cancel"],
  succeeded: [],
  failed: [],
  cancelled: [],
};

export function CampaignActions({ campaign }: { campaign: Campaign }) {
  const [doing, setDoing] = useState<Doing>();
  const close = () => setDoing(undefined);
  if (!useMay("operator")) return null;
  return (
    <>
      <Again campaign={campaign} />
      {OFFERED[campaign.state].map((one) => (
        <button
          key={one}
          type="button"
          class={one === "cancel" ? "button danger" : "button"}
          onClick={() => setDoing(one)}
        >
          {t(`campaign.${one}`)}
        </button>
      ))}
      {doing === "resume" && campaign.state === "halted" ? (
        <ResumeDialog campaign={campaign} close={close} />
      ) : (
        doing && (
          <Confirm
            danger={doing === "cancel"}
            title={t(`campaign.${doing}_title`)}
            action={t(`campaign.${doing}`)}
            run={() => attempt(() => DO[doing](campaign.campaign_id), t(`campaign.${doing}_done`))}
            close={close}
          >
            {t(`campaign.${doing}_about`)}
          </Confirm>
        )
      )}
    </>
  );
}

/** Another campaign, for those that failed. */
function Again({ campaign }: { campaign: Campaign }) {
  const { route } = useLocation();
  const [draft, setDraft] = useState<Draft>();
  const again = againOf(campaign);
  const close = () => setDraft(undefined);
  if (!again) return null;
  return (
    <>
      <button type="button" class="button" onClick={() => setDraft(again)}>
        {t("campaign.again", { count: campaign.counts.failed })}
      </button>
      {draft && (
        <CampaignDialog
          draft={draft}
          close={close}
          started={(id) => {
            close();
            route(campaignPath(id));
          }}
        />
      )}
    </>
  );
}

async function change(campaignId: string, body: Schemas["CampaignChange"]): Promise<void> {
  const params = { path: { campaign_id: campaignId } };
  await api.PATCH("/firmware-campaigns/{campaign_id}", { params, body });
  await refresh("/firmware-campaigns");
}

const DO: Readonly<Record<Doing, (campaignId: string) => Promise<void>>> = {
  pause: (campaignId) => change(campaignId, { state: "paused" }),
  resume: (campaignId) => change(campaignId, { state: "running" }),
  cancel: async (campaignId) => {
    const params = { path: { campaign_id: campaignId } };
    await api.DELETE("/firmware-campaigns/{campaign_id}", { params });
    await refresh("/firmware-campaigns");
  },
};

/** What has halted itself goes on only with a limit that is not passed already. */
function ResumeDialog({ campaign, close }: { campaign: Campaign; close: () => void }) {
  const [limit, setLimit] = useState<{ haltBy: (typeof HALTS)[number]; halt: string }>({
    haltBy: "failures",
    halt: String(campaign.counts.failed),
  });
  const { busy, error, submit } = useSubmit(async () => {
    await change(campaign.campaign_id, { state: "running", halt_after: haltOf(limit.haltBy, limit.halt) });
    close();
  });
  return (
    <Dialog title={t("campaign.resume_title")} close={close}>
      <form class="stack" onSubmit={submit}>
        <p>{t("campaign.resume_halted", { reason: campaign.reason ?? "" })}</p>
        <div class="columns">
          <HaltFields
            by={limit.haltBy}
            value={limit.halt}
            change={(changes) => setLimit({ ...limit, ...changes })}
          />
        </div>
        <FormEnd busy={busy} error={error} action={t("campaign.resume")} close={close} />
      </form>
    </Dialog>
  );
}
