/** An id token as it stands in a form, and as the API takes it. */
import type { components } from "../../api/openapi.d.ts";
import { fromLocal, toLocal } from "../../parts/moments.ts";

type IdToken = components["schemas"]["IdToken"];
type Settings = components["schemas"]["IdTokenSettings"];
export type Day = components["schemas"]["HoursSetting"]["days"][number];

export const STATUSES: readonly Settings["status"][] = [
  "Accepted",
  "Blocked",
  "Expired",
  "Invalid",
  "NoCredit",
];
export const DAYS: readonly Day[] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

export interface StationRow {
  station_id: string;
  /** `1, 2`; empty: all. */
  evse_ids: string;
}

export interface HoursRow {
  opens: string;
  closes: string;
  time_zone: string;
  days: readonly Day[];
}

/** Numbers are texts as they are typed; empty: none. */
export interface Draft {
  status: Settings["status"];
  expires_at: string;
  group_id: string;
  concurrent: boolean;
  type: string;
  tariff_id: string;
  language: string;
  balance: string;
  cache_min: string;
  max_cost: string;
  max_energy_kwh: string;
  max_time_min: string;
  max_soc_percent: string;
  stations: readonly StationRow[];
  /** `cCCS2, cType2` */
  connector_types: string;
  hours: readonly HoursRow[];
}

export const NEW: Draft = {
  status: "Accepted",
  expires_at: "",
  group_id: "",
  concurrent: true,
  type: "",
  tariff_id: "",
  language: "",
  balance: "",
  cache_min: "",
  max_cost: "",
  max_energy_kwh: "",
  max_time_min: "",
  max_soc_percent: "",
  stations: [],
  connector_types: "",
  hours: [],
};

/** How a token stands: an accepted one expires by itself, or has no credit left. */
export function standingOf({ status, expires_at, balance }: IdToken, now: number): Settings["status"] {
  if (status !== "Accepted") return status;
  if (expires_at !== null && new Date(expires_at).getTime() <= now) return "Expired";
  return balance !== null && balance <= 0 ? "NoCredit" : status;
}

export function draftOf(token: IdToken): Draft {
  return {
    status: token.status,
    expires_at: toLocal(token.expires_at),
    group_id: token.group_id ?? "",
    concurrent: token.concurrent,
    type: token.type ?? "",
    tariff_id: token.tariff_id ?? "",
    language: token.language ?? "",
    balance: text(token.balance),
    cache_min: text(token.cache_for_s, 60),
    max_cost: text(token.limit?.max_cost),
    max_energy_kwh: text(token.limit?.max_energy_wh, 1000),
    max_time_min: text(token.limit?.max_time_s, 60),
    max_soc_percent: text(token.limit?.max_soc_percent),
    stations: token.allowed_stations.map(({ station_id, evse_ids }) => ({
      station_id,
      evse_ids: evse_ids.join(", "),
    })),
    connector_types: token.allowed_connector_types.join(", "),
    hours: token.hours.map((one) => ({ ...one, days: DAYS.filter((day) => one.days.includes(day)) })),
  };
}

/** `kept`: the token as it is; a time to the second stays as it is unless somebody changes it. */
export function settingsOf(draft: Draft, kept?: IdToken): Settings {
  const limit = {
    max_cost: value(draft.max_cost),
    max_energy_wh: whole(draft.max_energy_kwh, 1000),
    max_time_s: whole(draft.max_time_min, 60),
    max_soc_percent: whole(draft.max_soc_percent),
  };
  const isLimited = Object.values(limit).some((one) => one !== null);
  const sameExpiry = kept && toLocal(kept.expires_at) === draft.expires_at;
  return {
    status: draft.status,
    expires_at: sameExpiry ? kept.expires_at : fromLocal(draft.expires_at),
    group_id: draft.group_id.trim() || null,
    concurrent: draft.concurrent,
    type: draft.type.trim() || null,
    tariff_id: draft.tariff_id.trim() || null,
    language: draft.language.trim() || null,
    balance: value(draft.balance),
    cache_for_s: whole(draft.cache_min, 60),
    limit: isLimited ? limit : null,
    allowed_stations: draft.stations
      .filter((row) => row.station_id)
      .map((row) => ({ station_id: row.station_id, evse_ids: words(row.evse_ids).map(Number) })),
    allowed_connector_types: words(draft.connector_types),
    hours: draft.hours.map((row) => ({ ...row, days: [...row.days] })),
  };
}

export function words(list: string): string[] {
  return list.split(/[\s,]+/).filter(Boolean);
}

function text(found: number | null | undefined, per = 1): string {
  return found === null || found === undefined ? "" : String(found / per);
}

function value(typed: string): number | null {
  return typed.trim() === "" ? null : Number(typed);
}

function whole(typed: string, times = 1): number | null {
  const found = value(typed);
  return found === null ? null : Math.round(found * times);
}
