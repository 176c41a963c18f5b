import { CheckField, SelectField, TextField } from "../../parts/fields.tsx";
import { t, word } from "../../texts/index.ts";
import type { FieldProperties } from "./CampaignDialog.tsx";
import { DAYS, HALTS, wavesOf } from "./draft.ts";

const MOST_CONCURRENCY = 1_000;
const MOST_PAUSE_MIN = 90 * 24 * 60;

/** In which order, how many at once, when, and when it is enough. */
export function WaveFields({ draft, change, wrong }: FieldProperties) {
  return (
    <fieldset class="form-part">
      <legend>{t("campaign.course")}</legend>
      <div class="columns">
        <TextField
          label={t("campaign.waves")}
          hint={t("campaign.waves_hint")}
          value={draft.waves}
          change={(waves) => change({ waves })}
          wrong={wavesOf(draft.waves) ? wrong("waves") : t("campaign.waves_wrong")}
          required
        />
        <TextField
          label={t("campaign.pause_min")}
          hint={t("campaign.pause_hint")}
          type="number"
          min={0}
          max={MOST_PAUSE_MIN}
          value={draft.pauseMin}
          change={(pauseMin) => change({ pauseMin })}
          required
        />
        <TextField
          label={t("campaign.concurrency")}
          type="number"
          min={1}
          max={MOST_CONCURRENCY}
          value={draft.concurrency}
          change={(concurrency) => change({ concurrency })}
          required
        />
        <HaltFields by={draft.haltBy} value={draft.halt} change={change} />
      </div>
      <CheckField
        label={t("campaign.window")}
        checked={draft.hasWindow}
        change={(hasWindow) => change({ hasWindow })}
      />
      {draft.hasWindow && <WindowFields draft={draft} change={change} wrong={wrong} />}
    </fieldset>
  );
}

interface HaltProperties {
  by: FieldProperties["draft"]["haltBy"];
  value: string;
  change: (changes: { haltBy?: (typeof HALTS)[number]; halt?: string }) => void;
}

/** How many may fail before it halts itself. */
export function HaltFields({ by, value, change }: HaltProperties) {
  return (
    <>
      <SelectField
        label={t("campaign.halt")}
        value={by}
        change={(wanted) => change({ haltBy: HALTS.find((one) => one === wanted) ?? by })}
        options={HALTS.map((one) => ({ value: one, text: word("campaign.halt_by", one) }))}
      />
      {by !== "never" && (
        <TextField
          label={t(by === "share" ? "campaign.halt_share" : "campaign.halt_failures")}
          type="number"
          min={0}
          max={by === "share" ? 100 : 10_000}
          value={value}
          change={(halt) => change({ halt })}
          required
        />
      )}
    </>
  );
}

function WindowFields({ draft, change, wrong }: FieldProperties) {
  return (
    <>
      <div class="columns">
        <TextField
          label={t("campaign.opens")}
          hint={t("campaign.time_hint")}
          value={draft.opens}
          change={(opens) => change({ opens })}
          wrong={wrong("window.from")}
          required
        />
        <TextField
          label={t("campaign.closes")}
          hint={t("campaign.time_hint")}
          value={draft.closes}
          change={(closes) => change({ closes })}
          wrong={wrong("window.to")}
          required
        />
        <TextField
          label={t("campaign.zone")}
          value={draft.timeZone}
          change={(timeZone) => change({ timeZone })}
          wrong={wrong("window.time_zone")}
          suggestions={Intl.supportedValuesOf("timeZone")}
          required
        />
      </div>
      <fieldset class="row campaign-days">
        <legend class="visually-hidden">{t("campaign.days")}</legend>
        {DAYS.map((day) => (
          <CheckField
            key={day}
            label={word("weekday", day)}
            checked={draft.days.includes(day)}
            change={(isOn) =>
              change({ days: isOn ? [...draft.days, day] : draft.days.filter((one) => one !== day) })
            }
          />
        ))}
      </fieldset>
    </>
  );
}
