"""Monitoring (block N): what a station watches of its variables, what it noticed of them, and the alarms that stand.

A monitor is named by a number that the station gives it. What it notices are events; an alarm is the last event of its
subject, a monitor or else a variable, that says of a state which is not over.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any, Literal, NamedTuple

from shared.domain.iso_times import time
from shared.domain.variables import VariableId

MonitorType = Literal[
    "UpperThreshold",
    "LowerThreshold",
    "Delta",
    "Periodic",
    "PeriodicClockAligned",
    "TargetDelta",
    "TargetDeltaRelative",
]
"""The last two are 2.1's: the actual value differs from the target."""
Notification = Literal["HardWiredNotification", "HardWiredMonitor", "PreconfiguredMonitor", "CustomMonitor"]
"""Why a station tells of something: it cannot but tell; it has the monitor by construction; its vendor has set it; we
have."""
Trigger = Literal["Alerting", "Delta", "Periodic"]
MonitoringBase = Literal["All", "FactoryDefault", "HardWiredOnly"]
LEAST_SEVERE = 9
"""Severities go from 0, danger to life, to 9, debugging (rule EVT-01)."""
PERIODIC: tuple[MonitorType, ...] = ("Periodic", "PeriodicClockAligned")
GONE_WITH_BASE: dict[MonitoringBase, tuple[Notification, ...]] = {
    "All": (),
    "FactoryDefault": ("CustomMonitor",),
    "HardWiredOnly": ("CustomMonitor", "PreconfiguredMonitor"),
}
"""The monitors that a station drops when it goes back to a base (use case N03)."""
FAULTS = frozenset({"problem", "tripped"})
"""Variables that are true while something is wrong, in lower case."""


class Monitor(NamedTuple):
    """A monitor of a station, as the station has accepted or reported it."""

    monitor_id: int
    variable: VariableId
    type: MonitorType
    value: float
    """A threshold, a difference, or an interval in seconds."""
    severity: int
    transaction_only: bool
    """Whether it watches only while a transaction runs."""
    kind: Notification | None
    """None: not known; a station of 2.0.1 reports it not."""
    noted_at: dt.datetime
    call_id: str | None = None
    """The call that set it."""

    @property
    def place(self) -> tuple[VariableId, MonitorType, int]:
        """What a station has at most one monitor for (rule EVT-02)."""
        return self.variable.normal, self.type, self.severity


class WishedMonitor(NamedTuple):
    """A monitor that a station is to have; with the number of one that it has, in place of that."""

    variable: VariableId
    type: MonitorType
    value: float
    severity: int
    transaction_only: bool = False
    monitor_id: int | None = None
    stream_interval_s: int | None = None
    """2.1: its values are to come as a periodic event stream, at the latest after this time."""
    stream_values: int | None = None
    """2.1: or as soon as there are this many."""

    @property
    def place(self) -> tuple[VariableId, MonitorType, int]:
        return self.variable.normal, self.type, self.severity


class MonitorSettings(NamedTuple):
    """What a station was last set to and has accepted; None: it never was."""

    base: MonitoringBase | None = None
    level: int | None = None
    """Only what is as severe as this, or more, is reported."""


class VariableEvent(NamedTuple):
    """What a station noticed of a variable, as it told it (rule EVT-03)."""

    event_id: int
    """The station's own number."""
    at: dt.datetime
    trigger: Trigger
    variable: VariableId
    actual_value: str
    kind: Notification
    cause_id: int | None = None
    """The event that this one follows from."""
    tech_code: str | None = None
    tech_info: str | None = None
    cleared: bool | None = None
    """Whether what an earlier event told of is over."""
    transaction_id: str | None = None
    monitor_id: int | None = None
    severity: int | None = None
    """2.1 only."""

    @property
    def subject(self) -> str:
        """What it is about: its monitor, or else its variable."""
        return f"M{self.monitor_id}" if self.monitor_id is not None else str(self.variable.normal)


class Alarm(NamedTuple):
    """A state that should not be: the last event of its subject, and since when."""

    station_id: str
    event: VariableEvent
    raised_at: dt.datetime
    """When the first event told of it."""


def alarms(event: VariableEvent) -> bool | None:
    """Whether an event says that an alarm stands (True), or that it is over (False); None: neither.

    Only what alerts is an alarm: a difference or a periodic value is a measurement, unless its variable is true for a
    fault (a connector lock's Problem, use case G05).
    """
    if event.cleared:
        return False
    if event.trigger == "Periodic":
        return None
    if event.variable.variable.lower() in FAULTS and (said := event.actual_value.strip().lower()) in ("true", "false"):
        return said == "true"
    return True if event.trigger == "Alerting" else None


def dropped_with(base: MonitoringBase, monitors: Iterable[Monitor]) -> list[Monitor]:
    """The monitors that are gone when a station goes back to a base."""
    return [one for one in monitors if one.kind in GONE_WITH_BASE[base]]


def value_complaint(type_: MonitorType, value: float) -> str | None:
    """What is wrong with the value of a monitor, or None if nothing is."""
    if type_ in PERIODIC and value <= 0:
        return "An interval is longer than 0 seconds"
    if type_ in ("Delta", "TargetDelta", "TargetDeltaRelative") and value < 0:
        return "A difference is not negative"
    return None


def variable_shape(variable: VariableId) -> dict[str, Any]:
    """A variable as it stands in the JSON shapes of monitors and events."""
    return {name: getattr(variable, name) for name in VARIABLE_FIELDS}


VARIABLE_FIELDS = ("component", "component_instance", "evse_id", "connector_id", "variable", "variable_instance")


def event_shape(event: VariableEvent) -> dict[str, Any]:
    """The data of the domain event `event.notified`; its time is the domain event's own."""
    fields = event._asdict()
    del fields["at"], fields["variable"]
    return {**fields, **variable_shape(event.variable)}


def alarm_shape(alarm: Alarm) -> dict[str, Any]:
    """The data of the domain events `alarm.raised` and `alarm.cleared`."""
    return {**event_shape(alarm.event), "raised_at": time(alarm.raised_at)}
