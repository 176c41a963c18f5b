/** How a station on the map is after an event, until its position is read anew. */
import type { components } from "../../api/openapi.d.ts";

export type MapStatus = components["schemas"]["StationPosition"]["status"];

interface Placed {
  station_id: string;
  status: MapStatus;
}

export const MAP_STATUSES: readonly MapStatus[] = ["available", "charging", "faulted", "offline"];

/** Which need somebody first: faults, then what cannot be reached. */
const URGENCY: readonly MapStatus[] = ["faulted", "offline", "charging", "available"];

/** Compares stations, the most urgent first and otherwise by id. */
export function byUrgency(one: Placed, other: Placed): number {
  const order = URGENCY.indexOf(one.status) - URGENCY.indexOf(other.status);
  return order || (one.station_id < other.station_id ? -1 : 1);
}

export function statusAfter(status: MapStatus, eventType: string): MapStatus {
  switch (eventType) {
    case "station.offline":
      return "offline";
    case "station.online":
      return status === "offline" ? "available" : status;
    case "fault.raised":
      return status === "offline" ? status : "faulted";
    case "fault.cleared":
      return status === "faulted" ? "available" : status;
    case "transaction.started":
      return status === "available" ? "charging" : status;
    case "transaction.ended":
      return status === "charging" ? "available" : status;
    default:
      return status;
  }
}
