"""Transactions as stations really send them: repeated, late, with wrong numbers, or never stopped."""

import asyncio
from typing import Any

import pytest

from local.system import LocalSystem
from tests.end_to_end.clients import Api, Station, dial

START = {"connectorId": 1, "idTag": "TAG", "meterStart": 1000, "timestamp": "2026-11-20T08:00:00Z"}
STOP = {"meterStop": 4500, "timestamp": "2026-11-20T09:00:00Z"}
HUGE = 9223372036854775807


@pytest.fixture(scope="module", autouse=True)
def tokens(api: Api) -> None:
    api.put("id-tokens", "TAG")
    api.put("id-tokens", "BLOCKED", status="Blocked")


async def begin(station: Station, **changed: Any) -> int:
    number = (await station.call("StartTransaction", **(START | changed)))["transactionId"]
    assert isinstance(number, int)
    return number


def only(api: Api, station_id: str) -> dict[str, Any]:
    (found,) = api.items("transactions", station_id=station_id)
    assert isinstance(found, dict)
    return found


def sampled(value: str, minute: int = 30, **more: str) -> list[dict[str, Any]]:
    return [{"timestamp": f"2026-11-20T08:{minute:02}:00Z", "sampledValue": [{"value": value, **more}]}]


@pytest.mark.requirement("M16-045")
@pytest.mark.parametrize(("id_tag", "status"), [("BLOCKED", "Blocked"), ("NOBODYS", "Invalid")])
async def test_a_start_with_a_refused_token_is_kept_all_the_same(
    system: LocalSystem, api: Api, id_tag: str, status: str
) -> None:
    async with dial(system, f"T45{id_tag}") as station:
        answer = await station.call("StartTransaction", **(START | {"idTag": id_tag}))
    assert answer["transactionId"] > 0
    assert answer["idTagInfo"]["status"] == status
    found = only(api, f"T45{id_tag}")
    assert (found["state"], found["authorization_status"], found["flags"]) == ("active", status, ["refused"])


@pytest.mark.requirement("M16-046", "M16-047")
async def test_a_start_is_one_transaction_however_often_and_wherever_it_is_sent(system: LocalSystem, api: Api) -> None:
    async with dial(system, "T46") as station:
        first = await station.frame("StartTransaction", START, "same")
        assert await station.frame("StartTransaction", START, "same") == first
        assert (await station.frame("StartTransaction", START, "new"))[2] == first[2]
    async with dial(system, "T46") as station:
        assert (await station.frame("StartTransaction", START, "after"))[2] == first[2]
    assert only(api, "T46")["number"] == first[2]["transactionId"]


@pytest.mark.requirement("M16-046")
async def test_a_start_from_two_sockets_at_once_is_one_transaction(system: LocalSystem, api: Api) -> None:
    async with dial(system, "T46C") as one, dial(system, "T46C") as other:
        frames = [(station, f"{number}") for number in range(5) for station in (one, other)]
        await asyncio.gather(
            *(station.send([2, message_id, "StartTransaction", START]) for station, message_id in frames),
            return_exceptions=True,
        )
        answers = [(await other.receive())[2] for _ in range(5)]
    assert all(answer == answers[0] for answer in answers)
    assert only(api, "T46C")["number"] == answers[0]["transactionId"]


async def test_different_starts_are_different_transactions(system: LocalSystem, api: Api) -> None:
    async with dial(system, "T44B") as station:
        numbers = {await begin(station, connectorId=connector, meterStart=connector) for connector in range(1, 6)}
    assert len(numbers) == 5
    assert len(api.items("transactions", station_id="T44B", state="active")) == 5


@pytest.mark.requirement("M16-048")
async def test_a_start_of_days_ago_began_days_ago(system: LocalSystem, api: Api) -> None:
    async with dial(system, "T48") as station:
        answer = await station.call("StartTransaction", **(START | {"timestamp": "2026-11-17T23:59:59.5+01:00"}))
    assert answer["idTagInfo"]["status"] == "Accepted"
    assert only(api, "T48")["started_at"] == "2026-11-17T22:59:59.500000Z"


