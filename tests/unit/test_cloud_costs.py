"""What stations cost: the model against sums worked out by hand, and what must hold of any numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.cloud_prices import prices, usd
from shared.cloud_units import of, units
from shared.domain.cloud_alternatives import NAMES, SCALE, Assumptions, crossover
from shared.domain.cloud_alternatives import usd as usd_of
from shared.domain.cloud_costs import METERED_FRAME_BYTES, Amounts, added, bill, by_service, metered, times, total_usd
from shared.domain.cloud_estimates import (
    METER_VALUES,
    PROFILES,
    SESSION,
    VERSIONS,
    Estimate,
    Traffic,
    Version,
    estimate,
    fixed,
    uses,
)
from shared.domain.cloud_shapes import estimate as told


def message(name: str, version: str, **fields: object) -> dict[str, object]:
    usual = {"write_units": 0, "read_units": 0, "stored_bytes": 0, "log_bytes": 0, "frame_bytes_in": 100}
    return {"name": name, "version": version, **usual, "frame_bytes_out": 50, "invocations": 1, "events": 0} | fields


def document(**of_all: object) -> dict[str, object]:
    """Measurements in which every message uses the same."""
    names = [
        (name, version)
        for version in VERSIONS
        for name in (
            "connect",
            "disconnect",
            "BootNotification",
            "Heartbeat",
            *SESSION[version],
            *METER_VALUES[version],
        )
    ]
    silent = {"frame_bytes_in": 0, "frame_bytes_out": 0}
    return {
        "messages": [
            message(name, version, **of_all, **(silent if name in ("connect", "disconnect") else {}))
            for name, version in names
        ]
    }


def month(traffic: Traffic = Traffic(), **of_all: object) -> Estimate:  # noqa: B008  # it is a constant
    return estimate(traffic, of(document(**of_all)))


def amount(made: Estimate, item: str) -> float:
    return made.amounts.get(item, 0.0)


def test_an_idle_station_is_billed_its_minutes_and_each_heartbeat_twice() -> None:
    made = month()
    assert amount(made, "connection_minute") == 43_800
    # 5,475 heartbeats and one boot, each with its answer
    assert amount(made, "websocket_message") == pytest.approx(2 * 5_475 + 2)
    assert amount(made, "edge_request") == pytest.approx(43_800 / 104)
    assert amount(made, "lambda_request") == pytest.approx(5_475 + 1 + 2 * 43_800 / 104)
    by_hand = 10_952 * 1.00e-6 + 43_800 * 0.25e-6
    assert by_service(made.lines)["API Gateway"] == pytest.approx(by_hand)


def test_a_night_of_charging_is_its_meter_values_and_eight_messages() -> None:
    made = month(PROFILES["home"], write_units=1)
    counts = {part.name: part.number for part in made.parts}
    assert counts["MeterValues, 8 samples"] == pytest.approx(26 * 7 * 60 * 7 / 8)
    assert counts["MeterValues, 8 samples, looked up"] == pytest.approx(26 * 7 * 60 / 8)
    session = sum(counts[name] for name in ("Authorize", "StartTransaction", "StatusNotification", "StopTransaction"))
    assert session == pytest.approx(26 * 8)
    connects = 43_800 / 104
    assert amount(made, "write_unit") == pytest.approx(5_475 + 1 + 26 * 8 + 26 * 7 * 60 + 2 * connects)
    assert made.usd_per_transaction == pytest.approx(made.usd / 26)


def test_sessions_of_both_versions_have_as_many_messages() -> None:
    for profile in PROFILES.values():
        one, other = (month(profile._replace(version=version)) for version in VERSIONS)
        assert one.messages == pytest.approx(other.messages)


def test_what_follows_from_a_message_is_billed_as_well() -> None:
    after = {"write_units": 2, "read_units": 3, "invocations": 4, "log_bytes": 100, "events": 5, "queue_messages": 1}
    (measured,) = of({"messages": [message("Heartbeat", "1.6", log_bytes=20, after=after)]}).values()
    used = uses(measured, Traffic())
    assert (used["write_unit"], used["read_unit"], used["lambda_request"], used["event"]) == (2, 3, 5, 5)
    assert used["queue_request"] == 3
    assert used["log_gb"] * 1024**3 == pytest.approx(120)


def test_the_message_log_costs_the_frames_that_it_keeps() -> None:
    one, other = month(), month(Traffic(message_log=True))
    more_bytes = (amount(other, "log_gb") - amount(one, "log_gb")) * 1024**3
    assert more_bytes == pytest.approx((5_475 + 1) * 150)


def test_a_message_is_metered_for_each_32_kb_that_it_has_begun() -> None:
    assert [metered(size) for size in (0, 1, 32_768, 32_769, 65_537)] == [0, 1, 1, 2, 3]
    assert METERED_FRAME_BYTES == 32_768
    large = of({"messages": [message("Heartbeat", "1.6", frame_bytes_in=40_000)]})["Heartbeat", "1.6"]
    assert uses(large, Traffic())["websocket_message"] == 3


def test_more_samples_are_more_bytes_and_in_the_end_another_write_unit() -> None:
    measured = of({"messages": [message("MeterValues, 8 samples", "1.6", write_units=1, stored_bytes=950)]})
    one = measured["MeterValues, 8 samples", "1.6"]
    assert uses(one, Traffic(), 8) == uses(one, Traffic())
    assert uses(one, Traffic(), 8)["write_unit"] == 1
    assert uses(one, Traffic(), 9)["write_unit"] == 2
    assert uses(one, Traffic(), 16)["table_gb_month"] * 1024**3 == pytest.approx(150 + 2 * 800)


def test_what_expires_is_stored_no_longer_than_that() -> None:
    stored = {"stored_bytes": 1000, "expiring_bytes": 600, "expire_after_days": 730 / 24 / 2}
    (one,) = of({"messages": [message("Heartbeat", "1.6", **stored)]}).values()
    assert uses(one, Traffic(kept_months=1))["table_gb_month"] * 1024**3 == pytest.approx(400 + 300)
    assert uses(one, Traffic(kept_months=12))["table_gb_month"] * 1024**3 == pytest.approx(12 * 400 + 300)


def test_what_was_not_measured_is_an_error_that_names_it() -> None:
    with pytest.raises(KeyError, match="connect"):
        estimate(Traffic(), of({"messages": []}))


def test_what_has_no_price_is_an_error_that_names_it() -> None:
    with pytest.raises(KeyError, match="moonlight"):
        bill({"moonlight": 1})


def test_what_a_stage_costs_by_itself_is_in_no_station() -> None:
    assert total_usd(fixed()) == pytest.approx(0.40 + 0.52 + 20_440 * 0.20e-6 + 8_760 * 0.625e-6 + 7 * 8_760 * 0.125e-6)
    assert not {line.item for line in fixed()} & {"secret_month"} & {line.item for line in month().lines}
    two = told(month(), 2)
    assert two["usd"] == pytest.approx(2 * two["usd_per_station"] + two["fixed_usd"])


def test_the_shipped_measurements_have_all_that_profiles_need() -> None:
    for profile in PROFILES.values():
        for version in VERSIONS:
            assert estimate(profile._replace(version=version), units()).usd > 0


TRAFFIC = st.builds(
    Traffic,
    version=st.sampled_from(VERSIONS),
    sessions_per_day=st.floats(0, 40),
    session_minutes=st.floats(0, 600),
    meter_interval_s=st.none() | st.floats(1, 3_600),
    samples=st.integers(1, 40),
    heartbeat_s=st.floats(10, 900),
    commands_per_day=st.floats(0, 100),
    message_log=st.booleans(),
    kept_months=st.floats(0, 24),
)
MORE = {
    "sessions_per_day": 1.5,
    "session_minutes": 1.5,
    "meter_interval_s": 1 / 2,
    "heartbeat_s": 1 / 2,
    "commands_per_day": 2,
    "kept_months": 2,
}
"""By what to multiply a number so that the station costs no less."""


@given(TRAFFIC)
def test_a_station_that_does_more_costs_no_less(traffic: Traffic) -> None:
    usual = estimate(traffic, units()).usd
    for name, factor in MORE.items():
        value = getattr(traffic, name)
        if value is not None:
            assert estimate(traffic._replace(**{name: value * factor}), units()).usd >= usual - 1e-12


@given(TRAFFIC)
def test_its_parts_services_and_lines_add_up_to_the_same(traffic: Traffic) -> None:
    made = estimate(traffic, units())
    assert sum(made.by_cause.values()) == pytest.approx(made.usd)
    assert sum(by_service(made.lines).values()) == pytest.approx(made.usd)
    assert sum(usd(line.item, line.amount) for line in made.lines) == pytest.approx(made.usd)


AMOUNTS: st.SearchStrategy[Amounts] = st.dictionaries(st.sampled_from(sorted(prices())), st.floats(0, 1e9))


@given(AMOUNTS, AMOUNTS, st.floats(0, 1e6))
def test_a_bill_of_both_is_the_sum_of_the_bills(one: Amounts, other: Amounts, factor: float) -> None:
    both = total_usd(bill(added((one, other))))
    assert both == pytest.approx(total_usd(bill(one)) + total_usd(bill(other)))
    assert total_usd(bill(times(one, factor))) == pytest.approx(factor * total_usd(bill(one)))


# --------------------------------------------------------------------------- alternatives


def shipped(profile: str, version: Version = "1.6") -> Estimate:
    return estimate(PROFILES[profile]._replace(version=version), units())


def test_two_tasks_two_databases_and_a_balancer_cost_what_they_cost_by_hand() -> None:
    tasks = 2 * 730 * (0.03238 + 2 * 0.00356)
    balancer = 730 * (0.0225 + 0.008)
    databases = 2 * (730 * 0.065 + 20 * 0.115)
    addresses = 3 * 730 * 0.005
    assert usd_of("always_on", shipped("idle"), 1) == pytest.approx(tasks + balancer + databases + addresses, rel=1e-3)


def test_one_machine_is_cheap_and_carries_little() -> None:
    assert usd_of("one_machine", shipped("idle"), 1_000) == pytest.approx(730 * (0.0168 + 0.005) + 20 * 0.08)
    assert usd_of("one_machine", shipped("idle"), 1_001) is None


@pytest.mark.parametrize("profile", PROFILES)
def test_from_the_crossover_on_the_alternative_costs_less_and_before_it_more(profile: str) -> None:
    made = shipped(profile)
    found = crossover("always_on", made)
    assert found is not None
    at, before = (usd_of("always_on", made, stations) for stations in (found, found - 1))
    own_at, own_before = (usd_of("serverless", made, stations) for stations in (found, found - 1))
    assert at is not None
    assert before is not None
    assert own_at is not None
    assert own_before is not None
    assert at < own_at
    assert before >= own_before


def test_a_station_that_does_more_breaks_even_earlier() -> None:
    found = [crossover("always_on", shipped(profile)) or 0 for profile in ("idle", "home", "dc")]
    assert found == sorted(found, reverse=True)


def test_what_never_costs_less_has_no_crossover() -> None:
    dear = Assumptions(stations_per_task=1)
    assert crossover("always_on", shipped("idle"), dear) is None


@pytest.mark.parametrize("machine_stations", [513, 600, 1000])
def test_a_machine_may_cost_less_just_before_it_is_full(machine_stations: int) -> None:
    found = crossover("one_machine", shipped("idle"), Assumptions(machine_stations=machine_stations))
    assert found == (None if machine_stations == 513 else crossover("one_machine", shipped("idle")))
    assert found is None or 513 < found <= 600


@pytest.mark.parametrize("alternative", NAMES)
@pytest.mark.parametrize("profile", PROFILES)
def test_more_stations_never_cost_less(alternative: str, profile: str) -> None:
    made = shipped(profile)
    found = [usd_of(alternative, made, stations) for stations in SCALE]  # type: ignore[arg-type]  # one of them
    known = [one for one in found if one is not None]
    assert known == sorted(known)
