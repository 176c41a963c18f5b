/** What to do with a station that is only noted here: where it has to dial, and where to look if it tries in vain. */
import { Copy } from "../../parts/Copy.tsx";
import { stationsUrl } from "../../parts/places.ts";
import { t } from "../../texts/index.ts";
import type { Station } from "./orders.ts";

export const hasNeverConnected = (station: Station): boolean =>
  !station.online && station.disconnected_at === null && station.last_seen_at === null;

export const refusalsOf = (stationId: string): string =>
  `/refused?station_id=${encodeURIComponent(stationId)}`;

export function NeverConnected({ station }: { station: Station }) {
  return (
    <div class="notice station-words">
      <span>{t("station.never_connected_about")}</span>
      <Copy text={stationsUrl() + encodeURIComponent(station.station_id)} label={t("station.dials")} />
      <a href={refusalsOf(station.station_id)}>{t("nav.refused")}</a>
    </div>
  );
}
