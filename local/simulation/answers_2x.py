"""How a simulated station of OCPP 2.0.1 or 2.1 answers."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from local.simulation import asked, inventory
from local.simulation.answers_16 import cancel_reservation, get_log, update_numbered
from local.simulation.asked import Do, always, status
from local.simulation.line import Json, Reply, Request
from local.simulation.session import Card, Invitation, Reservation

if TYPE_CHECKING:
    from local.simulation.station import Station


def _request_start(station: "Station", payload: Json) -> Reply:
    token = payload["idToken"]
    invitation = Invitation(Card(token["idToken"], token["type"]), payload["remoteStartId"])
    return asked.remote_start(station, payload.get("evseId"), invitation, payload.get("chargingProfile"))


def _request_stop(station: "Station", payload: Json) -> Reply:
    return asked.remote_stop(station, payload["transactionId"])


def _transaction_status(station: "Station", payload: Json) -> Reply:
    """Nothing is ever in a queue for long: what was not told is told as soon as there is a connection."""
    own_id = payload.get("transactionId")
    if own_id is None:
        return Reply({"messagesInQueue": False})
    runs = any(one.session and one.session.own_id == own_id for one in station.connectors)
    return Reply({"ongoingIndicator": runs, "messagesInQueue": False})


def _reset(station: "Station", payload: Json) -> Reply:
    if payload["type"] == "ImmediateAndResume":
        return status("Rejected")
    concerned = asked.connectors_at(station, payload.get("evseId"))
    if not concerned:
        return status("Rejected")
    when_idle = payload["type"] == "OnIdle"
    is_late = when_idle and any(one.session for one in concerned)

    async def reset_evse() -> None:
        if not when_idle:
            concerned[0].stop("HardReset")

    async def reset() -> None:
        reason = "ScheduledReset" if is_late else "RemoteReset"
        await station.reboot("HardReset", reason, when_idle=when_idle)

    return status("Scheduled" if is_late else "Accepted", reset_evse if "evseId" in payload else reset)


def _change_availability(station: "Station", payload: Json) -> Reply:
    is_operative = payload["operationalStatus"] == "Operative"
    number = payload.get("evse", {}).get("id")
    return asked.change_availability(station, number, is_operative=is_operative)


def _unlock(station: "Station", payload: Json) -> Reply:
    """An authorised transaction has its cable locked (F05.FR.02)."""
    found = asked.connectors_at(station, payload["evseId"])
    if not found or payload["connectorId"] != 1:
        return status("UnknownConnector")
    return status("OngoingAuthorizedTransaction") if found[0].session else asked.unlock(found[0])


def _trigger(station: "Station", payload: Json) -> Reply:
    message = payload["requestedMessage"]
    if message == "LogStatusNotification":
        message = "DiagnosticsStatusNotification"  # 1.6's word for it
    elif message == "MeterValues":
        return status("NotImplemented")  # all that is metered comes with transactions
    return asked.trigger(station, message, payload.get("evse", {}).get("id"))


def _set_profile(station: "Station", payload: Json) -> Reply:
    profile, number = payload["chargingProfile"], payload["evseId"]
    named = profile.get("transactionId")
    running = [one.session.own_id for one in asked.connectors_at(station, number) if one.session]
    if named is not None and named not in running:
        return status("Rejected")
    return asked.set_profile(station, number, profile)


def _clear_profile(station: "Station", payload: Json) -> Reply:
    criteria = payload.get("chargingProfileCriteria", {})
    return asked.clear_profiles(
        station,
        payload.get("chargingProfileId"),
        criteria.get("evseId"),
        criteria.get("chargingProfilePurpose"),
        criteria.get("stackLevel"),
    )


def _get_profiles(station: "Station", payload: Json) -> Reply:
    criteria = payload["chargingProfile"]
    wanted = {name: criteria.get(name) for name in ("chargingProfilePurpose", "stackLevel")}
    ids, place = criteria.get("chargingProfileId"), payload.get("evseId")
    fitting = [
        one
        for one in station.profiles
        if (ids is None or one.profile_id in ids)
        and (place is None or one.place == place)
        and all(value is None or one.wire[name] == value for name, value in wanted.items())
    ]
    if not fitting:
        return status("NoProfiles")

    async def report() -> None:
        for number, one in enumerate(fitting, 1):
            page = {"requestId": payload["requestId"], "chargingLimitSource": "CSO", "evseId": one.place}
            told = {**page, "chargingProfile": [one.wire], "tbc": number < len(fitting)}
            await station.send(Request("ReportChargingProfiles", told))

    return status("Accepted", report)


def _schedule(station: "Station", payload: Json) -> Reply:
    number = payload["evseId"]
    schedule = asked.schedule(station, number, payload["duration"], payload.get("chargingRateUnit"))
    if schedule is None:
        return status("Rejected")
    start = {"evseId": number, "scheduleStart": station.clock.present().isoformat(timespec="seconds")}
    return Reply({"status": "Accepted", "schedule": {**schedule, **start}})


def _reserve(station: "Station", payload: Json) -> Reply:
    token = payload["idToken"]
    expires_at = datetime.fromisoformat(payload["expiryDateTime"])
    wanted = Reservation(payload["id"], Card(token["idToken"], token["type"]), expires_at)
    return asked.reserve(station, payload.get("evseId"), wanted)


def _local_list_version(station: "Station", _payload: Json) -> Reply:
    return Reply({"versionNumber": station.local_list_version})


ANSWERS: Mapping[str, Do] = {
    "CancelReservation": cancel_reservation,
    "CertificateSigned": always(status="Accepted"),
    "ChangeAvailability": _change_availability,
    "ClearCache": always(status="Accepted"),
    "ClearChargingProfile": _clear_profile,
    "CostUpdated": always(),
    "DataTransfer": always(status="UnknownVendorId"),
    "DeleteCertificate": always(status="NotFound"),
    "GetBaseReport": inventory.base_report,
    "GetChargingProfiles": _get_profiles,
    "GetCompositeSchedule": _schedule,
    "GetInstalledCertificateIds": always(status="NotFound"),
    "GetLocalListVersion": _local_list_version,
    "GetLog": get_log,
    "GetReport": inventory.report,
    "GetTransactionStatus": _transaction_status,
    "GetVariables": inventory.get_variables,
    "InstallCertificate": always(status="Accepted"),
    "RequestStartTransaction": _request_start,
    "RequestStopTransaction": _request_stop,
    "ReserveNow": _reserve,
    "Reset": _reset,
    "SendLocalList": asked.send_local_list,
    "SetChargingProfile": _set_profile,
    "SetNetworkProfile": always(status="Accepted"),
    "SetVariables": inventory.set_variables,
    "TriggerMessage": _trigger,
    "UnlockConnector": _unlock,
    "UpdateFirmware": update_numbered,
}
