"""The rules that 2.0.1 and 2.1 add for charging profiles; what may stand beside what; and that words lose nothing."""

from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.charging_profiles import (
    ChargingProfile,
    CurvePoint,
    LimitAtSoC,
    OperationMode,
    Period,
    Purpose,
    Schedule,
    Selection,
    Setpoints,
)
from shared.domain.charging_rules import Bounds, complaints, rival
from shared.domain.known_profiles import KnownProfile, current, number_for, observe, setpoints_of, settle, wish
from shared.ocpp.charging import profile_of, profile_words
from shared.ocpp.messages import request_of
from shared.store.schedules import pack, pack_profile, unpack, unpack_profile

AT = datetime(2026, 11, 20, 8, tzinfo=UTC)
PERIOD = Period(0, 16.0)
SCHEDULE = Schedule("A", (PERIOD,))
PROFILE = ChargingProfile(1, 1, "TxDefaultProfile", "Relative", 0, (SCHEDULE,))
CURVE = (CurvePoint(49.8, -5000), CurvePoint(50.2, 5000))
TARIFF = {"id": 1, "salesTariffEntry": [{"relativeTimeInterval": {"start": 0}}]}
REQUEST = request_of("SetChargingProfile", "2.1")
EXTERNAL: Purpose = "ChargingStationExternalConstraints"

fractions = st.integers(-10_000, 320_000).map(lambda tenths: tenths / 10)
instants = st.integers(0, 10**6).map(lambda seconds: AT + timedelta(seconds=seconds))


def wrong(bounds: Bounds = Bounds(), **changed: Any) -> list[str]:  # noqa: B008  # immutable
    return [path for path, _ in complaints(PROFILE._replace(**changed), bounds)]


def of(period: Period, **changed: Any) -> dict[str, Any]:
    return {"schedules": (SCHEDULE._replace(periods=(period,), **changed),)}


@pytest.mark.parametrize(
    ("changed", "paths"),
    [
        ({"purpose": EXTERNAL, "kind": "Absolute"}, ["purpose"]),
        ({"purpose": "LocalGeneration"}, ["kind"]),
        ({"dyn_update_interval_s": 5}, ["dyn_update_interval_s"]),
        ({"invalid_after_offline_duration": True}, ["max_offline_duration_s"]),
        ({"schedules": (SCHEDULE, SCHEDULE)}, ["schedules"]),
        ({"purpose": "TxProfile", "schedules": (SCHEDULE,) * 4}, ["schedules"]),
        ({"purpose": "TxProfile", "schedules": (SCHEDULE._replace(schedule_id=1),) * 2}, ["schedules"]),
        ({"kind": "Dynamic", "schedules": (SCHEDULE._replace(periods=(PERIOD, Period(60, 6))),)}, ["schedules"]),
        (of(PERIOD, use_local_time=True), ["schedules[0].use_local_time"]),
        (of(Period(0, 16, phases=3, phase_to_use=1)), ["schedules[0].periods[0].phase_to_use"]),
        (of(Period(0, None)), ["schedules[0].periods[0].limit"]),
        (of(Period(0, None, limit_l2=5)), ["schedules[0].periods[0].limit", "schedules[0].periods[0].limit"]),
        (of(Period(0, 16, discharge_limit=5)), ["schedules[0].periods[0].discharge_limit"] * 2),
        (
            {"purpose": "PriorityCharging", **of(Period(0, 16, operation_mode="CentralSetpoint"))},
            ["schedules[0].periods[0].operation_mode"],
        ),
    ],
)
def test_what_the_standard_forbids_is_named(changed: dict[str, Any], paths: list[str]) -> None:
    assert wrong(**changed) == paths


@pytest.mark.parametrize(
    ("bounds", "path"),
    [
        (Bounds(last_external_id=1), "profile_id"),
        (Bounds(switches_phases=False), "schedules[0].periods[0].phase_to_use"),
    ],
)
def test_what_this_station_does_not_take_is_named(bounds: Bounds, path: str) -> None:
    changed = of(Period(0, 16, phases=1, phase_to_use=2))
    assert wrong(**changed) == []
    assert wrong(bounds, **changed) == [path]


