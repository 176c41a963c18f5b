/** Which stations something is for: named, or selected by what is known of them. */
import type { components } from "../api/openapi.d.ts";

export type Selection = components["schemas"]["Selection"];
type Station = Pick<
  components["schemas"]["Station"],
  "station_id" | "online" | "vendor" | "model" | "firmware_version" | "registration"
>;

/** As it is typed. */
export interface Choice {
  by: "selection" | "list";
  prefix: string;
  vendor: string;
  model: string;
  firmwareVersion: string;
  /** `yes`, `no`, or empty: both. */
  online: string;
  /** Ids, apart by commas, spaces or lines. */
  list: string;
}

export const NOTHING_CHOSEN: Choice = {
  by: "selection",
  prefix: "",
  vendor: "",
  model: "",
  firmwareVersion: "",
  online: "",
  list: "",
};

/** As the API takes it; undefined: nothing is said yet. */
export function chosenOf(choice: Choice): { stations: string[] } | { selection: Selection } | undefined {
  if (choice.by === "list") {
    const stations = [...new Set(choice.list.split(/[\s,;]+/).filter(Boolean))];
    return stations.length > 0 ? { stations } : undefined;
  }
  const selection: Selection = {
    ...(choice.prefix && { station_id_prefix: choice.prefix }),
    ...(choice.vendor && { vendor: choice.vendor }),
    ...(choice.model && { model: choice.model }),
    ...(choice.firmwareVersion && { firmware_version: choice.firmwareVersion }),
    ...(choice.online && { online: choice.online === "yes" }),
  };
  return Object.keys(selection).length > 0 ? { selection } : undefined;
}

/** Whether a selection fits a station, as the API understands it: to the letter. */
export function fits(selection: Selection, station: Station): boolean {
  const isWanted = <T>(wanted: T | null | undefined, found: T) =>
    wanted === null || wanted === undefined || wanted === found;
  return (
    station.station_id.startsWith(selection.station_id_prefix ?? "") &&
    isWanted(selection.online, station.online) &&
    isWanted(selection.vendor, station.vendor) &&
    isWanted(selection.model, station.model) &&
    isWanted(selection.firmware_version, station.firmware_version) &&
    isWanted(selection.registration, station.registration)
  );
}
