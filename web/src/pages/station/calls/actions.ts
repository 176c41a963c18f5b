/** The actions that we send, by what they are about, and which of them are asked for twice. */

export const TOPICS = ["charging", "station", "settings", "tokens", "energy", "software", "display"] as const;
export type Topic = (typeof TOPICS)[number];

const OF_TOPIC: Readonly<Record<Topic, readonly string[]>> = {
  charging: [
    "RemoteStartTransaction",
    "RemoteStopTransaction",
    "RequestStartTransaction",
    "RequestStopTransaction",
    "ReserveNow",
    "CancelReservation",
    "UnlockConnector",
    "GetTransactionStatus",
    "CostUpdated",
    "RequestBatterySwap",
    "NotifyWebPaymentStarted",
    "ChangeTransactionTariff",
    "SetDefaultTariff",
    "GetTariffs",
    "ClearTariffs",
  ],
  station: ["ChangeAvailability", "Reset", "TriggerMessage", "ExtendedTriggerMessage", "DataTransfer"],
  settings: [
    "ChangeConfiguration",
    "GetConfiguration",
    "SetVariables",
    "GetVariables",
    "GetBaseReport",
    "GetReport",
    "SetNetworkProfile",
    "SetMonitoringBase",
    "SetMonitoringLevel",
    "SetVariableMonitoring",
    "ClearVariableMonitoring",
    "GetMonitoringReport",
    "GetPeriodicEventStream",
    "AdjustPeriodicEventStream",
  ],
  tokens: ["ClearCache", "GetLocalListVersion", "SendLocalList", "CustomerInformation"],
  energy: [
    "SetChargingProfile",
    "GetChargingProfiles",
    "ClearChargingProfile",
    "GetCompositeSchedule",
    "UpdateDynamicSchedule",
    "UsePriorityCharging",
    "NotifyAllowedEnergyTransfer",
    "AFRRSignal",
    "SetDERControl",
    "GetDERControl",
    "ClearDERControl",
  ],
  software: [
    "UpdateFirmware",
    "SignedUpdateFirmware",
    "PublishFirmware",
    "UnpublishFirmware",
    "GetDiagnostics",
    "GetLog",
    "GetInstalledCertificateIds",
    "InstallCertificate",
    "DeleteCertificate",
    "CertificateSigned",
  ],
  display: ["SetDisplayMessage", "GetDisplayMessages", "ClearDisplayMessage"],
};

/** The actions of a version by topic; topics without any are left out. */
export function byTopic<A extends string>(actions: readonly A[]): { topic: Topic; actions: A[] }[] {
  return TOPICS.map((topic) => ({
    topic,
    actions: OF_TOPIC[topic].flatMap((action) => actions.filter((one) => one === action)),
  })).filter((group) => group.actions.length > 0);
}

/** What can take a station out of service, lock us out of it, or lose what it holds. */
const WEIGHTY: ReadonlySet<string> = new Set([
  "CertificateSigned",
  "ChangeAvailability",
  "ClearCache",
  "ClearChargingProfile",
  "ClearDERControl",
  "ClearDisplayMessage",
  "ClearTariffs",
  "ClearVariableMonitoring",
  "CustomerInformation",
  "DeleteCertificate",
  "InstallCertificate",
  "PublishFirmware",
  "RemoteStopTransaction",
  "RequestStopTransaction",
  "Reset",
  "SendLocalList",
  "SetNetworkProfile",
  "SignedUpdateFirmware",
  "UnlockConnector",
  "UnpublishFirmware",
  "UpdateFirmware",
]);

export const isWeighty = (action: string): boolean => WEIGHTY.has(action);

/** What changes a station's credentials: the API takes it from administrators only. */
const OF_ADMINS: readonly string[] = [
  "CertificateSigned",
  "DeleteCertificate",
  "InstallCertificate",
  "SetNetworkProfile",
];

export const isOfAdmins = (action: string): boolean => OF_ADMINS.includes(action);
