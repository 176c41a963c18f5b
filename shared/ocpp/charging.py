"""Charging profiles and schedules between the words of every OCPP version and ours, in whichever message they stand.

1.6's words are some of 2.0.1's, and those some of 2.1's: so what is read here is whatever has the fields, and what is
written has every word that is given; the version's own model refuses those that it does not know.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from shared.domain.charging_profiles import (
    ChargingProfile,
    CurvePoint,
    LimitAtSoC,
    Period,
    Purpose,
    Schedule,
    Setpoints,
)
from shared.ocpp.times import wire_time

PURPOSES_16: Mapping[str, Purpose] = {
    "ChargePointMaxProfile": "ChargingStationMaxProfile",
    "TxDefaultProfile": "TxDefaultProfile",
    "TxProfile": "TxProfile",
}
TO_PURPOSES_16 = {ours: theirs for theirs, ours in PURPOSES_16.items()}
PRICES = ("salesTariff", "absolutePriceSchedule", "priceLevelSchedule")
_PRICES = ("sales_tariff", "absolute_price_schedule", "price_level_schedule")

SETPOINTS: Mapping[str, str] = {
    name + phase: theirs + phase.upper()
    for name, theirs in (
        ("limit", "limit"),
        ("discharge_limit", "dischargeLimit"),
        ("setpoint", "setpoint"),
        ("setpoint_reactive", "setpointReactive"),
    )
    for phase in ("", "_l2", "_l3")
}
"""`setpoint_l2` -> `setpoint_L2`"""
PERIOD: Mapping[str, str] = {
    "start_s": "startPeriod",
    "phases": "numberPhases",
    "phase_to_use": "phaseToUse",
    **SETPOINTS,
    "operation_mode": "operationMode",
    "preconditioning_request": "preconditioningRequest",
    "evse_sleep": "evseSleep",
    "v2x_baseline": "v2xBaseline",
    "v2x_freq_watt_curve": "v2xFreqWattCurve",
    "v2x_signal_watt_curve": "v2xSignalWattCurve",
}
_CURVES: Mapping[str, str] = {"v2x_freq_watt_curve": "frequency", "v2x_signal_watt_curve": "signal"}
SCHEDULE: Mapping[str, str] = {
    "schedule_id": "id",
    "unit": "chargingRateUnit",
    "periods": "chargingSchedulePeriod",
    "duration_s": "duration",
    "start_at": "startSchedule",
    "min_rate": "minChargingRate",
    "limit_at_soc": "limitAtSoC",
    "use_local_time": "useLocalTime",
    "randomized_delay_s": "randomizedDelay",
    "power_tolerance": "powerTolerance",
    "signature_id": "signatureId",
    "digest_value": "digestValue",
}
PROFILE: Mapping[str, str] = {
    "profile_id": "id",
    "stack_level": "stackLevel",
    "purpose": "chargingProfilePurpose",
    "kind": "chargingProfileKind",
    "recurrency": "recurrencyKind",
    "valid_from": "validFrom",
    "valid_to": "validTo",
    "transaction_id": "transactionId",
    "schedules": "chargingSchedule",
    "max_offline_duration_s": "maxOfflineDuration",
    "invalid_after_offline_duration": "invalidAfterOfflineDuration",
    "dyn_update_interval_s": "dynUpdateInterval",
    "dyn_update_at": "dynUpdateTime",
    "price_schedule_signature": "priceScheduleSignature",
}
"""What the fields are called on the wire of 2.x."""


def paths(profile: str, schedules: str, within: str = "") -> dict[str, str]:
    """What the fields of an order are called in a request, as paths; `profile` and `schedules` are where its profile
    and its schedules stand there, `within` where the schedules stand in the order."""
    ours = within or "schedules[]"
    periods, their_periods = f"{ours}.periods[]", f"{schedules}.chargingSchedulePeriod[]"
    return {
        **{name: f"{profile}.{theirs}" for name, theirs in PROFILE.items()},
        ours: schedules,
        **{f"{ours}.{name}": f"{schedules}.{theirs}" for name, theirs in SCHEDULE.items()},
        **{f"{ours}.{name}": f"{schedules}.{word}" for name, word in zip(_PRICES, PRICES, strict=True)},
        f"{ours}.limit_at_soc.soc_percent": f"{schedules}.limitAtSoC.soc",
        f"{ours}.limit_at_soc.limit": f"{schedules}.limitAtSoC.limit",
        periods: their_periods,
        **{f"{periods}.{name}": f"{their_periods}.{word}" for name, word in PERIOD.items()},
        **{f"{periods}.{name}[].at": f"{their_periods}.{PERIOD[name]}[].{at}" for name, at in _CURVES.items()},
        **{f"{periods}.{name}[].power_w": f"{their_periods}.{PERIOD[name]}[].power" for name in _CURVES},
    }


# ---------------------------------------------------------------------- from the wire


def schedule_of(schedule: Any) -> Schedule:
    """The schedule that a ChargingSchedule of 1.6 or a ChargingScheduleType of 2.x is."""
    at_soc = getattr(schedule, "limit_at_so_c", None)
    prices = ((name, getattr(schedule, attribute, None)) for name, attribute in zip(PRICES, _PRICES, strict=True))
    return Schedule(
        unit=schedule.charging_rate_unit,
        periods=periods_of(schedule.charging_schedule_period),
        duration_s=schedule.duration,
        start_at=schedule.start_schedule,
        min_rate=schedule.min_charging_rate,
        schedule_id=getattr(schedule, "id", None),
        limit_at_soc=LimitAtSoC(at_soc.soc, at_soc.limit) if at_soc else None,
        use_local_time=getattr(schedule, "use_local_time", None),
        randomized_delay_s=getattr(schedule, "randomized_delay", None),
        power_tolerance=getattr(schedule, "power_tolerance", None),
        signature_id=getattr(schedule, "signature_id", None),
        digest_value=getattr(schedule, "digest_value", None),
        prices=tuple((name, price.to_wire(milliseconds=True)) for name, price in prices if price is not None),
    )


def periods_of(periods: Iterable[Any]) -> tuple[Period, ...]:
    """The periods that ChargingSchedulePeriodTypes are, of any version."""
    same = [name for name in PERIOD if name not in ("start_s", "phases", *_CURVES)]
    return tuple(
        Period(
            start_s=one.start_period,
            phases=one.number_phases,
            v2x_freq_watt_curve=_curve(getattr(one, "v2x_freq_watt_curve", None), "frequency"),
            v2x_signal_watt_curve=_curve(getattr(one, "v2x_signal_watt_curve", None), "signal"),
            **{name: getattr(one, name, None) for name in same},
        )
        for one in periods
    )


def _curve(points: Iterable[Any] | None, at: str) -> tuple[CurvePoint, ...]:
    return tuple(CurvePoint(getattr(point, at), point.power) for point in points or ())


def profile_of(profile: Any, evse_id: int, transaction_id: str | None) -> ChargingProfile:
    """The profile that a ChargingProfileType of 2.x is; `transaction_id` is ours."""
    return ChargingProfile(
        profile_id=profile.id,
        evse_id=evse_id,
        purpose=profile.charging_profile_purpose,
        kind=profile.charging_profile_kind,
        stack_level=profile.stack_level,
        schedules=tuple(schedule_of(one) for one in profile.charging_schedule),
        recurrency=profile.recurrency_kind,
        valid_from=profile.valid_from,
        valid_to=profile.valid_to,
        transaction_id=transaction_id,
        max_offline_duration_s=getattr(profile, "max_offline_duration", None),
        invalid_after_offline_duration=getattr(profile, "invalid_after_offline_duration", None),
        dyn_update_interval_s=getattr(profile, "dyn_update_interval", None),
        dyn_update_at=getattr(profile, "dyn_update_time", None),
        price_schedule_signature=getattr(profile, "price_schedule_signature", None),
    )


def setpoints_of(update: Any) -> Setpoints:
    """The setpoints that a ChargingScheduleUpdateType of 2.1 is."""
    return Setpoints(*(getattr(update, name) for name in Setpoints._fields))


# ---------------------------------------------------------------------- onto the wire


def profile_words(profile: ChargingProfile, transaction_id: str | None) -> dict[str, Any]:
    """A ChargingProfileType of 2.x; `transaction_id` is the station's."""
    own = _words(profile, PROFILE)
    schedules = [
        schedule_words(one, one.schedule_id if one.schedule_id is not None else number)
        for number, one in enumerate(profile.schedules, start=1)
    ]
    return own | {"chargingSchedule": schedules} | ({"transactionId": transaction_id} if transaction_id else {})


