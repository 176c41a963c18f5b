"""The messages that a station sends in OCPP 1.6 and its security extension, property by property.

A required property that can be made up without changing what the message means says what stands `instead`. What may
not be made up: a meter reading, the status that a message is all about, the token to be authorized.
"""

from collections.abc import Mapping
from typing import Any

from shared.ocpp.reading.kinds import NUMBER, Energy, IdTag, Measured, Text, Time, Whole, Word
from shared.ocpp.reading.repairs import Repairs
from shared.ocpp.reading.shapes import Instead, ListOf, Shape, may, need

MEASURANDS = (
    *(
        f"Energy.{power}.{direction}.{period}"
        for power in ("Active", "Reactive")
        for direction in ("Export", "Import")
        for period in ("Register", "Interval")
    ),
    *("Power.Active.Export", "Power.Active.Import", "Power.Offered", "Power.Reactive.Export", "Power.Reactive.Import"),
    *("Power.Factor", "Current.Import", "Current.Export", "Current.Offered"),
    *("Voltage", "Frequency", "Temperature", "SoC", "RPM"),
)
CONTEXTS = (
    *("Interruption.Begin", "Interruption.End", "Transaction.Begin", "Transaction.End"),
    *("Sample.Clock", "Sample.Periodic", "Trigger", "Other"),
)
PHASES = ("L1", "L2", "L3", "N", "L1-N", "L2-N", "L3-N", "L1-L2", "L2-L3", "L3-L1")
LOCATIONS = ("Cable", "EV", "Inlet", "Outlet", "Body")
STOP_UNITS = (
    *("Wh", "kWh", "varh", "kvarh", "W", "kW", "VA", "kVA", "var", "kvar", "A", "V"),
    *("K", "Celcius", "Celsius", "Fahrenheit", "Percent"),
)
"""The units of StopTransaction's transactionData; the schema of MeterValues has one more."""

UNITS = (*STOP_UNITS, "Hertz")
UNIT_ALIASES = {
    **dict.fromkeys(("watthour", "watthours"), "Wh"),
    **dict.fromkeys(("kilowatthour", "kilowatthours"), "kWh"),
    **dict.fromkeys(("watt", "watts"), "W"),
    **dict.fromkeys(("kilowatt", "kilowatts"), "kW"),
    **dict.fromkeys(("amp", "amps", "ampere", "amperes"), "A"),
    **dict.fromkeys(("volt", "volts"), "V"),
    **dict.fromkeys(("c", "degc", "centigrade"), "Celsius"),
    **dict.fromkeys(("f", "degf"), "Fahrenheit"),
    **dict.fromkeys(("kelvin",), "K"),
    **dict.fromkeys(("%", "pct", "percentage"), "Percent"),
    **dict.fromkeys(("hz",), "Hertz"),
}
STATUSES = (
    *("Available", "Preparing", "Charging", "SuspendedEVSE", "SuspendedEV", "Finishing"),
    *("Reserved", "Unavailable", "Faulted"),
)
STATUS_ALIASES = {"occupied": "Preparing", "fault": "Faulted"}
"""OCPP 1.5 knew only Occupied; Preparing claims the least of what that covers."""

ERROR_CODES = (
    *("ConnectorLockFailure", "EVCommunicationError", "GroundFailure", "HighTemperature", "InternalError"),
    *("LocalListConflict", "NoError", "OtherError", "OverCurrentFailure", "PowerMeterFailure", "PowerSwitchFailure"),
    *("ReaderFailure", "ResetFailure", "UnderVoltage", "OverVoltage", "WeakSignal"),
)
STOP_REASONS = (
    *("EmergencyStop", "EVDisconnected", "HardReset", "Local", "Other", "PowerLoss", "Reboot", "Remote"),
    *("SoftReset", "UnlockCommand", "DeAuthorized"),
)
DIAGNOSTICS_STATUSES = ("Idle", "Uploaded", "UploadFailed", "Uploading")
LOG_STATUSES = (
    *("BadMessage", "Idle", "NotSupportedOperation", "PermissionDenied"),
    *("Uploaded", "UploadFailure", "Uploading"),
)
FIRMWARE_STATUSES = (
    *("Downloaded", "DownloadFailed", "Downloading", "Idle"),
    *("InstallationFailed", "Installing", "Installed"),
)
SIGNED_FIRMWARE_STATUSES = (
    *FIRMWARE_STATUSES,
    *("DownloadScheduled", "DownloadPaused", "InstallRebooting", "InstallScheduled", "InstallVerificationFailed"),
    *("InvalidSignature", "SignatureVerified"),
)


def always(value: object) -> Instead:
    return lambda _receipt: value


def time_of_receipt(receipt: str) -> str:
    return receipt


def no_sample(_receipt: str) -> dict[str, Any]:
    """A sample without a reading: what a sample becomes that is not there or that the schema has no words for."""
    return {"value": ""}


def no_meter_value(receipt: str) -> dict[str, Any]:
    return {"timestamp": receipt, "sampledValue": [no_sample(receipt)]}


def settle_sample(sample: dict[str, Any], path: str, repairs: Repairs) -> dict[str, Any]:
    """Takes the reading out of a sample that would otherwise be taken for something else.

    Without its unknown measurand, unit, phase, location or format, a sample would count as the energy register in Wh:
    the standard's defaults. So its value moves to `kept` as well, and so does a value that is no number.
    """
    value = sample["value"]
    if not value:
        return sample
    foreign = repairs.kept and any(f"{path}.{name}" in repairs.kept for name in DECISIVE)
    if not foreign:
        if sample.get("format") == "SignedData" or NUMBER.fullmatch(value):
            return sample
        repairs.found("Q-12", f"{path}.value", "not a number", value)
    repairs.keep(f"{path}.value", value)
    return {**sample, "value": ""}


