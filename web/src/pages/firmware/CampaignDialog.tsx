/** A new campaign: what goes to whom and how, then all of it once more before it begins. */
import { useState } from "preact/hooks";
import { api, refresh, type Schemas } from "../../api/client.ts";
import { zone } from "../../format.ts";
import { Dialog } from "../../parts/Dialog.tsx";
import { StationChoice } from "../../parts/StationChoice.tsx";
import { Failed } from "../../parts/states.tsx";
import { useSubmit } from "../../parts/submit.ts";
import { t } from "../../texts/index.ts";
import { CampaignSummary } from "./CampaignSummary.tsx";
import { type Draft, newDraft, orderOf } from "./draft.ts";
import { FirmwareFields } from "./FirmwareFields.tsx";
import { TermFields } from "./TermFields.tsx";
import { WaveFields } from "./WaveFields.tsx";

/** The paths of the request that have a field. */
const FIELDS = [
  "firmware_id",
  "location",
  "version",
  "signature",
  "signing_certificate",
  "stations",
  "selection",
  "waves",
  "window.from",
  "window.to",
  "window.time_zone",
  "signing",
];

export interface FieldProperties {
  draft: Draft;
  change: (changes: Partial<Draft>) => void;
  wrong: (path: string) => string | undefined;
}

interface Properties {
  /** What to begin with, if anything is known. */
  draft?: Draft;
  close: () => void;
  started: (campaignId: string) => void;
}

export function CampaignDialog({ draft: given, close, started }: Properties) {
  const [draft, setDraft] = useState(() => given ?? newDraft(zone()));
  const [isChecked, setIsChecked] = useState(false);
  const order = orderOf(draft);
  const { busy, error, submit, wrong } = useSubmit(async (header) => {
    if (!order) return;
    try {
      const { data } = await api.POST("/firmware-campaigns", {
        params: { header },
        // What has a default need not be said, which the generated type does not know.
        body: order as Schemas["CampaignOrder"],
      });
      await refresh("/firmware-campaigns");
      if (data) started(data.campaign_id);
    } catch (problem) {
      // What is wrong stands beside its field.
      setIsChecked(false);
      throw problem;
    }
  }, FIELDS);
  const change = (changes: Partial<Draft>) => setDraft({ ...draft, ...changes });
  const fields = { draft, change, wrong };
  return (
    <Dialog title={t("campaign.new")} close={close}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (isChecked) submit(event);
          else setIsChecked(order !== undefined);
        }}
      >
        {isChecked && order ? (
          <CampaignSummary draft={draft} order={order} />
        ) : (
          <>
            <FirmwareFields {...fields} />
            <StationChoice choice={draft.choice} change={(choice) => change({ choice })} wrong={wrong} />
            <WaveFields {...fields} />
            <TermFields {...fields} />
          </>
        )}
        {error !== undefined && <Failed error={error} title={t("form.failed")} />}
        <div class="row end">
          <button type="button" class="button" onClick={isChecked ? () => setIsChecked(false) : close}>
            {t(isChecked ? "campaign.back" : "dialog.cancel")}
          </button>
          <button type="submit" class="button primary" disabled={busy || !order}>
            {t(isChecked ? "campaign.start" : "campaign.check")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
