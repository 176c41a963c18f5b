"""What a station of OCPP 2.x is told once it has booted: what it lacks of the fleet's settings, once, and nothing that
somebody else decides."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from local.dynamodb.storage import Store
from shared.aws import outbox
from shared.domain.device_settings import RETRY_RANDOM_RANGE, RETRY_REPEAT_TIMES, RETRY_WAIT_MINIMUM
from shared.domain.stations import Options
from shared.domain.variables import ACTUAL, Attribute, VariableId, read, wish
from shared.ocpp.messages import V2X
from shared.settings import settings
from shared.store import findings, stations, variables
from tests.integration.called_station import CalledStation, Received
from tests.integration.stream import Stream, watched

BOOT = {"chargingStation": {"model": "Duo", "vendorName": "Acme", "firmwareVersion": "1"}, "reason": "PowerUp"}
FLEET = {"RetryBackOffWaitMinimum": "10", "RetryBackOffRandomRange": "25", "RetryBackOffRepeatTimes": "3"}
BOTH = pytest.mark.parametrize("version", V2X)


@pytest.fixture
def stream(table: Store, monkeypatch: pytest.MonkeyPatch) -> Stream:
    fleet_of(monkeypatch, 10_000)
    return watched(table, monkeypatch)


def fleet_of(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    monkeypatch.setenv("EXPECTED_STATIONS", str(count))
    settings.cache_clear()


def station_of(monkeypatch: pytest.MonkeyPatch, version: str = "2.0.1", options: Options = Options()) -> CalledStation:  # noqa: B008  # immutable
    station = CalledStation(monkeypatch, version=version, now=datetime.now(UTC) - timedelta(hours=1))
    known = stations.existing("CP1")
    stations.replace(known._replace(options=options))
    return station


def boot(station: CalledStation, stream: Stream) -> None:
    station.now += timedelta(seconds=10)
    station.reconnect()
    station.send("BootNotification", **BOOT)
    stream.flow()
    outbox.watch("CP1", None)


def told(received: Received) -> dict[str, str]:
    return {one["variable"]["name"]: one["attributeValue"] for one in received.payload["setVariableData"]}


def answer(station: CalledStation, received: Received, status: str = "Accepted", **others: str) -> None:
    """`others` are the statuses of some variables."""
    results = [
        {name: one[name] for name in ("component", "variable")}
        | {"attributeStatus": others.get(one["variable"]["name"], status)}
        for one in received.payload["setVariableData"]
    ]
    station.answer(received.call_id, {"setVariableResult": results})


def is_told(station: CalledStation, variable: VariableId, value: str) -> None:
    """The station has answered that a variable of its has this value."""
    now = datetime.now(UTC)
    said = Attribute(value=value, status="Accepted", answered_at=now)
    variables.change("CP1", {variable: lambda known: read(known, ACTUAL, said, now)})


def shown_findings() -> list[Any]:
    return [one.finding for one in findings.page("CP1", None, 100)[0]]


@BOTH
def test_a_station_is_told_once(stream: Stream, monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    station = station_of(monkeypatch, version)
    boot(station, stream)
    received = station.next("SetVariables")
    assert told(received) == FLEET
    assert {one["component"]["name"] for one in received.payload["setVariableData"]} == {"OCPPCommCtrlr"}
    answer(station, received)
    for _ in range(3):
        boot(station, stream)
    assert station.received == []
    assert shown_findings() == []


def test_what_it_takes_is_nobodys_wish_and_another_size_of_the_fleet_is_told_again(
    stream: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    station = station_of(monkeypatch)
    boot(station, stream)
    answer(station, station.next("SetVariables"), "RebootRequired")
    known = variables.find("CP1", RETRY_RANDOM_RANGE)
    assert known is not None
    assert (known.actual.value, known.actual.wished) == ("25", None)
    fleet_of(monkeypatch, 100_000)
    boot(station, stream)
    assert told(station.next("SetVariables")) == {"RetryBackOffRandomRange": "250"}


def test_only_what_it_is_not_known_to_have_is_told(stream: Stream, monkeypatch: pytest.MonkeyPatch) -> None:
    station = station_of(monkeypatch)
    is_told(station, RETRY_WAIT_MINIMUM, "10")
    is_told(station, RETRY_REPEAT_TIMES, "5")
    boot(station, stream)
    assert told(station.next("SetVariables")) == {"RetryBackOffRandomRange": "25", "RetryBackOffRepeatTimes": "3"}


def test_what_is_wished_of_a_station_goes_before(stream: Stream, monkeypatch: pytest.MonkeyPatch) -> None:
    station = station_of(monkeypatch)
    now = datetime.now(UTC)
    variables.change("CP1", {RETRY_RANDOM_RANGE: partial(wish, which=ACTUAL, value="60", at=now)})
    boot(station, stream)
    assert told(station.next("SetVariables")).keys() == {"RetryBackOffWaitMinimum", "RetryBackOffRepeatTimes"}


def test_what_an_operator_has_set_by_a_call_goes_before(stream: Stream, monkeypatch: pytest.MonkeyPatch) -> None:
    station = station_of(monkeypatch)
    data = {"component": {"name": "OCPPCommCtrlr"}, "variable": {"name": "RetryBackOffRepeatTimes"}}
    station.order("SetVariables", {"setVariableData": [data | {"attributeValue": "9"}]})
    answer(station, station.next("SetVariables"))
    boot(station, stream)
    assert "RetryBackOffRepeatTimes" not in told(station.next("SetVariables"))


@pytest.mark.parametrize("status", ["Rejected", "UnknownVariable", "NotSupportedAttributeType"])
def test_what_it_refuses_it_is_not_given_again_and_the_refusal_shows(
    stream: Stream, monkeypatch: pytest.MonkeyPatch, status: str
) -> None:
    station = station_of(monkeypatch)
    boot(station, stream)
    answer(station, station.next("SetVariables"), RetryBackOffRandomRange=status)
    boot(station, stream)
    is_told(station, RETRY_RANDOM_RANGE, "5")  # even when it has told its own meanwhile
    boot(station, stream)
    assert station.received == []
    (finding,) = shown_findings()
    assert (finding.code, finding.path) == ("retry-settings", "RetryBackOffRandomRange")
    assert status in finding.text


@pytest.mark.parametrize("code", ["NotImplemented", "InternalError"])
def test_a_station_that_answers_with_an_error_is_not_asked_again(
    stream: Stream, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    station = station_of(monkeypatch)
    boot(station, stream)
    station.refuse(station.next("SetVariables").call_id, code)
    boot(station, stream)
    assert station.received == []
    assert len(shown_findings()) == len(FLEET)


def test_while_it_has_not_answered_it_is_not_told_twice(stream: Stream, monkeypatch: pytest.MonkeyPatch) -> None:
    station = station_of(monkeypatch)
    boot(station, stream)
    station.next("SetVariables")
    boot(station, stream)
    assert station.received == []


def test_a_station_that_takes_one_at_a_time_is_told_one_at_a_time(
    stream: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    station = station_of(monkeypatch)
    at_once = VariableId("DeviceDataCtrlr", "ItemsPerMessage", variable_instance="SetVariables")
    is_told(station, at_once, "1")
    boot(station, stream)
    received: dict[str, str] = {}
    for _ in FLEET:
        one = station.next("SetVariables")
        received |= told(one)
        answer(station, one)
    assert received == FLEET
    assert station.received == []


@pytest.mark.parametrize("reason", ["option", "stage", "triggered", "read-only"])
def test_a_station_that_is_not_to_be_configured_is_told_nothing(
    stream: Stream, monkeypatch: pytest.MonkeyPatch, reason: str
) -> None:
    station = station_of(monkeypatch, options=Options(fleet_settings=reason != "option"))
    if reason == "stage":
        fleet_of(monkeypatch, 0)
    if reason == "triggered":  # it has not restarted
        station.send("BootNotification", **BOOT | {"reason": "Triggered"})
        stream.flow()
        outbox.watch("CP1", None)
    elif reason == "read-only":
        for one in (RETRY_WAIT_MINIMUM, RETRY_RANDOM_RANGE, RETRY_REPEAT_TIMES):
            fixed = Attribute(value="1", mutability="ReadOnly")
            variables.change("CP1", {one: lambda known, fixed=fixed: known.with_attribute(ACTUAL, fixed)})  # type: ignore[misc]  # bound in the loop
        boot(station, stream)
    else:
        boot(station, stream)
    assert station.received == []


def test_a_station_of_16_is_told_nothing(stream: Stream, monkeypatch: pytest.MonkeyPatch) -> None:
    station = station_of(monkeypatch, "1.6")
    station.send("BootNotification", chargePointVendor="Acme", chargePointModel="Solo")
    stream.flow()
    outbox.watch("CP1", None)
    assert station.received == []
