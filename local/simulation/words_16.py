"""What a simulated station says in OCPP 1.6."""

from collections.abc import Sequence

from local.simulation.device import Model
from local.simulation.line import Json, Request
from local.simulation.session import Card, Condition, Sample, Session, StopReason
from local.simulation.words import given

DIAGNOSTICS_STATUS = {"Idle": "Idle", "Uploading": "Uploading", "Uploaded": "Uploaded", "UploadFailure": "UploadFailed"}
UNSAID_OF_FIRMWARE = frozenset({"InstallRebooting"})
"""What there is no word for."""


class Words16:
    """See local.simulation.words."""

    def booted(self, model: Model, serial_number: str, firmware_version: str, reason: str) -> Request:
        del reason  # 1.6 has no field for it
        told = {
            "chargePointVendor": model.vendor,
            "chargePointModel": model.name,
            "chargePointSerialNumber": serial_number,
            "firmwareVersion": firmware_version,
        }
        return Request("BootNotification", told)

    def whole_station(self, *, is_operative: bool, at: str) -> list[Request]:
        return self.condition(Condition(0, "Available" if is_operative else "Unavailable", at))

    def condition(self, now: Condition) -> list[Request]:
        error_code, info = now.fault or ("NoError", None)
        told = given(connectorId=now.connector_id, errorCode=error_code, status=now.state, timestamp=now.at, info=info)
        return [Request("StatusNotification", told)]

    def changed(self, before: Condition, now: Condition, session: Session | None) -> list[Request]:
        del before, session  # every state is told, of transactions nothing else
        return self.condition(now)

    def held(self, card: Card) -> Request:
        return Request("Authorize", {"idTag": card.id_token})

    def began(self, session: Session, at: str) -> Request:
        told = {
            "connectorId": session.connector_id,
            "idTag": session.card.id_token,
            "meterStart": round(session.meter_start_wh),
            "timestamp": at,
            **given(reservationId=session.reservation_id),
        }
        return Request("StartTransaction", told)

    def measured(self, session: Session, samples: Sequence[Sample], at: str, *, is_asked_for: bool) -> Request:
        context = "Trigger" if is_asked_for else None
        value = {"timestamp": at, "sampledValue": [_sampled(one, context) for one in samples]}
        told = given(connectorId=session.connector_id, transactionId=session.number, meterValue=[value])
        return Request("MeterValues", told)

    def ended(self, session: Session, reason: StopReason, card: Card | None, register_wh: float, at: str) -> Request:
        told = given(
            meterStop=round(register_wh),
            timestamp=at,
            transactionId=session.number,
            reason=reason,
            idTag=card.id_token if card else None,
        )
        return Request("StopTransaction", told)

    def is_accepted(self, answer: Json | None) -> bool:
        return answer is not None and answer["idTagInfo"]["status"] == "Accepted"

    def reservation_over(self, reservation_id: int, status: str) -> list[Request]:
        del reservation_id, status  # the status of the connector tells
        return []

    def log_status(self, status: str, request_id: int | None) -> Request:
        if request_id is None:
            return Request("DiagnosticsStatusNotification", {"status": DIAGNOSTICS_STATUS[status]})
        return Request("LogStatusNotification", {"status": status, "requestId": request_id})

    def firmware_status(self, status: str, request_id: int | None) -> list[Request]:
        if request_id is not None:
            return [Request("SignedFirmwareStatusNotification", {"status": status, "requestId": request_id})]
        return [] if status in UNSAID_OF_FIRMWARE else [Request("FirmwareStatusNotification", {"status": status})]


def _sampled(sample: Sample, context: str | None) -> Json:
    return given(
        context=context,
        value=f"{sample.value:.{sample.decimals}f}",
        measurand=sample.measurand,
        unit=sample.unit,
        phase=sample.phase,
        location=sample.location,
    )