@pytest.mark.requirement("M16-049")
async def test_a_start_on_a_connector_never_heard_of_makes_it_known(system: LocalSystem, api: Api) -> None:
    async with dial(system, "T49") as station:
        await begin(station, connectorId=7)
    (evse,) = api.get("stations", "T49")["evses"]
    assert (evse["evse_id"], evse["connectors"][0]["status"]) == (7, "Occupied")


@pytest.mark.requirement("M16-050")
async def test_measurands_and_phases_come_back_with_their_units(system: LocalSystem, api: Api) -> None:
    samples = [
        {"value": "1.5", "measurand": "Energy.Active.Import.Register", "unit": "kWh", "context": "Sample.Periodic"},
        *({"value": "231.4", "measurand": "Voltage", "phase": f"L{n}-N", "unit": "V"} for n in (1, 2, 3)),
        {"value": "57", "measurand": "SoC", "unit": "Percent", "location": "EV"},
    ]
    async with dial(system, "T50") as station:
        number = await begin(station)
        value = [{"timestamp": "2026-11-20T08:10:00Z", "sampledValue": samples}]
        await station.call("MeterValues", connectorId=1, transactionId=number, meterValue=value)
    (kept,) = api.items("transactions", str(number), "meter-values")
    assert kept["timestamp"] == "2026-11-20T08:10:00Z"
    for sent, shown in zip(samples, kept["sampled_values"], strict=True):
        assert {name: shown[name] for name in sent} == sent
    assert api.get("transactions", str(number))["energy_wh"] == 500


@pytest.mark.requirement("M16-051")
async def test_meter_values_outside_transactions_are_kept(system: LocalSystem, api: Api) -> None:
    async with dial(system, "T51") as station:
        for connector_id in (0, 1):
            assert await station.call("MeterValues", connectorId=connector_id, meterValue=sampled("77")) == {}
    kept = api.items("stations", "T51", "meter-values")
    assert [(one["evse_id"], one["transaction_number"]) for one in kept] == [(0, None), (1, None)]


async def test_meter_values_that_name_no_transaction_belong_to_the_one_that_runs(system: LocalSystem, api: Api) -> None:
    async with dial(system, "T51B") as station:
        number = await begin(station)
        await station.call("MeterValues", connectorId=1, meterValue=sampled("2000"))
        await station.call("MeterValues", connectorId=2, meterValue=sampled("9000"))
        await station.call("StopTransaction", transactionId=number, **STOP)
    (kept,) = api.items("transactions", str(number), "meter-values")
    assert (kept["inferred"], kept["sampled_values"][0]["value"]) == (True, "2000")


@pytest.mark.requirement("M16-052", "M16-053")
@pytest.mark.parametrize("number", [4711, HUGE])
async def test_meter_values_with_an_unknown_number_are_kept_and_flagged(
    system: LocalSystem, api: Api, number: int
) -> None:
    station_id = f"T52-{number}"
    async with dial(system, station_id) as station:
        assert await station.call("MeterValues", connectorId=1, transactionId=number, meterValue=sampled("1")) == {}
    (kept,) = api.items("stations", station_id, "meter-values")
    assert kept["transaction_number"] == number
    assert {finding["code"] for finding in api.items("stations", station_id, "findings")} == {"Q-24"}


@pytest.mark.requirement("M16-054")
async def test_signed_data_comes_back_byte_for_byte(system: LocalSystem, api: Api) -> None:
    signed = 'OCMF|{"FV":"1.0","RD":[{"RV":1.50}]}|{"SD":"30 45 02"}  \u00e9'
    async with dial(system, "T54") as station:
        number = await begin(station)
        value = sampled(signed, format="SignedData")
        await station.call("MeterValues", connectorId=1, transactionId=number, meterValue=value)
    (kept,) = api.items("transactions", str(number), "meter-values")
    assert kept["sampled_values"][0]["value"] == signed