@given(st.sampled_from(get_args(OperationMode)), st.sampled_from(["limit", "discharge_limit", "setpoint"]))
def test_no_mode_in_which_energy_flows_back_has_values_per_phase(mode: OperationMode, name: str) -> None:
    value = -5 if name == "discharge_limit" else 5
    values: dict[str, Any] = {name: value, f"{name}_l2": value, f"{name}_l3": value}
    period = Period(0, operation_mode=mode)._replace(**values)
    paths = wrong(**of(period))
    if mode == "ChargingOnly" and name == "limit":
        assert paths == []
    else:
        assert {f"schedules[0].periods[0].{name}_l2", f"schedules[0].periods[0].{name}_l3"} <= set(paths)


@given(instants, instants, instants, instants, st.integers(0, 1), st.integers(0, 2), st.integers(0, 2))
def test_two_profiles_are_rivals_whichever_is_looked_at(
    from_1: datetime, to_1: datetime, from_2: datetime, to_2: datetime, level: int, evse_1: int, evse_2: int
) -> None:
    one = PROFILE._replace(evse_id=evse_1, valid_from=from_1, valid_to=max(from_1, to_1) + timedelta(seconds=1))
    other = PROFILE._replace(
        profile_id=2, evse_id=evse_2, stack_level=level, valid_from=from_2, valid_to=max(from_2, to_2)
    )
    assert (rival(one, [other]) is None) == (rival(other, [one]) is None)
    assert rival(one, [one]) is None
    if level:
        assert rival(one, [other]) is None
    elif evse_1 in (0, evse_2) and other.valid_to != other.valid_from:
        ends, begins = (one.valid_to, other.valid_from) if from_1 <= from_2 else (other.valid_to, one.valid_from)
        assert ends is not None
        assert begins is not None
        assert (rival(one, [other]) is other) == (begins < ends)


def test_profiles_of_two_transactions_are_no_rivals() -> None:
    one = PROFILE._replace(purpose="TxProfile", transaction_id="a")
    other = one._replace(profile_id=2, transaction_id="b")
    assert rival(one, [other]) is None
    assert rival(one, [other._replace(transaction_id="a")]) is not None


def made(kind: Any, fields: dict[str, Any]) -> Any:
    return kind(**fields)


periods = st.fixed_dictionaries(
    {
        "start_s": st.integers(0, 10**6),
        "limit": fractions,
        "phases": st.none() | st.integers(1, 3),
        "operation_mode": st.none() | st.sampled_from(get_args(OperationMode)),
        "discharge_limit": st.none() | st.integers(-9, 0),
        "evse_sleep": st.none() | st.booleans(),
        "v2x_freq_watt_curve": st.sampled_from([(), CURVE]),
        **{name: st.none() | fractions for name in ("limit_l2", "setpoint", "setpoint_reactive_l3", "v2x_baseline")},
    }
).map(lambda fields: made(Period, fields))
schedules = st.fixed_dictionaries(
    {
        "unit": st.sampled_from(["A", "W"]),
        "periods": st.lists(periods, min_size=1, max_size=3).map(tuple),
        "duration_s": st.none() | st.integers(1, 10**6),
        "start_at": st.none() | instants,
        "min_rate": st.none() | fractions,
        "schedule_id": st.integers(1, 9),
        "limit_at_soc": st.sampled_from([None, LimitAtSoC(80, 6.5)]),
        "use_local_time": st.none() | st.booleans(),
        "randomized_delay_s": st.none() | st.integers(0, 900),
        "prices": st.sampled_from([(), (("salesTariff", TARIFF),)]),
    }
).map(lambda fields: made(Schedule, fields))
profiles = st.fixed_dictionaries(
    {
        "profile_id": st.integers(1, 99),
        "evse_id": st.integers(0, 3),
        "purpose": st.sampled_from(get_args(Purpose)),
        "kind": st.sampled_from(["Absolute", "Relative", "Dynamic"]),
        "stack_level": st.integers(0, 9),
        "schedules": st.lists(schedules, min_size=1, max_size=2).map(tuple),
        "valid_from": st.none() | instants,
        "transaction_id": st.none() | st.just("tx"),
        "max_offline_duration_s": st.none() | st.integers(0, 99),
        "dyn_update_at": st.none() | instants,
    }
).map(lambda fields: made(ChargingProfile, fields))


