import { number } from "../../../format.ts";
import { t } from "../../../texts/index.ts";
import type { Violation } from "./violations.ts";

/** What is wrong, in words: `At most 20 characters.` */
export function violationText({ rule, limit }: Violation): string {
  switch (rule) {
    case "required":
      return t("calls.wrong_required");
    case "maxLength":
      return t("calls.wrong_longer", { limit: number(Number(limit)) });
    case "minimum":
      return t("calls.wrong_below", { limit: number(Number(limit), 6) });
    case "maximum":
      return t("calls.wrong_above", { limit: number(Number(limit), 6) });
    case "multipleOf":
      return t("calls.wrong_step", { limit: number(Number(limit), 6) });
    case "minItems":
      return t("calls.wrong_few", { limit: number(Number(limit)), count: Number(limit) });
    case "maxItems":
      return t("calls.wrong_many", { limit: number(Number(limit)), count: Number(limit) });
    case "enum":
      return t("calls.wrong_choice", { choices: Array.isArray(limit) ? limit.join(", ") : "" });
    case "type":
      return t("calls.wrong_type", { type: String(limit) });
    case "format":
      return t(limit === "date-time" ? "calls.wrong_time" : "calls.wrong_format", { format: String(limit) });
    default:
      return t("calls.wrong_unknown");
  }
}
