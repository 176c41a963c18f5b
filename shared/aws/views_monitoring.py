"""The shapes of monitors, alarms and event streams in the operator API."""

import datetime as dt
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from shared.aws.paging import NextCursor
from shared.aws.parameters import MAX_INTEGER, Printable
from shared.aws.views import View
from shared.domain import event_streams as streams
from shared.domain import monitoring as domain
from shared.domain.monitoring import LEAST_SEVERE, MonitoringBase, MonitorType, Notification, Trigger
from shared.domain.variables import VariableId

LARGEST = 10**15
MOST_MONITORS = 200

Name = Annotated[str, Field(min_length=1, max_length=50), Printable]
Number = Annotated[int, Field(ge=0, le=MAX_INTEGER)]
Criterion = Literal["ThresholdMonitoring", "DeltaMonitoring", "PeriodicMonitoring"]


class Given(View):
    """Part of a request."""

    model_config = ConfigDict(extra="forbid", strict=True)


class StreamParameters(Given):
    """How the values of a periodic event stream come together; at least one of them is given."""

    interval_s: Number | None = None
    """At the latest after this time; null: however long it takes."""
    values: Number | None = None
    """As soon as there are this many; null: however many there are."""


class MonitorOrder(Given):
    """A monitor that a station is to have."""

    monitor_id: Number | None = None
    """The monitor whose place it takes; left out, it is a new one, whose number the station gives."""
    component: Name
    component_instance: Name | None = None
    evse_id: Annotated[int, Field(ge=1, le=MAX_INTEGER)] | None = None
    """The EVSE that the component belongs to; null: the station as a whole."""
    connector_id: Annotated[int, Field(ge=1, le=MAX_INTEGER)] | None = None
    variable: Name
    variable_instance: Name | None = None
    type: MonitorType
    """UpperThreshold and LowerThreshold tell when the value passes `value`, Delta when it has changed by more than
    that, Periodic and PeriodicClockAligned every `value` seconds; TargetDelta and TargetDeltaRelative (OCPP 2.1) when
    it is off its target."""
    value: Annotated[int | float, Field(ge=-LARGEST, le=LARGEST)]
    severity: Annotated[int, Field(ge=0, le=LEAST_SEVERE)]
    """From 0, danger to life, to 9, debugging."""
    transaction_only: bool = False
    """Watch only while a transaction runs."""
    stream: StreamParameters | None = None
    """OCPP 2.1: its values come as a periodic event stream instead of events."""

    def in_domain(self) -> domain.WishedMonitor:
        return domain.WishedMonitor(
            variable=VariableId(**{name: getattr(self, name) for name in domain.VARIABLE_FIELDS}),
            type=self.type,
            value=self.value,
            severity=self.severity,
            transaction_only=self.transaction_only,
            monitor_id=self.monitor_id,
            stream_interval_s=self.stream.interval_s if self.stream else None,
            stream_values=self.stream.values if self.stream else None,
        )


class MonitorOrders(Given):
    """Monitors that a station is to have, beside those that it has."""

    monitors: Annotated[list[MonitorOrder], Field(min_length=1, max_length=MOST_MONITORS)]


class MonitorReportOrder(Given):
    """Which monitors a station is to be asked for."""

    criteria: Annotated[list[Criterion], Field(max_length=3, default_factory=list)]
    """Only monitors of these kinds; none means all."""


class OfVariable(View):
    """What concerns a variable of a component of a station."""

    component: str
    component_instance: str | None
    evse_id: int | None
    """The EVSE that the component belongs to; null: the station as a whole."""
    connector_id: int | None
    variable: str
    variable_instance: str | None


class Monitor(OfVariable):
    """A monitor of a station, as far as its answers and reports have told."""

    monitor_id: int
    """The station's number of it."""
    type: MonitorType
    value: int | float
    """A threshold, a difference, or an interval in seconds."""
    severity: int
    """From 0, danger to life, to 9, debugging."""
    transaction_only: bool
    kind: Notification | None
    """HardWiredMonitor: it cannot be removed. PreconfiguredMonitor: its vendor has set it. CustomMonitor: we have.
    null: not known, since OCPP 2.0.1 does not tell."""
    noted_at: dt.datetime
    """When the station accepted or reported it."""
    call_id: str | None
    """The call that set it."""


class MonitorList(View):
    """A page of a station's monitors, by their numbers, and what its monitoring is set to."""

    items: list[Monitor]
    next_cursor: NextCursor
    monitoring_base: MonitoringBase | None
    """The set of monitors that it was last told to go back to (SetMonitoringBase); null: it never was."""
    monitoring_level: int | None
    """What is less severe than this it was told not to report (SetMonitoringLevel); null: it never was."""


class Alarm(OfVariable):
    """Something that should not be at a station: the last event of a monitor, or of a variable, that is not cleared."""

    station_id: str
    raised_at: dt.datetime
    """When the first event told of it, by the station's clock."""
    changed_at: dt.datetime
    """When the latest did."""
    event_id: int
    """The station's number of the latest event."""
    cause_id: int | None
    """The event that it follows from, as the station says."""
    trigger: Trigger
    actual_value: str
    kind: Notification
    monitor_id: int | None
    severity: int | None
    """As the event says (OCPP 2.1), or else its monitor; null: neither is known."""
    tech_code: str | None
    tech_info: str | None
    transaction_id: str | None


class AlarmList(View):
    """A page of alarms that stand."""

    items: list[Alarm]
    next_cursor: NextCursor


class StreamedValue(View):
    """A value of the variable that a stream's monitor watches."""

    at: dt.datetime
    """By the station's clock."""
    value: str


class StreamedValues(View):
    """The values that one message of a stream brought."""

    received_at: dt.datetime
    pending: int
    """How many more the station had waiting then."""
    values: list[StreamedValue]


class StreamedValuesList(View):
    """A page of what a stream brought, message by message, the newest first."""

    items: list[StreamedValues]
    next_cursor: NextCursor


class EventStream(View):
    """A periodic event stream of a station."""

    stream_id: int
    monitor_id: int
    state: streams.StreamState
    interval_s: int | None
    """Its values come after this time at the latest; null or 0: however long it takes."""
    values: int | None
    """Or as soon as there are this many; null or 0: however many there are."""
    opened_at: dt.datetime | None
    """null: it was found open when the station was asked."""
    changed_at: dt.datetime
    """When it was opened, adjusted or closed."""
    latest: StreamedValues | None
    """What its latest message brought; null: nothing yet."""


class EventStreamList(View):
    """A page of a station's event streams, by their numbers. Those that are closed are kept for 90 days."""

    items: list[EventStream]
    next_cursor: NextCursor


def monitor_view(one: domain.Monitor) -> Monitor:
    fields = one._asdict()
    del fields["variable"]
    return Monitor(**fields, **domain.variable_shape(one.variable))


def alarm_view(one: domain.Alarm, monitor: domain.Monitor | None) -> Alarm:
    """An alarm; `monitor` is what is known of the one that it came from."""
    fields = {**domain.alarm_shape(one), "station_id": one.station_id, "changed_at": one.event.at}
    del fields["cleared"]
    if fields["severity"] is None and monitor is not None:
        fields["severity"] = monitor.severity
    return Alarm(**fields)


def values_view(one: streams.StreamedValues) -> StreamedValues:
    values = [StreamedValue(at=each.at, value=each.value) for each in one.values]
    return StreamedValues(received_at=one.received_at, pending=one.pending, values=values)


def stream_view(one: streams.EventStream, latest: streams.StreamedValues | None) -> EventStream:
    return EventStream(**one._asdict(), latest=values_view(latest) if latest else None)