def schedule_words(schedule: Schedule, number: int | None) -> dict[str, Any]:
    """A ChargingSchedule of 1.6, which has no number, or a ChargingScheduleType of 2.x."""
    words = _words(schedule, SCHEDULE)
    words |= {"id": number} if number is not None else {}
    if schedule.limit_at_soc:
        words["limitAtSoC"] = {"soc": schedule.limit_at_soc.soc_percent, "limit": schedule.limit_at_soc.limit}
    return words | {"chargingSchedulePeriod": [_period(one) for one in schedule.periods]} | dict(schedule.prices)


def setpoint_words(setpoints: Setpoints) -> dict[str, Any]:
    """A ChargingScheduleUpdateType of 2.1."""
    return _words(setpoints, SETPOINTS)


def _period(period: Period) -> dict[str, Any]:
    words = _words(period, PERIOD)
    for name, at in _CURVES.items():
        points = [{at: point.at, "power": point.power_w} for point in getattr(period, name)]
        words |= {PERIOD[name]: points} if points else {}
    return words


def _words(given: Any, names: Mapping[str, str]) -> dict[str, Any]:
    """Whatever is given of the plain values, by its word; times are texts."""
    found = {theirs: getattr(given, name) for name, theirs in names.items()}
    return {
        word: wire_time(value, milliseconds=True) if hasattr(value, "astimezone") else value
        for word, value in found.items()
        if value is not None and not isinstance(value, tuple)
    }
