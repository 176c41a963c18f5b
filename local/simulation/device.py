"""What a simulated station is: its model, and the variables by which it is looked at and set.

The variables are those of OCPP 2.0.1's device model; a few are also configuration keys of 1.6.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from local.simulation.vehicles import Outlet

DataType = Literal["string", "integer", "decimal", "boolean", "OptionList", "MemberList"]
Place = tuple[int, int]
"""EVSE and connector from 1; 0: the whole station, or the whole EVSE."""

HEARTBEAT_INTERVAL = ("OCPPCommCtrlr", "HeartbeatInterval")
SAMPLE_INTERVAL = ("SampledDataCtrlr", "TxUpdatedInterval")
PROTOCOLS_16 = "SupportedFileTransferProtocols"
ITEMS_PER_MESSAGE = 50


@dataclass(frozen=True)
class Model:
    """What a station tells of itself, and its outlets in the order of its connectors, each an EVSE of its own.

    `tells_by_events`: its statuses come as NotifyEvent, as 2.1 would have it. `odd`: see odd_vendor.py.
    """

    vendor: str
    name: str
    outlets: Sequence[Outlet]
    firmware_version: str = "1.4.2"
    version: str = "1.6"
    """Of OCPP."""
    tells_by_events: bool = False
    odd: bool = False


@dataclass
class Variable:
    """A variable of a component, with its Actual value."""

    component: str
    name: str
    value: str
    data_type: DataType = "string"
    is_writable: bool = False
    place: Place = (0, 0)
    instance: str | None = None
    unit: str | None = None
    values: str | None = None
    """What a list may hold, separated by commas."""
    key_16: str | None = None
    """Its name in 1.6."""

    def may_be(self, value: str) -> bool:
        """Whether it can take a value."""
        if self.data_type == "integer":
            return value.isascii() and value.isdigit() and len(value) < 10
        if self.data_type == "boolean":
            return value.lower() in ("true", "false")
        return self.values is None or all(one in self.values.split(",") for one in value.split(","))


@dataclass
class Device:
    """The variables of one station."""

    variables: list[Variable] = field(default_factory=list)

    def __iter__(self) -> Iterator[Variable]:
        return iter(self.variables)

    def find(
        self, component: str, name: str, place: Place | None = (0, 0), instance: str | None = None
    ) -> Variable | None:
        """By its names, which are compared as OCPP does, whatever their case."""
        named = (component.lower(), name.lower(), place, (instance or "").lower())
        return next((one for one in self if _names(one) == named), None)

    def knows_component(self, component: str, place: Place) -> bool:
        return any((one.component.lower(), one.place) == (component.lower(), place) for one in self)

    def find_16(self, key: str) -> Variable | None:
        return next((one for one in self if (one.key_16 or "").lower() == key.lower()), None)

    def seconds(self, which: tuple[str, str]) -> float:
        """The value of one that is a time."""
        found = self.find(*which)
        return float(found.value) if found else 0.0

    def put(self, which: tuple[str, str], value: str) -> None:
        found = self.find(*which)
        if found:
            found.value = value


def _names(one: Variable) -> tuple[str, str, Place, str]:
    return one.component.lower(), one.name.lower(), one.place, (one.instance or "").lower()


def device_of(model: Model, serial_number: str) -> Device:
    """The variables of a new station."""
    return Device([*_whole_station(model, serial_number), *_controllers(), *_evses(model)])


def _whole_station(model: Model, serial_number: str) -> Iterator[Variable]:
    station = "ChargingStation"
    yield Variable(station, "Available", "true", "boolean")
    yield Variable(station, "AvailabilityState", "Available", "OptionList", values=AVAILABILITY_STATES)
    yield Variable(station, "Model", model.name)
    yield Variable(station, "VendorName", model.vendor)
    yield Variable(station, "SerialNumber", serial_number)
    yield Variable(station, "FirmwareVersion", model.firmware_version)
    yield Variable(station, "SupplyPhases", str(max(one.phases for one in model.outlets) or 3), "integer")


AVAILABILITY_STATES = "Available,Occupied,Reserved,Unavailable,Faulted"
MEASURED = "Energy.Active.Import.Register,Power.Active.Import,Current.Import,Voltage,SoC"


def _controllers() -> Iterator[Variable]:
    def integer(component: str, name: str, value: int, key_16: str | None = None, unit: str | None = "s") -> Variable:
        return Variable(component, name, str(value), "integer", is_writable=True, unit=unit, key_16=key_16)

    yield integer(*HEARTBEAT_INTERVAL, 300, "HeartbeatInterval")
    yield integer("OCPPCommCtrlr", "WebSocketPingInterval", 0, "WebSocketPingInterval")
    yield integer("OCPPCommCtrlr", "ResetRetries", 1, "ResetRetries", unit=None)
    yield Variable("OCPPCommCtrlr", "FileTransferProtocols", "HTTP,HTTPS", "MemberList", key_16=PROTOCOLS_16)
    yield integer(*SAMPLE_INTERVAL, 60, "MeterValueSampleInterval")
    yield Variable(
        "SampledDataCtrlr",
        "TxUpdatedMeasurands",
        MEASURED,
        "MemberList",
        values=MEASURED,
        key_16="MeterValuesSampledData",
    )
    yield integer("TxCtrlr", "EVConnectionTimeOut", 60, "ConnectionTimeOut")
    yield Variable("TxCtrlr", "TxStartPoint", "Authorized", "MemberList", values="Authorized")
    yield Variable("TxCtrlr", "TxStopPoint", "Authorized,EVConnected", "MemberList", values="Authorized,EVConnected")
    yield Variable("TxCtrlr", "StopTxOnInvalidId", "true", "boolean", key_16="StopTransactionOnInvalidId")
    yield Variable("AuthCtrlr", "AuthorizeRemoteStart", "false", "boolean", key_16="AuthorizeRemoteTxRequests")
    yield Variable("ClockCtrlr", "TimeSource", "Heartbeat", "MemberList", values="Heartbeat")
    yield Variable("SecurityCtrlr", "SecurityProfile", "1", "integer")
    yield Variable("ReservationCtrlr", "Enabled", "true", "boolean")
    yield Variable("ReservationCtrlr", "NonEvseSpecific", "true", "boolean", key_16="ReserveConnectorZeroSupported")
    yield Variable("SmartChargingCtrlr", "Enabled", "true", "boolean")
    yield Variable("SmartChargingCtrlr", "ProfileStackLevel", "10", "integer", key_16="ChargeProfileMaxStackLevel")
    yield Variable(
        "SmartChargingCtrlr",
        "RateUnit",
        "A,W",
        "MemberList",
        values="A,W",
        key_16="ChargingScheduleAllowedChargingRateUnit",
    )
    yield Variable("SmartChargingCtrlr", "PeriodsPerSchedule", "24", "integer", key_16="ChargingScheduleMaxPeriods")
    for action in ("GetReport", "GetVariables", "SetVariables"):
        size = str(ITEMS_PER_MESSAGE)
        yield Variable("DeviceDataCtrlr", "ItemsPerMessage", size, "integer", instance=action)


def _evses(model: Model) -> Iterator[Variable]:
    for number, outlet in enumerate(model.outlets, 1):
        evse, connector = (number, 0), (number, 1)
        power_w = f"{outlet.most_w:.0f}"
        kind = "cCCS2" if outlet.dc_power_w else "sType2"
        yield Variable("EVSE", "Available", "true", "boolean", place=evse)
        yield Variable("EVSE", "AvailabilityState", "Available", "OptionList", place=evse, values=AVAILABILITY_STATES)
        yield Variable("EVSE", "Power", power_w, "decimal", place=evse, unit="W")
        yield Variable("EVSE", "SupplyPhases", str(outlet.phases or 3), "integer", place=evse)
        yield Variable("Connector", "Available", "true", "boolean", place=connector)
        yield Variable(
            "Connector", "AvailabilityState", "Available", "OptionList", place=connector, values=AVAILABILITY_STATES
        )
        yield Variable("Connector", "ConnectorType", kind, place=connector)
