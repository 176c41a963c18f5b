"""DER controls (block R): how a station that gives energy back behaves as a distributed energy resource of the grid.

A control is a curve or a few numbers (IEEE 1547, IEC 61850-7-420), by default or for a time. Of those that stand for
one thing that with the lower priority number counts; the station says which ones are superseded.
"""

import datetime as dt
from typing import Any, Literal, NamedTuple

ControlType = Literal[
    "EnterService",
    "FreqDroop",
    "FreqWatt",
    "FixedPFAbsorb",
    "FixedPFInject",
    "FixedVar",
    "Gradients",
    "HFMustTrip",
    "HFMayTrip",
    "HVMustTrip",
    "HVMomCess",
    "HVMayTrip",
    "LimitMaxDischarge",
    "LFMustTrip",
    "LVMustTrip",
    "LVMomCess",
    "LVMayTrip",
    "PowerMonitoringMustTrip",
    "VoltVar",
    "VoltWatt",
    "WattPF",
    "WattVar",
]
OBJECTS: dict[ControlType, str] = {
    "EnterService": "enterService",
    "FreqDroop": "freqDroop",
    "FixedPFAbsorb": "fixedPFAbsorb",
    "FixedPFInject": "fixedPFInject",
    "FixedVar": "fixedVar",
    "Gradients": "gradient",
    "LimitMaxDischarge": "limitMaxDischarge",
}
"""In which object of the messages a control stands; the others are curves."""
CURVE = "curve"
ONLY_DEFAULT: tuple[ControlType, ...] = ("EnterService", "Gradients")
OF_A_TIME = ("startTime", "duration")

ControlState = Literal["sent", "accepted", "rejected", "cleared"]
"""sent: the station has not answered. accepted: it has the control. rejected: it has not. cleared: it had it."""


def object_of(control_type: ControlType) -> str:
    """Where a control of a type stands in a message: `curve`, `enterService`, …"""
    return OBJECTS.get(control_type, CURVE)


class DerControl(NamedTuple):
    """A control that a station has, as far as its answers and reports have told."""

    control_id: str
    control_type: ControlType
    is_default: bool
    control: dict[str, Any]
    """What it says, as OCPP has it."""
    state: ControlState
    as_of: dt.datetime
    """When the call was made, or the report came, that brought the state."""
    is_superseded: bool = False
    """Whether another one counts in its place."""
    superseded_by: str | None = None
    """Which one, if the station told so when it took or started that; once that is over this one counts again."""
    status: str | None = None
    """The answer to it in the station's word, or the code of its CALLERROR."""
    call_id: str | None = None
    reported_at: dt.datetime | None = None
    is_running: bool | None = None
    """Whether the station has started it (NotifyDERStartStop); None: it has not said."""
    running_changed_at: dt.datetime | None = None
    revision: int = 0


class DerCriteria(NamedTuple):
    """Which controls are meant: one by its id, or those that fit all that is given."""

    is_default: bool | None = None
    control_type: ControlType | None = None
    control_id: str | None = None

    def fit(self, control: DerControl) -> bool:
        its = (control.is_default, control.control_type, control.control_id)
        return all(one in (None, has) for one, has in zip(self, its, strict=True))


class DerAlarm(NamedTuple):
    """An alarm of a control: the grid is, or was, beyond what the control allows."""

    control_type: ControlType
    fault: str
    """`OverVoltage`, …; empty: the station has not said."""
    is_active: bool
    raised_at: dt.datetime
    ended_at: dt.datetime | None = None
    changed_at: dt.datetime | None = None
    extra_info: str | None = None


Complaint = tuple[str, str]
"""Where a control is wrong, as a path in OCPP's words, and how."""


def complaints(control_type: ControlType, given: dict[str, Any], *, is_default: bool) -> list[Complaint]:
    """What is wrong with a control, of which `given` are the objects (rule V-18)."""
    wanted = object_of(control_type)
    found = [(name, f"does not go with {control_type}, which is set by {wanted}") for name in given if name != wanted]
    if wanted not in given:
        found.append((wanted, f"is missing: {control_type} is set by it"))
    if not is_default and control_type in ONLY_DEFAULT:
        found.append(("isDefault", f"must be true: {control_type} is for no particular time"))
    if is_default:
        times = [name for name in OF_A_TIME if given.get(wanted, {}).get(name) is not None]
        found += [(f"{wanted}.{name}", "must be left out: a default is for no particular time") for name in times]
    return found


# What is known of a control after something happened to it; None: nothing changes.


def send(standing: DerControl | None, control: DerControl) -> DerControl:
    """A control is put into the outbox: what the station has under its id stays until it takes the new one."""
    if standing is not None and standing.state == "accepted":
        return standing._replace(call_id=control.call_id, status=None)
    return control


def accept(standing: DerControl | None, control: DerControl) -> DerControl | None:
    """The station has taken a control."""
    if standing is not None and standing.as_of > control.as_of:
        return None
    return control._replace(state="accepted", status="Accepted")


def reject(standing: DerControl | None, call_id: str, status: str) -> DerControl | None:
    """The station has not taken a control; what it had under this id stays."""
    if standing is None or standing.call_id != call_id or standing.status is not None:
        return None
    return standing._replace(state="rejected" if standing.state == "sent" else standing.state, status=status)


def clear(standing: DerControl | None, at: dt.datetime) -> DerControl | None:
    """The station does not have a control any more."""
    if standing is None or standing.state not in ("sent", "accepted") or standing.as_of > at:
        return None
    return standing._replace(state="cleared", as_of=at)


def supersede(standing: DerControl | None, by: str, at: dt.datetime) -> DerControl | None:
    """Another control counts in the place of this one."""
    if standing is None or standing.as_of > at:
        return None
    return standing._replace(is_superseded=True, superseded_by=by)


def restore(standing: DerControl | None, by: str) -> DerControl | None:
    """The control that counted in the place of this one is over."""
    if standing is None or standing.superseded_by != by:
        return None
    return standing._replace(is_superseded=False, superseded_by=None)


def report(standing: DerControl | None, reported: DerControl) -> DerControl:
    """The station has reported a control, which is what it has. What was sent under its id since waits for its
    answer."""
    if standing is None:
        return reported
    kept = {name: getattr(standing, name) for name in ("call_id", "status", "is_running", "running_changed_at")}
    if standing.call_id is not None and standing.status is None:
        kept["as_of"] = standing.as_of
    if reported.is_superseded:
        kept["superseded_by"] = standing.superseded_by
    return reported._replace(**kept)


def run(standing: DerControl | None, *, is_running: bool, at: dt.datetime) -> DerControl | None:
    """The station has started a control, or stopped it."""
    if standing is None or (standing.running_changed_at and standing.running_changed_at > at):
        return None
    changed = standing._replace(is_running=is_running, running_changed_at=at)
    return changed._replace(is_superseded=False, superseded_by=None) if is_running else changed
