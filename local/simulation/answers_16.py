"""How a simulated station of OCPP 1.6 answers. CORE is what it knows without the security extension."""

from datetime import datetime
from typing import TYPE_CHECKING

from local.simulation import asked
from local.simulation.asked import Do, always, status
from local.simulation.device import Variable
from local.simulation.line import Json, Reply
from local.simulation.session import Card, Invitation, Reservation, StopReason
from local.simulation.transfers import bring_log, update

if TYPE_CHECKING:
    from local.simulation.station import Station

FEATURES = "Core,FirmwareManagement,LocalAuthListManagement,RemoteTrigger,Reservation,SmartCharging"


def _remote_start(station: "Station", payload: Json) -> Reply:
    invitation = Invitation(Card(payload["idTag"]))
    return asked.remote_start(station, payload.get("connectorId"), invitation, payload.get("chargingProfile"))


def _remote_stop(station: "Station", payload: Json) -> Reply:
    return asked.remote_stop(station, payload["transactionId"])


def _reset(station: "Station", payload: Json) -> Reply:
    reason: StopReason = "HardReset" if payload["type"] == "Hard" else "SoftReset"
    return status("Accepted", lambda: station.reboot(reason, "RemoteReset"))


def _change_availability(station: "Station", payload: Json) -> Reply:
    is_operative = payload["type"] == "Operative"
    return asked.change_availability(station, payload["connectorId"], is_operative=is_operative)


def _unlock(station: "Station", payload: Json) -> Reply:
    found = asked.connectors_at(station, payload["connectorId"])
    return asked.unlock(found[0]) if found and payload["connectorId"] else status("NotSupported")


def _trigger(station: "Station", payload: Json) -> Reply:
    return asked.trigger(station, payload["requestedMessage"], payload.get("connectorId"))


def _set_profile(station: "Station", payload: Json) -> Reply:
    return asked.set_profile(station, payload["connectorId"], payload["csChargingProfiles"])


def _clear_profile(station: "Station", payload: Json) -> Reply:
    return asked.clear_profiles(
        station,
        payload.get("id"),
        payload.get("connectorId"),
        payload.get("chargingProfilePurpose"),
        payload.get("stackLevel"),
    )


def _schedule(station: "Station", payload: Json) -> Reply:
    number = payload["connectorId"]
    schedule = asked.schedule(station, number, payload["duration"], payload.get("chargingRateUnit"))
    if schedule is None:
        return status("Rejected")
    start = {"connectorId": number, "scheduleStart": station.clock.present().isoformat(timespec="seconds")}
    return Reply({"status": "Accepted", **start, "chargingSchedule": schedule})


def _get_configuration(station: "Station", payload: Json) -> Reply:
    fixed = {"NumberOfConnectors": str(len(station.connectors)), "SupportedFeatureProfiles": FEATURES}
    known = [{"key": key, "readonly": True, "value": value} for key, value in fixed.items()]
    known += [_configured(one) for one in station.device if one.key_16]
    wanted = payload.get("key")
    if not wanted:
        return Reply({"configurationKey": known})
    names = {str(one["key"]).lower() for one in known}
    return Reply(
        {
            "configurationKey": [one for one in known if str(one["key"]).lower() in map(str.lower, wanted)],
            "unknownKey": [key for key in wanted if key.lower() not in names],
        }
    )


def _configured(one: Variable) -> Json:
    return {"key": one.key_16, "readonly": not one.is_writable, "value": one.value}


def _change_configuration(station: "Station", payload: Json) -> Reply:
    found = station.device.find_16(payload["key"])
    if found is None:
        return status("NotSupported")
    if not found.is_writable or not found.may_be(payload["value"]):
        return status("Rejected")
    found.value = payload["value"]
    return status("Accepted")


def _update(station: "Station", payload: Json) -> Reply:
    if "firmware" in station.is_busy_with:
        return Reply({})
    not_before = datetime.fromisoformat(payload["retrieveDate"])
    return Reply({}, lambda: update(station, payload["location"], None, not_before))


def _get_diagnostics(station: "Station", payload: Json) -> Reply:
    if "log" in station.is_busy_with:
        return Reply({})
    name = f"{station.station_id}.log"
    return Reply({"fileName": name}, lambda: bring_log(station, payload["location"], None, name))


def _reserve(station: "Station", payload: Json) -> Reply:
    expires_at = datetime.fromisoformat(payload["expiryDate"])
    wanted = Reservation(payload["reservationId"], Card(payload["idTag"]), expires_at)
    return asked.reserve(station, payload["connectorId"], wanted)


def cancel_reservation(station: "Station", payload: Json) -> Reply:
    """The same in 2.x."""
    return asked.cancel_reservation(station, payload["reservationId"])


def _local_list_version(station: "Station", _payload: Json) -> Reply:
    return Reply({"listVersion": station.local_list_version})


CORE: dict[str, Do] = {
    "CancelReservation": cancel_reservation,
    "ChangeAvailability": _change_availability,
    "ChangeConfiguration": _change_configuration,
    "ClearCache": always(status="Accepted"),
    "ClearChargingProfile": _clear_profile,
    "DataTransfer": always(status="UnknownVendorId"),
    "GetCompositeSchedule": _schedule,
    "GetConfiguration": _get_configuration,
    "GetDiagnostics": _get_diagnostics,
    "GetLocalListVersion": _local_list_version,
    "RemoteStartTransaction": _remote_start,
    "RemoteStopTransaction": _remote_stop,
    "ReserveNow": _reserve,
    "Reset": _reset,
    "SendLocalList": asked.send_local_list,
    "SetChargingProfile": _set_profile,
    "TriggerMessage": _trigger,
    "UnlockConnector": _unlock,
    "UpdateFirmware": _update,
}


def get_log(station: "Station", payload: Json) -> Reply:
    """The same in 2.x."""
    if "log" in station.is_busy_with:
        return status("Rejected")
    url, name = payload["log"]["remoteLocation"], f"{station.station_id}-{payload['logType']}.log"
    answer = {"status": "Accepted", "filename": name}
    return Reply(answer, lambda: bring_log(station, url, payload["requestId"], name))


def update_numbered(station: "Station", payload: Json) -> Reply:
    """1.6's SignedUpdateFirmware and 2.x's UpdateFirmware. Signatures are believed."""
    if "firmware" in station.is_busy_with:
        return status("Rejected")
    firmware = payload["firmware"]
    not_before = datetime.fromisoformat(firmware.get("retrieveDateTime") or firmware["retrieveDate"])
    return status("Accepted", lambda: update(station, firmware["location"], payload["requestId"], not_before))


ANSWERS: dict[str, Do] = CORE | {
    "CertificateSigned": always(status="Accepted"),
    "DeleteCertificate": always(status="NotFound"),
    "ExtendedTriggerMessage": _trigger,
    "GetInstalledCertificateIds": always(status="NotFound"),
    "GetLog": get_log,
    "InstallCertificate": always(status="Accepted"),
    "SignedUpdateFirmware": update_numbered,
}