@given(profiles)
def test_a_profile_comes_back_from_the_wire_as_it_went(profile: ChargingProfile) -> None:
    words = {"evseId": profile.evse_id, "chargingProfile": profile_words(profile, profile.transaction_id)}
    message: Any = REQUEST.model_validate(words)
    assert profile_of(message.charging_profile, message.evse_id, profile.transaction_id) == profile


@given(profiles)
def test_a_profile_comes_back_from_the_table_as_it_went(profile: ChargingProfile) -> None:
    assert unpack(pack(profile.schedules)) == profile.schedules
    assert unpack_profile(pack_profile(profile)) == profile


def test_a_report_completes_what_is_known() -> None:
    new = observe(None, PROFILE, "EMS", AT)
    assert new is not None
    assert (new.state, new.source, new.reported_at) == ("accepted", "EMS", AT)
    known = KnownProfile(PROFILE, "accepted", AT, "call-1", "Accepted")
    same = observe(known, PROFILE._replace(schedules=(SCHEDULE._replace(schedule_id=7),)), "CSO", AT)
    assert same is not None
    assert same.reported is None
    other = observe(known, PROFILE._replace(stack_level=3), "CSO", AT)
    assert other is not None
    assert (other.profile, other.reported) == (PROFILE, PROFILE._replace(stack_level=3))
    assert observe(other, PROFILE, "CSO", AT - timedelta(seconds=1)) is None, "an earlier page"
    back = observe(known._replace(state="cleared"), PROFILE, "CSO", AT)
    assert back is not None
    assert back.state == "accepted"


def test_setpoints_hold_from_the_wish_on_and_stay_once_accepted() -> None:
    dynamic = PROFILE._replace(kind="Dynamic", **of(Period(0, 11, setpoint=5, operation_mode="CentralSetpoint")))
    known = KnownProfile(dynamic, "accepted", AT, "call-1", "Accepted")
    wished = wish(known, Setpoints(setpoint=-2), "call-2")
    assert wished is not None
    assert setpoints_of(wished) == Setpoints(limit=11, setpoint=-2)
    told = Setpoints(setpoint=-2)
    assert settle(wished, told, "call-1", accepted=False) is None
    accepted, rejected = (settle(wished, told, "call-2", accepted=one) for one in (True, False))
    assert accepted is not None
    assert rejected is not None
    assert setpoints_of(accepted).setpoint == -2
    assert current(rejected) == dynamic
    assert wish(None, Setpoints(), "call-3") is None


def test_a_setpoint_that_is_followed_by_another_is_not_lost() -> None:
    dynamic = PROFILE._replace(kind="Dynamic", **of(Period(0, 11, setpoint=5, operation_mode="CentralSetpoint")))
    first, second = Setpoints(setpoint=-2), Setpoints(limit=8)
    known = wish(wish(KnownProfile(dynamic, "accepted", AT), first, "call-1"), second, "call-2")
    assert known is not None
    assert setpoints_of(known) == Setpoints(limit=8, setpoint=-2)
    known = settle(known, first, "call-1", accepted=True)
    assert known is not None
    assert setpoints_of(known) == Setpoints(limit=8, setpoint=-2)
    known = settle(known, second, "call-2", accepted=False)
    assert known is not None
    assert setpoints_of(known) == Setpoints(limit=11, setpoint=-2)
    assert settle(known, first, "call-1", accepted=True) is None, "late, or once more"


def test_a_free_number_is_one_that_nobody_at_the_station_uses() -> None:
    others = KnownProfile(PROFILE, "accepted", AT, source="EMS")
    assert number_for(PROFILE, [others], 1) == 2, "the place is another's too, but not the number"
    ours = KnownProfile(PROFILE._replace(profile_id=5), "accepted", AT)
    assert number_for(PROFILE, [others, ours], 1) == 5


@pytest.mark.parametrize(
    ("selection", "fits"),
    [
        (Selection(profile_ids=(1, 2)), True),
        (Selection(profile_ids=(2,)), False),
        (Selection(purpose="TxDefaultProfile", stack_level=0), True),
        (Selection(evse_id=2), False),
        (Selection(sources=("EMS",)), False),
        (Selection(sources=("EMS", "CSO")), True),
    ],
)
def test_a_selection_names_what_a_report_must_have(selection: Selection, *, fits: bool) -> None:
    assert selection.fits(PROFILE, "CSO") == fits