@pytest.mark.requirement("M16-056")
async def test_a_stop_without_token_and_reason_is_local(system: LocalSystem, api: Api) -> None:
    async with dial(system, "T56") as station:
        number = await begin(station)
        assert await station.call("StopTransaction", transactionId=number, **STOP) == {}
    assert only(api, "T56")["stopped_reason"] == "Local"


@pytest.mark.requirement("M16-057")
async def test_a_stop_of_an_unknown_transaction_is_kept_as_an_orphan(system: LocalSystem, api: Api) -> None:
    async with dial(system, "T57") as station:
        assert await station.call("StopTransaction", transactionId=4711, **STOP) == {}
    found = only(api, "T57")
    assert (found["state"], found["flags"], found["meter_stop_wh"]) == ("ended", ["orphan"], 4500)
    assert found["energy_wh"] is None


async def test_a_stop_never_ends_another_stations_transaction(system: LocalSystem, api: Api) -> None:
    async with dial(system, "T57A") as owner, dial(system, "T57B") as stranger:
        number = await begin(owner)
        await stranger.call("StopTransaction", transactionId=number, **STOP)
    assert only(api, "T57A")["state"] == "active"
    assert only(api, "T57B")["flags"] == ["orphan"]


@pytest.mark.requirement("M16-058")
@pytest.mark.parametrize("number", [-1, 0])
async def test_a_stop_after_a_lost_answer_finds_its_transaction(system: LocalSystem, api: Api, number: int) -> None:
    station_id = f"T58{number}"
    async with dial(system, station_id) as station:
        await begin(station)
        answer = await station.call("StopTransaction", transactionId=number, idTag="TAG", **STOP)
        assert answer["idTagInfo"]["status"] == "Accepted"
        assert await station.call("StopTransaction", transactionId=number, idTag="TAG", **STOP) == answer
    found = only(api, station_id)
    assert (found["state"], found["energy_wh"], found["flags"]) == ("ended", 3500, ["matched"])


@pytest.mark.requirement("M16-059")
async def test_a_stop_twice_counts_once(system: LocalSystem, api: Api) -> None:
    async with dial(system, "T59") as station:
        number = await begin(station)
        stop = STOP | {"transactionId": number, "idTag": "TAG", "reason": "EVDisconnected"}
        first = await station.call("StopTransaction", **stop)
        assert await station.call("StopTransaction", **stop) == first
    assert only(api, "T59")["energy_wh"] == 3500


@pytest.mark.requirement("M16-060")
async def test_a_stop_sent_before_the_answer_to_its_start_was_read(system: LocalSystem, api: Api) -> None:
    async with dial(system, "T60") as station:
        await station.send([2, "start", "StartTransaction", START])
        await station.send([2, "stop", "StopTransaction", STOP | {"transactionId": -1, "idTag": "TAG"}])
        assert {(await station.receive())[1] for _ in range(2)} == {"start", "stop"}
    found = only(api, "T60")
    assert (found["state"], found["energy_wh"], found["flags"]) == ("ended", 3500, ["matched"])


@pytest.mark.requirement("M16-061")
async def test_a_reading_below_the_start_is_kept_flagged_and_costs_nothing(system: LocalSystem, api: Api) -> None:
    async with dial(system, "T61") as station:
        number = await begin(station)
        await station.call("StopTransaction", transactionId=number, **(STOP | {"meterStop": 900}))
    found = only(api, "T61")
    assert (found["meter_stop_wh"], found["energy_wh"], found["flags"]) == (900, None, ["meter_implausible"])


async def test_a_reading_that_cannot_be_is_replaced_by_the_last_sample(system: LocalSystem, api: Api) -> None:
    async with dial(system, "T61B") as station:
        number = await begin(station)
        await station.call("MeterValues", connectorId=1, transactionId=number, meterValue=sampled("4.1", unit="kWh"))
        await station.call("StopTransaction", transactionId=number, **(STOP | {"meterStop": -1}))
    found = only(api, "T61B")
    assert (found["meter_stop_wh"], found["energy_wh"], found["flags"]) == (-1, 3100, ["meter_implausible"])


