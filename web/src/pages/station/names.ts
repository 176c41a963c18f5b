/** How places of a station are called. */
import { t } from "../../texts/index.ts";
import { type Place, type Station, speaks16 } from "./orders.ts";

/** `EVSE 1`; with 1.6 an EVSE is a connector. */
export function evseName(station: Station, evseId: number): string {
  return t(speaks16(station) ? "station.connector" : "station.evse", { number: evseId });
}

/** `EVSE 1, connector 2`, `Connector 2` (1.6), `The whole station`. */
export function placeName(station: Station, place: Place): string {
  if (place.evseId === null || place.evseId === 0) return t("station.whole");
  const evse = evseName(station, place.evseId);
  if (speaks16(station) || place.connectorId === null) return evse;
  return `${evse}, ${t("station.connector", { number: place.connectorId })}`;
}
