"""The shapes of DER controls and their alarms in the operator API."""

import datetime as dt
from typing import Any

from shared.aws.paging import NextCursor
from shared.aws.views import View
from shared.aws.views_calls import Call
from shared.aws.views_charging_schedules import Given
from shared.domain import der_controls as domain
from shared.domain.der_controls import ControlState, ControlType


class DerControlSettings(Given):
    """A control by which a station is to behave towards the grid."""

    control_type: ControlType
    is_default: bool
    """Whether it holds whenever no other does; else it has a start and a duration."""
    control: dict[str, Any]
    """What it says, as OCPP 2.1 has it for the type: a curve, or the numbers of EnterService, FreqDroop, FixedPFAbsorb,
    FixedPFInject, FixedVar, Gradients or LimitMaxDischarge."""


class DerControl(View):
    """A control that a station has, as far as its answers and reports have told."""

    control_id: str
    control_type: ControlType
    is_default: bool
    control: dict[str, Any]
    """What it says, as OCPP 2.1 has it."""
    state: ControlState
    """sent: the station has not answered. accepted: it has the control. rejected: it has not. cleared: it had it."""
    status: str | None
    """The answer to what was sent last under this id: Accepted, Rejected or NotSupported, or the code of a
    CALLERROR."""
    is_superseded: bool
    """Whether another one, of a lower priority number, counts in its place."""
    superseded_by: str | None
    """Which one; null: none, or the station has not said."""
    is_running: bool | None
    """Whether the station has started it; null: it has not said."""
    running_changed_at: dt.datetime | None
    call_id: str | None
    """The call that sent it; null: it was not sent by us."""
    reported_at: dt.datetime | None
    """When the station last reported it."""


class DerControlWithCall(DerControl):
    """A control, and the call that was made for it just now."""

    call: Call


class DerControlList(View):
    """The controls of a station, by their ids."""

    items: list[DerControl]
    next_cursor: NextCursor


class DerAlarm(View):
    """An alarm of a control."""

    control_type: ControlType
    fault: str | None
    """`OverVoltage`, `UnderFrequency`, …; null: the station has not said."""
    is_active: bool
    raised_at: dt.datetime
    ended_at: dt.datetime | None
    extra_info: str | None


class DerAlarmList(View):
    """The alarms of a station's controls: those that stand, and those that have ended in the last 90 days."""

    items: list[DerAlarm]
    next_cursor: NextCursor


class DerSelection(Given):
    """Which controls a station is to report; all that is given must fit."""

    is_default: bool | None = None
    control_type: ControlType | None = None
    control_id: str | None = None


def control_view(known: domain.DerControl) -> DerControl:
    return DerControl(**_shown(known))


def with_call(known: domain.DerControl, call: Call) -> DerControlWithCall:
    return DerControlWithCall(**_shown(known), call=call)


def _shown(known: domain.DerControl) -> dict[str, Any]:
    fields = known._asdict()
    return {name: fields[name] for name in DerControl.model_fields}


def alarm_view(alarm: domain.DerAlarm) -> DerAlarm:
    fields = alarm._asdict()
    shown = {name: fields[name] for name in DerAlarm.model_fields}
    return DerAlarm(**shown | {"fault": alarm.fault or None})