@pytest.mark.requirement("M16-062")
async def test_the_data_of_a_stop_is_merged_without_duplicates(system: LocalSystem, api: Api) -> None:
    data = [sampled(str(1000 + minute), minute % 60)[0] for minute in range(60)]
    energy = {"value": "1", "measurand": "Power.Active.Import", "unit": "W"}
    data = [value | {"sampledValue": [*value["sampledValue"], energy]} for value in data]
    async with dial(system, "T62") as station:
        number = await begin(station)
        for minute in (10, 20):
            value = sampled(str(1000 + minute), minute)
            await station.call("MeterValues", connectorId=1, transactionId=number, meterValue=value)
        for _ in range(2):
            await station.call("StopTransaction", transactionId=number, **STOP, transactionData=data)
    kept = api.items("transactions", str(number), "meter-values")
    assert len(kept) == 60
    assert sum(len(value["sampled_values"]) for value in kept) == 120


@pytest.mark.requirement("M16-063", "M16-064")
@pytest.mark.parametrize("reason", ["EVDisconnected", "PowerLoss"])
async def test_the_reason_of_a_stop_is_kept(system: LocalSystem, api: Api, reason: str) -> None:
    station_id = f"T63{reason}"
    async with dial(system, station_id) as station:
        number = await begin(station)
    async with dial(system, station_id) as station:
        await station.call("BootNotification", chargePointVendor="V", chargePointModel="M")
        await station.call("StopTransaction", transactionId=number, reason=reason, **STOP)
    found = only(api, station_id)
    assert (found["stopped_reason"], found["ended_at"], found["energy_wh"]) == (reason, "2026-11-20T09:00:00Z", 3500)


@pytest.mark.requirement("M16-065")
async def test_an_offline_session_is_replayed_into_one_transaction(system: LocalSystem, api: Api) -> None:
    async with dial(system, "T65"):
        pass
    async with dial(system, "T65") as station:
        number = await begin(station)
        await station.call("MeterValues", connectorId=1, transactionId=number, meterValue=sampled("2000"))
        await station.call("StopTransaction", transactionId=number, idTag="TAG", **STOP)
    found = only(api, "T65")
    assert (found["state"], found["energy_wh"], found["ended_at"]) == ("ended", 3500, "2026-11-20T09:00:00Z")


@pytest.mark.requirement("M16-066")
async def test_a_transaction_without_a_stop_is_given_up_at_the_next_start_and_taken_back_when_it_comes(
    system: LocalSystem, api: Api
) -> None:
    async with dial(system, "T66") as station:
        lost = await begin(station)
        await station.call("MeterValues", connectorId=1, transactionId=lost, meterValue=sampled("3000"))
        await begin(station, timestamp="2026-11-20T10:00:00Z", meterStart=4500)
        found = api.get("transactions", str(lost))
        assert (found["state"], found["energy_wh"], found["flags"]) == ("ended", 2000, ["abandoned"])
        await station.call("StopTransaction", transactionId=lost, **STOP)
    found = api.get("transactions", str(lost))
    assert (found["energy_wh"], found["flags"], found["ended_at"]) == (3500, [], "2026-11-20T09:00:00Z")


@pytest.mark.requirement("M16-122")
async def test_a_contract_id_is_the_same_with_and_without_hyphens(system: LocalSystem, api: Api) -> None:
    api.put("id-tokens", "DE8AACA2B3C4D51")
    async with dial(system, "T122") as station:
        answer = await station.call("StartTransaction", **(START | {"idTag": "DE-8AA-CA2B3C4D5-1"}))
    assert answer["idTagInfo"]["status"] == "Accepted"


@pytest.mark.requirement("M16-125")
async def test_a_start_whose_answer_was_lost_on_the_way_is_the_same_transaction(system: LocalSystem, api: Api) -> None:
    async with dial(system, "T125") as station:
        await station.send([2, "lost", "StartTransaction", START])
    async with dial(system, "T125") as station:
        number = await begin(station)
    assert only(api, "T125")["number"] == number
