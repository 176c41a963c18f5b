"""Charging schedules as they stand in items: JSON texts, for limits have decimals and the numbers of our items are
whole."""

import datetime as dt
import json
from collections.abc import Iterable
from typing import Any

from shared.domain.charging_profiles import ChargingProfile, CurvePoint, LimitAtSoC, Period, Schedule
from shared.store import keys

CURVES = ("v2x_freq_watt_curve", "v2x_signal_watt_curve")
TIMES = ("valid_from", "valid_to", "dyn_update_at")


def pack(schedules: Iterable[Schedule]) -> str:
    return _text([_schedule(one) for one in schedules])


def unpack(text: str) -> tuple[Schedule, ...]:
    """The schedules that `pack` wrote."""
    return tuple(_unpacked(one) for one in json.loads(text))


def pack_profile(profile: ChargingProfile) -> str:
    return _text(_given(profile) | {"schedules": [_schedule(one) for one in profile.schedules]})


def unpack_profile(text: str) -> ChargingProfile:
    """The profile that `pack_profile` wrote."""
    fields = json.loads(text)
    times = {name: keys.time(fields[name]) for name in TIMES if name in fields}
    return ChargingProfile(**fields | times | {"schedules": tuple(_unpacked(one) for one in fields["schedules"])})


def _schedule(schedule: Schedule) -> dict[str, Any]:
    at_soc = {"limit_at_soc": schedule.limit_at_soc._asdict()} if schedule.limit_at_soc else {}
    return _given(schedule) | at_soc | {"periods": [_given(one) for one in schedule.periods]}


def _unpacked(fields: dict[str, Any]) -> Schedule:
    periods = tuple(
        Period(**one | {name: tuple(CurvePoint(*point) for point in one[name]) for name in CURVES if name in one})
        for one in fields["periods"]
    )
    read: dict[str, Any] = {"periods": periods, "prices": tuple((name, price) for name, price in fields["prices"])}
    if "start_at" in fields:
        read["start_at"] = keys.time(fields["start_at"])
    if "limit_at_soc" in fields:
        read["limit_at_soc"] = LimitAtSoC(**fields["limit_at_soc"])
    return Schedule(**fields | read)


def _given(value: Any) -> dict[str, Any]:
    """The fields of a NamedTuple that say something; a tuple without entries in a period says nothing."""
    fields: dict[str, Any] = value._asdict()
    return {
        name: keys.stamp(one) if isinstance(one, dt.datetime) else one
        for name, one in fields.items()
        if one is not None and not (one == () and name in CURVES)
    }


def _text(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
