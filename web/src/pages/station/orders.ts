/** What operators ask of a station most, in the words of the OCPP version that it speaks. */
import type { Schemas } from "../../api/client.ts";

export type Station = Schemas["Station"];
export type Order = Pick<Schemas["CallOrder"], "action"> & { payload: Record<string, unknown> };

/** A connector, an EVSE (connector null), or the whole station (both null). */
export interface Place {
  evseId: number | null;
  connectorId: number | null;
}

export const WHOLE: Place = { evseId: null, connectorId: null };

/** A station that has never connected is taken to speak 1.6, as most do. */
export const speaks16 = (station: Pick<Station, "ocpp_version">): boolean =>
  station.ocpp_version === null || station.ocpp_version === "1.6";

export function start(
  station: Station,
  token: { idToken: string; type: string | null },
  evseId: number | null,
): Order {
  if (speaks16(station))
    return {
      action: "RemoteStartTransaction",
      payload: { idTag: token.idToken, ...(evseId === null ? {} : { connectorId: evseId }) },
    };
  return {
    action: "RequestStartTransaction",
    payload: {
      idToken: { idToken: token.idToken, type: token.type ?? "Central" },
      ...(evseId === null ? {} : { evseId }),
    },
  };
}

export function stop(
  station: Station,
  transaction: Pick<Schemas["Transaction"], "transaction_id" | "number">,
): Order {
  if (speaks16(station))
    return { action: "RemoteStopTransaction", payload: { transactionId: transaction.number } };
  return { action: "RequestStopTransaction", payload: { transactionId: transaction.transaction_id } };
}

export const RESETS_16 = ["Soft", "Hard"] as const;
export const RESETS_2X = ["OnIdle", "Immediate"] as const;

export const reset = (type: string): Order => ({ action: "Reset", payload: { type } });

export function unlock(station: Station, evseId: number, connectorId: number): Order {
  const payload = speaks16(station) ? { connectorId: evseId } : { evseId, connectorId };
  return { action: "UnlockConnector", payload };
}

export function changeAvailability(station: Station, place: Place, isOperative: boolean): Order {
  const wanted = isOperative ? "Operative" : "Inoperative";
  if (speaks16(station))
    return { action: "ChangeAvailability", payload: { connectorId: place.evseId ?? 0, type: wanted } };
  return {
    action: "ChangeAvailability",
    payload: { operationalStatus: wanted, ...evse(place) },
  };
}

export const TRIGGERS_16 = [
  "StatusNotification",
  "MeterValues",
  "Heartbeat",
  "BootNotification",
  "DiagnosticsStatusNotification",
  "FirmwareStatusNotification",
] as const;
export const TRIGGERS_2X = [
  "StatusNotification",
  "MeterValues",
  "TransactionEvent",
  "Heartbeat",
  "BootNotification",
  "LogStatusNotification",
  "FirmwareStatusNotification",
  "SignChargingStationCertificate",
] as const;
/** Those that are of one place; the others are the station's. */
const OF_A_PLACE: readonly string[] = ["StatusNotification", "MeterValues", "TransactionEvent"];
export const isOfAPlace = (message: string): boolean => OF_A_PLACE.includes(message);

/** A StatusNotification of 2.x is asked of one connector (F06.FR.13). */
export const needsConnector = (station: Station, message: string): boolean =>
  !speaks16(station) && message === "StatusNotification";

export function trigger(station: Station, message: string, place: Place): Order {
  const at = isOfAPlace(message) ? place : WHOLE;
  const where = speaks16(station) ? (at.evseId === null ? {} : { connectorId: at.evseId }) : evse(at);
  return { action: "TriggerMessage", payload: { requestedMessage: message, ...where } };
}

function evse({ evseId, connectorId }: Place): { evse?: { id: number; connectorId?: number } } {
  if (evseId === null) return {};
  return { evse: { id: evseId, ...(connectorId === null ? {} : { connectorId }) } };
}

/** All of them: the list of profiles itself can only be cleared of some. */
export const clearProfiles = (station: Station): Order => ({
  action: "ClearChargingProfile",
  payload: speaks16(station) ? {} : { chargingProfileCriteria: {} },
});

export function compositeSchedule(
  station: Station,
  evseId: number,
  durationS: number,
  unit: "A" | "W",
): Order {
  const of = speaks16(station) ? { connectorId: evseId } : { evseId };
  return { action: "GetCompositeSchedule", payload: { ...of, duration: durationS, chargingRateUnit: unit } };
}

/** The places of a station, for a choice. */
export function places(station: Station): Place[] {
  return station.evses.flatMap((one) =>
    one.connectors.map((connector) => ({ evseId: one.evse_id, connectorId: connector.connector_id })),
  );
}
