/** The terms of a campaign in words. */
import type { Schemas } from "../../api/client.ts";
import { list, number } from "../../format.ts";
import { t, word } from "../../texts/index.ts";

const WHOLE_WEEK = 7;

export function haltText(halt: Schemas["CampaignOrder"]["halt_after"]): string {
  const limits = typeof halt === "object" && halt !== null ? halt : {};
  const said = [
    typeof limits.share === "number"
      ? t("campaign.halts_share", { percent: number(limits.share * 100, 1) })
      : "",
    typeof limits.failures === "number" ? t("campaign.halts_failures", { count: limits.failures }) : "",
  ];
  return list(said.filter(Boolean)) || t("campaign.halt_by.never");
}

export function windowText(window: Schemas["MaintenanceWindow"] | null | undefined): string {
  if (!window) return t("campaign.any_time");
  const times = `${window.from}–${window.to} (${window.time_zone})`;
  const days = window.days ?? [];
  if (days.length === 0 || days.length === WHOLE_WEEK) return times;
  return `${list(days.map((day) => word("weekday", day)))}, ${times}`;
}
