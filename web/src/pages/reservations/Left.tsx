import { useNow } from "../../parts/Time.tsx";
import { t } from "../../texts/index.ts";
import { countdown } from "./countdown.ts";

/** How long a reservation is still kept, counting down. */
export function Left({ until }: { until: string }) {
  const now = useNow(1_000);
  const text = countdown(until, now);
  // Said once, not every second: the moment itself stands beside it.
  return <span role="timer">{text ?? t("reservations.over")}</span>;
}
