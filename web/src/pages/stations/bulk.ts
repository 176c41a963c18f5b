/** What many stations can be sent at once, with a payload to begin with, in the words of their OCPP version. */
import type { components } from "../../api/openapi.d.ts";

export type Action = components["schemas"]["JobOrder"]["action"];
export type Payload = NonNullable<components["schemas"]["JobOrder"]["payload"]>;
/** OCPP 2.0.1 and 2.1 use the same words here. */
export type Family = "1.6" | "2.x";

interface Offer {
  action: Action;
  payload: Payload;
}

const OFFERS: Readonly<Record<Family, readonly Offer[]>> = {
  "1.6": [
    { action: "Reset", payload: { type: "Soft" } },
    { action: "TriggerMessage", payload: { requestedMessage: "StatusNotification" } },
    { action: "ChangeAvailability", payload: { connectorId: 0, type: "Operative" } },
    { action: "ClearCache", payload: {} },
    { action: "ChangeConfiguration", payload: { key: "HeartbeatInterval", value: "300" } },
    { action: "GetConfiguration", payload: {} },
    { action: "UnlockConnector", payload: { connectorId: 1 } },
    { action: "GetLocalListVersion", payload: {} },
    { action: "DataTransfer", payload: { vendorId: "" } },
  ],
  "2.x": [
    { action: "Reset", payload: { type: "OnIdle" } },
    { action: "TriggerMessage", payload: { requestedMessage: "StatusNotification" } },
    { action: "ChangeAvailability", payload: { operationalStatus: "Operative" } },
    { action: "ClearCache", payload: {} },
    {
      action: "SetVariables",
      payload: {
        setVariableData: [
          {
            component: { name: "OCPPCommCtrlr" },
            variable: { name: "HeartbeatInterval" },
            attributeValue: "300",
          },
        ],
      },
    },
    { action: "GetBaseReport", payload: { requestId: 1, reportBase: "FullInventory" } },
    { action: "UnlockConnector", payload: { evseId: 1, connectorId: 1 } },
    { action: "GetLocalListVersion", payload: {} },
    { action: "DataTransfer", payload: { vendorId: "" } },
  ],
};

export function offersOf(family: Family): readonly Offer[] {
  return OFFERS[family];
}

/** Stations by the words they know; null: they never connected, so nobody knows. */
export function familyOf(version: string | null): Family | null {
  if (version === null) return null;
  return version === "1.6" ? "1.6" : "2.x";
}

/** The object that a text is, or undefined. */
export function payloadOf(text: string): Payload | undefined {
  try {
    const found: unknown = JSON.parse(text || "{}");
    const isObject = typeof found === "object" && found !== null && !Array.isArray(found);
    return isObject ? (found as Payload) : undefined;
  } catch {
    return undefined;
  }
}
