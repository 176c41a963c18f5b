/** A firmware campaign as it is typed, and as the API takes it. */
import type { components } from "../../api/openapi.d.ts";
import { type Choice, chosenOf, NOTHING_CHOSEN } from "../../parts/choice.ts";

type Schemas = components["schemas"];
/** What has a default of the API's need not be said. */
export type Order = Partial<Schemas["CampaignOrder"]>;
export type Day = NonNullable<Schemas["MaintenanceWindow"]["days"]>[number];
type Signing = Schemas["UpdateTerms"]["signing"];

export const DAYS: readonly Day[] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
export const SIGNINGS: readonly Signing[] = ["auto", "required", "never"];
export const HALTS = ["share", "failures", "never"] as const;
const MINUTE_S = 60;
const DAY_S = 86_400;

export interface Draft {
  /** Empty: a file elsewhere, at `location`. */
  firmwareId: string;
  location: string;
  version: string;
  signature: string;
  certificate: string;
  choice: Choice;
  /** `5, 25%, 100%` */
  waves: string;
  pauseMin: string;
  concurrency: string;
  haltBy: (typeof HALTS)[number];
  /** Percent, or stations. */
  halt: string;
  hasWindow: boolean;
  opens: string;
  closes: string;
  timeZone: string;
  days: readonly Day[];
  whenIdle: boolean;
  attempts: string;
  retryAfterMin: string;
  signing: Signing;
  onlineDays: string;
  downloadMin: string;
  installMin: string;
  bootMin: string;
}

/** With what the API takes when nothing is said, and first a few stations before the others. */
export const newDraft = (timeZone: string): Draft => ({
  firmwareId: "",
  location: "",
  version: "",
  signature: "",
  certificate: "",
  choice: NOTHING_CHOSEN,
  waves: "1, 25%, 100%",
  pauseMin: "0",
  concurrency: "10",
  haltBy: "share",
  halt: "20",
  hasWindow: false,
  opens: "22:00",
  closes: "05:00",
  timeZone,
  days: DAYS,
  whenIdle: true,
  attempts: "3",
  retryAfterMin: "5",
  signing: "auto",
  onlineDays: "7",
  downloadMin: "60",
  installMin: "60",
  bootMin: "30",
});

/** The same once more, for those stations of a campaign that could not be updated; undefined: there are none, or more
 * than are known here. */
export function againOf(campaign: Schemas["CampaignDetail"]): Draft | undefined {
  const { stations, total, counts, terms, window, halt_after: halt } = campaign;
  if (!campaign.ended_at || counts.failed === 0 || stations.length !== total) return undefined;
  const failed = stations.filter(({ state }) => state === "failed").map((one) => one.station_id);
  return {
    ...newDraft(window?.time_zone ?? "Etc/UTC"),
    firmwareId: campaign.firmware_id ?? "",
    location: campaign.location ?? "",
    version: campaign.version,
    choice: { ...NOTHING_CHOSEN, by: "list", list: failed.join("\n") },
    concurrency: String(campaign.concurrency),
    ...limitOf(halt),
    ...(window && {
      hasWindow: true,
      opens: window.from,
      closes: window.to,
      days: window.days ?? DAYS,
    }),
    whenIdle: terms.when_idle,
    attempts: String(terms.attempts),
    retryAfterMin: String(terms.retry_after_s / MINUTE_S),
    signing: terms.signing,
    onlineDays: String(terms.online_within_s / DAY_S),
    downloadMin: String(terms.download_within_s / MINUTE_S),
    installMin: String(terms.install_within_s / MINUTE_S),
    bootMin: String(terms.boot_within_s / MINUTE_S),
  };
}

function limitOf({ share, failures }: Schemas["HaltLimits"]): Pick<Draft, "haltBy" | "halt"> {
  if (typeof share === "number") return { haltBy: "share", halt: String(Number((share * 100).toFixed(3))) };
  return typeof failures === "number"
    ? { haltBy: "failures", halt: String(failures) }
    : { haltBy: "never", halt: "0" };
}

/** Undefined: that is no list of waves. */
export function wavesOf(text: string): (number | string)[] | undefined {
  const waves = text
    .split(/[\s,;]+/)
    .filter(Boolean)
    .map((one) => (/^[1-9]\d*$/.test(one) ? Number(one) : one));
  const areWaves = waves.every((one) => typeof one === "number" || /^\d{1,3}(\.\d{1,3})?%$/.test(one));
  return areWaves && waves.length > 0 ? waves : undefined;
}

/** Undefined: something is missing that nobody else can say. */
export function orderOf(draft: Draft): Order | undefined {
  const chosen = chosenOf(draft.choice);
  const waves = wavesOf(draft.waves);
  const hasFirmware = draft.firmwareId || (draft.location && draft.version);
  const neverOpens = draft.hasWindow && draft.days.length === 0;
  if (!chosen || !waves || !hasFirmware || neverOpens) return undefined;
  return {
    ...chosen,
    ...firmwareOf(draft),
    waves,
    pause_between_waves_s: Number(draft.pauseMin) * MINUTE_S,
    concurrency: Number(draft.concurrency),
    halt_after: haltOf(draft.haltBy, draft.halt),
    ...(draft.hasWindow && {
      window: {
        from: draft.opens,
        to: draft.closes,
        time_zone: draft.timeZone,
        days: DAYS.filter((day) => draft.days.includes(day)),
      },
    }),
    when_idle: draft.whenIdle,
    attempts: Number(draft.attempts),
    retry_after_s: Number(draft.retryAfterMin) * MINUTE_S,
    signing: draft.signing,
    online_within_s: Number(draft.onlineDays) * DAY_S,
    download_within_s: Number(draft.downloadMin) * MINUTE_S,
    install_within_s: Number(draft.installMin) * MINUTE_S,
    boot_within_s: Number(draft.bootMin) * MINUTE_S,
  };
}

function firmwareOf(draft: Draft): Order {
  if (draft.firmwareId) return { firmware_id: draft.firmwareId };
  return {
    location: draft.location.trim(),
    version: draft.version.trim(),
    ...(draft.signature.trim() && { signature: draft.signature.replace(/\s+/g, "") }),
    ...(draft.certificate.trim() && { signing_certificate: draft.certificate.trim() }),
  };
}

/** Without limits it never halts itself. */
export function haltOf(by: Draft["haltBy"], value: string): Schemas["HaltLimits"] {
  if (by === "share") return { share: Number(value) / 100 };
  return by === "failures" ? { failures: Number(value) } : {};
}
