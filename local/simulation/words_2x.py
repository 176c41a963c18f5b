"""What a simulated station says in OCPP 2.0.1 and 2.1. Connector n of 1.6 is EVSE n with its connector 1."""

import itertools
from collections.abc import Sequence

from local.simulation.device import Model
from local.simulation.line import Json, Request
from local.simulation.session import Card, Condition, Sample, Session, State, StopReason
from local.simulation.words import given

FREE: dict[State, str] = {
    "Available": "Available",
    "Reserved": "Reserved",
    "Unavailable": "Unavailable",
    "Faulted": "Faulted",
}
CHARGING_STATES: dict[State, str] = {
    "Preparing": "EVConnected",
    "Charging": "Charging",
    "SuspendedEV": "SuspendedEV",
    "SuspendedEVSE": "SuspendedEVSE",
    "Finishing": "EVConnected",
}
ENDS: dict[StopReason, tuple[str, str]] = {
    "Local": ("StopAuthorized", "Local"),
    "EVDisconnected": ("EVDeparted", "EVDisconnected"),
    "DeAuthorized": ("Deauthorized", "DeAuthorized"),
    "Remote": ("RemoteStop", "Remote"),
    "Reboot": ("AbnormalCondition", "Reboot"),
    "SoftReset": ("ResetCommand", "ImmediateReset"),
    "HardReset": ("ResetCommand", "ImmediateReset"),
    "UnlockCommand": ("UnlockCommand", "Other"),
}
"""By why it ended: what triggered its last event, and the reason that stands in it."""


def status_of(state: State) -> str:
    """Of a connector, in the words of 2.x, which know nothing of its transaction."""
    return FREE.get(state, "Occupied")


class Words2x:
    """See local.simulation.words."""

    def __init__(self, *, tells_by_events: bool) -> None:
        """`tells_by_events`: statuses come as NotifyEvent instead of StatusNotification."""
        self._tells_by_events = tells_by_events
        self._event_ids = itertools.count(1)

    def booted(self, model: Model, serial_number: str, firmware_version: str, reason: str) -> Request:
        station = {
            "vendorName": model.vendor,
            "model": model.name,
            "serialNumber": serial_number,
            "firmwareVersion": firmware_version,
        }
        return Request("BootNotification", {"chargingStation": station, "reason": reason})

    def whole_station(self, *, is_operative: bool, at: str) -> list[Request]:
        del is_operative, at  # a status is of a connector
        return []

    def condition(self, now: Condition) -> list[Request]:
        status = status_of(now.state)
        if self._tells_by_events:
            return [self._event(now, "AvailabilityState", status)]
        place = {"evseId": now.connector_id, "connectorId": 1}
        return [Request("StatusNotification", {"timestamp": now.at, "connectorStatus": status, **place})]

    def changed(self, before: Condition, now: Condition, session: Session | None) -> list[Request]:
        told = []
        if status_of(before.state) != status_of(now.state):
            told += self.condition(now)
        if fault := now.fault or before.fault:
            is_broken = now.fault is not None
            technical: dict[str, str | bool] = {
                "techInfo": fault.info,
                "techCode": fault.error_code,
                "cleared": not is_broken,
            }
            told.append(self._event(now, "Problem", str(is_broken).lower(), **technical))
        if session and CHARGING_STATES[now.state] != CHARGING_STATES[before.state]:
            told.append(_event_of(session, "Updated", "ChargingStateChanged", now.at))
        return told

    def held(self, card: Card) -> Request:
        return Request("Authorize", {"idToken": _id_token(card)})

    def began(self, session: Session, at: str) -> Request:
        trigger = "Authorized" if session.remote_start_id is None else "RemoteStart"
        return _event_of(
            session,
            "Started",
            trigger,
            at,
            info=given(remoteStartId=session.remote_start_id),
            meterValue=[_register(session.meter_start_wh, "Transaction.Begin", at)],
            evse={"id": session.connector_id, "connectorId": 1},
            idToken=_id_token(session.card),
            **given(reservationId=session.reservation_id),
        )

    def measured(self, session: Session, samples: Sequence[Sample], at: str, *, is_asked_for: bool) -> Request:
        value = {"timestamp": at, "sampledValue": [_sampled(one) for one in samples]}
        trigger = "Trigger" if is_asked_for else "MeterValuePeriodic"
        return _event_of(session, "Updated", trigger, at, meterValue=[value])

    def ended(self, session: Session, reason: StopReason, card: Card | None, register_wh: float, at: str) -> Request:
        trigger, stopped_reason = ENDS[reason]
        return _event_of(
            session,
            "Ended",
            trigger,
            at,
            info={"stoppedReason": stopped_reason},
            meterValue=[_register(register_wh, "Transaction.End", at)],
            **given(idToken=_id_token(card) if card else None),
        )

    def is_accepted(self, answer: Json | None) -> bool:
        return answer is not None and answer.get("idTokenInfo", {}).get("status") == "Accepted"

    def reservation_over(self, reservation_id: int, status: str) -> list[Request]:
        told = {"reservationId": reservation_id, "reservationUpdateStatus": status}
        return [Request("ReservationStatusUpdate", told)]

    def log_status(self, status: str, request_id: int | None) -> Request:
        return Request("LogStatusNotification", given(status=status, requestId=request_id))

    def firmware_status(self, status: str, request_id: int | None) -> list[Request]:
        return [Request("FirmwareStatusNotification", given(status=status, requestId=request_id))]

    def _event(self, now: Condition, variable: str, value: str, **more: str | bool) -> Request:
        """An event of a connector."""
        event = {
            "eventId": next(self._event_ids),
            "timestamp": now.at,
            "trigger": "Delta",
            "actualValue": value,
            "eventNotificationType": "HardWiredNotification",
            "component": {"name": "Connector", "evse": {"id": now.connector_id, "connectorId": 1}},
            "variable": {"name": variable},
            **more,
        }
        return Request("NotifyEvent", {"generatedAt": now.at, "seqNo": 0, "eventData": [event]})


def _event_of(
    session: Session, kind: str, trigger: str, at: str, *, info: Json | None = None, **more: object
) -> Request:
    about = {"transactionId": session.own_id, "chargingState": CHARGING_STATES[session.state], **(info or {})}
    told = {
        "eventType": kind,
        "timestamp": at,
        "triggerReason": trigger,
        "seqNo": next(session.seq_nos),
        "transactionInfo": about,
        **more,
    }
    return Request("TransactionEvent", told)


def _id_token(card: Card) -> Json:
    return {"idToken": card.id_token, "type": card.kind}


def _register(register_wh: float, context: str, at: str) -> Json:
    sample = {"value": round(register_wh), "context": context, "measurand": "Energy.Active.Import.Register"}
    return {"timestamp": at, "sampledValue": [{**sample, "unitOfMeasure": {"unit": "Wh"}}]}


def _sampled(sample: Sample) -> Json:
    return given(
        value=round(sample.value, sample.decimals),
        measurand=sample.measurand,
        unitOfMeasure={"unit": sample.unit},
        phase=sample.phase,
        location=sample.location,
    )
