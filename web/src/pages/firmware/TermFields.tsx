import { CheckField, SelectField, TextField } from "../../parts/fields.tsx";
import { t, word } from "../../texts/index.ts";
import type { FieldProperties } from "./CampaignDialog.tsx";
import { type Draft, SIGNINGS } from "./draft.ts";

type Numbered = "attempts" | "retryAfterMin" | "onlineDays" | "downloadMin" | "installMin" | "bootMin";

const BOUNDS: Readonly<Record<Numbered, readonly [least: number, most: number]>> = {
  attempts: [1, 20],
  retryAfterMin: [0, 1_440],
  onlineDays: [1, 90],
  downloadMin: [1, 10_080],
  installMin: [1, 10_080],
  bootMin: [1, 10_080],
};

/** How each station is updated: its attempts, its signature, its deadlines. */
export function TermFields({ draft, change, wrong }: FieldProperties) {
  const field = (name: Numbered) => {
    const changed = (value: string): Partial<Draft> => ({ [name]: value });
    const [min, max] = BOUNDS[name];
    return (
      <TextField
        label={t(`campaign.${name}`)}
        type="number"
        min={min}
        max={max}
        value={draft[name]}
        change={(value) => change(changed(value))}
        required
      />
    );
  };
  return (
    <fieldset class="form-part">
      <legend>{t("campaign.terms")}</legend>
      <CheckField
        label={t("campaign.when_idle")}
        checked={draft.whenIdle}
        change={(whenIdle) => change({ whenIdle })}
      />
      <details open={Boolean(wrong("signing"))}>
        <summary>{t("campaign.more_terms")}</summary>
        <div class="columns">
          {field("attempts")}
          {field("retryAfterMin")}
          <SelectField
            label={t("campaign.signing")}
            value={draft.signing}
            change={(wanted) => change({ signing: SIGNINGS.find((one) => one === wanted) ?? draft.signing })}
            options={SIGNINGS.map((one) => ({ value: one, text: word("signing", one) }))}
            wrong={wrong("signing")}
          />
          {field("onlineDays")}
          {field("downloadMin")}
          {field("installMin")}
          {field("bootMin")}
        </div>
      </details>
    </fieldset>
  );
}
