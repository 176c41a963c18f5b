"""The shapes of limits from elsewhere, of what EVs need, and of priority charging, in the operator API."""

import datetime as dt
from typing import Any, Literal

from shared.aws.paging import NextCursor
from shared.aws.views import View
from shared.aws.views_charging_schedules import Given, Schedule, schedule_view
from shared.domain import charging_limits as domain
from shared.domain import charging_needs as domain_needs
from shared.domain import priority_charging as domain_priority
from shared.domain.charging_needs import NeedsStatus


class ChargingLimit(View):
    """A limit that somebody else than this system has set at a station."""

    evse_id: int
    """0: the station as a whole."""
    source: str
    """EMS: an energy management system. SO: the operator of the grid. Other: another one."""
    noted_at: dt.datetime
    is_grid_critical: bool | None
    is_local_generation: bool | None
    """2.1: whether it tells what is generated on the spot, beyond what the grid gives."""
    schedules: list[Schedule]
    """What it says, if the station told; the times without a start count from `noted_at`."""


class ChargingLimitList(View):
    """The limits from elsewhere that stand at a station."""

    items: list[ChargingLimit]
    next_cursor: NextCursor


class PriorityChargingOrder(Given):
    """Whether a transaction is to charge with priority."""

    is_active: bool


class PriorityCharging(View):
    """Whether a transaction charges with priority, as the station told or confirmed last."""

    transaction_id: str
    is_active: bool
    """false as well while nothing was told."""
    changed_at: dt.datetime | None
    by: Literal["station", "csms"] | None
    """station: somebody wished so there. csms: this system did."""


def priority_view(transaction_id: str, priority: domain_priority.PriorityCharging | None) -> PriorityCharging:
    if priority is None:
        return PriorityCharging(transaction_id=transaction_id, is_active=False, changed_at=None, by=None)
    return PriorityCharging(**priority._asdict())


def limit_view(limit: domain.ChargingLimit) -> ChargingLimit:
    return ChargingLimit(**limit._asdict() | {"schedules": [schedule_view(one) for one in limit.schedules]})


class ChargingNeeds(View):
    """What the EV at an EVSE has told of its needs (ISO 15118), and what became of that."""

    evse_id: int
    noted_at: dt.datetime
    transaction_id: str | None
    energy_transfer: str
    """`AC_three_phase`, `DC_BPT`, …"""
    status: NeedsStatus
    """What the station was told. Accepted: a profile comes at once. Processing: it comes when an operator sets one.
    Rejected, in 2.1 NoChargingProfile: there is none."""
    departure_at: dt.datetime | None
    energy_wh: int | None
    min_current_a: float | None
    max_current_a: float | None
    max_voltage_v: float | None
    max_power_w: float | None
    soc_percent: int | None
    control_mode: str | None
    """2.1: ScheduledControl or DynamicControl."""
    available_energy_transfers: list[str]
    max_schedule_tuples: int | None
    """How many periods a schedule may have."""
    told_at: dt.datetime | None
    """2.1: when the EV told it, by the station's clock."""
    details: dict[str, Any]
    """All that the EV told, as OCPP has it."""
    schedule: dict[str, Any] | None
    """How it will charge (NotifyEVChargingSchedule), as OCPP has it."""
    schedule_status: Literal["Accepted", "Rejected"] | None
    """Whether that keeps to the limits of its profile."""
    schedule_at: dt.datetime | None


class ChargingNeedsList(View):
    """What the EVs at a station need, by EVSE."""

    items: list[ChargingNeeds]
    next_cursor: NextCursor


def needs_view(needs: domain_needs.ChargingNeeds) -> ChargingNeeds:
    fields = needs._asdict()
    return ChargingNeeds(**fields | {"available_energy_transfers": list(needs.available_energy_transfers)})