DECISIVE = ("measurand", "unit", "phase", "location", "format")
"""The properties of a sample that say what its value is (its context only says when)."""


def settle_status(status: dict[str, Any], _path: str, repairs: Repairs) -> dict[str, Any]:
    """Puts an unknown error code or status where the standard has room for a vendor's words."""
    for name, rooms in (("errorCode", ("vendorErrorCode", "info")), ("status", ("info", "vendorErrorCode"))):
        original = repairs.kept.get(name)
        room = next((room for room in rooms if not status.get(room)), None)
        if original and room:
            status = {**status, room: original[:50]}
    return status


def meter_value(units: tuple[str, ...], *, filled: bool) -> Shape:
    """An entry of `meterValue` or `transactionData`; `filled`: the schema wants at least one sample."""
    sample = Shape(
        {
            "value": need(Measured(), instead=always("")),
            "context": may(Word(CONTEXTS, "Q-17")),
            "format": may(Word(("Raw", "SignedData"))),
            "measurand": may(Word(MEASURANDS)),
            "phase": may(Word(PHASES)),
            "location": may(Word(LOCATIONS)),
            "unit": may(Word(units, "Q-15", UNIT_ALIASES)),
        },
        settle_sample,
    )
    samples = ListOf(sample, no_sample, filled=filled)
    return Shape(
        {
            "timestamp": need(Time(), instead=time_of_receipt),
            "sampledValue": need(samples, "Q-14", lambda receipt: [no_sample(receipt)]),
        }
    )


def job_status(words: tuple[str, ...]) -> Word:
    """How a job goes on. An unknown word says nothing about it, which is what Idle says."""
    return Word(words, unknown="Idle")


TEXT_20, TEXT_25, TEXT_50, TEXT_255 = Text(20), Text(25), Text(50), Text(255)
WHOLE, ENERGY, TIME = Whole(), Energy(), Time()
TRANSACTION_ID = Whole(usual_bits=31)
REPORTED_AT = need(TIME, instead=time_of_receipt)

MESSAGES_16: Mapping[str, Shape] = {
    "Authorize": Shape({"idTag": need(IdTag())}),
    "BootNotification": Shape(
        {
            "chargePointVendor": need(Text(20, filled=True), "Q-11", always("")),
            "chargePointModel": need(Text(20, filled=True), "Q-11", always("")),
            "chargePointSerialNumber": may(TEXT_25),
            "chargeBoxSerialNumber": may(TEXT_25),
            "firmwareVersion": may(TEXT_50),
            "iccid": may(TEXT_20),
            "imsi": may(TEXT_20),
            "meterType": may(TEXT_25),
            "meterSerialNumber": may(TEXT_25),
        }
    ),
    "DataTransfer": Shape(
        {
            "vendorId": need(Text(255, filled=True), "Q-11", always("")),
            "messageId": may(TEXT_50),
            "data": may(Text()),
        }
    ),
    "DiagnosticsStatusNotification": Shape({"status": need(job_status(DIAGNOSTICS_STATUSES))}),
    "FirmwareStatusNotification": Shape({"status": need(job_status(FIRMWARE_STATUSES))}),
    "Heartbeat": Shape({}),
    "LogStatusNotification": Shape({"status": need(job_status(LOG_STATUSES)), "requestId": may(WHOLE)}),
    "MeterValues": Shape(
        {
            "connectorId": need(WHOLE, "Q-27", always(0)),
            "transactionId": may(TRANSACTION_ID),
            "meterValue": need(
                ListOf(meter_value(UNITS, filled=True), no_meter_value, filled=True),
                "Q-14",
                lambda receipt: [no_meter_value(receipt)],
            ),
        }
    ),
    "SecurityEventNotification": Shape(
        {
            "type": need(Text(50, filled=True), "Q-11", always("")),
            "timestamp": REPORTED_AT,
            "techInfo": may(TEXT_255),
        }
    ),
    "SignCertificate": Shape({"csr": need(Text(5500))}),
    "SignedFirmwareStatusNotification": Shape(
        {"status": need(job_status(SIGNED_FIRMWARE_STATUSES)), "requestId": may(WHOLE)}
    ),
    "StartTransaction": Shape(
        {
            "connectorId": need(WHOLE, "Q-27", always(0)),
            "idTag": need(IdTag(filled=True), "Q-45", always("")),
            "meterStart": need(ENERGY),
            "reservationId": may(WHOLE),
            "timestamp": REPORTED_AT,
        }
    ),
    "StatusNotification": Shape(
        {
            "connectorId": need(WHOLE),
            "errorCode": need(Word(ERROR_CODES, unknown="OtherError"), instead=always("NoError")),
            "info": may(TEXT_50),
            "status": need(Word(STATUSES, aliases=STATUS_ALIASES, unknown="Unavailable")),
            "timestamp": may(Time(now_if_ahead=True)),
            "vendorId": may(TEXT_255),
            "vendorErrorCode": may(TEXT_50),
        },
        settle_status,
    ),
    "StopTransaction": Shape(
        {
            "idTag": may(IdTag(filled=True), "Q-26"),
            "meterStop": need(ENERGY),
            "timestamp": REPORTED_AT,
            "transactionId": need(TRANSACTION_ID, "Q-27", always(-1)),
            "reason": may(Word(STOP_REASONS, unknown="Other")),
            "transactionData": may(ListOf(meter_value(STOP_UNITS, filled=False), no_meter_value)),
        }
    ),
}
"""By action: the payload of its request."""
