"""Who may charge, as stations of OCPP 2.x ask it."""

import asyncio
import itertools
from typing import Any

import pytest

from local.system import LocalSystem
from shared.ocpp.messages import V2X
from tests.end_to_end.answering import answer, call, receive
from tests.end_to_end.clients import Api, Station, dial_2x
from tests.end_to_end.sessions_2x import event, shown, tell

both = pytest.mark.parametrize("version", V2X)
_numbers = itertools.count(1)
HERE = "A-here"
NEVER = [{"opens": "00:00", "closes": "00:01", "time_zone": "Pacific/Kiritimati", "days": ["mon"]}]


@pytest.fixture(scope="module", autouse=True)
def tokens(api: Api) -> None:
    api.put("id-tokens", "04e91C2a", group_id="FLEET")
    api.put("id-tokens", "BLOCKED", status="Blocked")
    api.put("id-tokens", "OLD", expires_at="2020-01-01T00:00:00Z")
    api.put("id-tokens", "BROKE", status="NoCredit")
    api.put("id-tokens", "INVALID", status="Invalid")
    api.put("id-tokens", "HERE", allowed_stations=[{"station_id": HERE, "evse_ids": [2, 1]}])
    api.put("id-tokens", "1234", type="KeyCode")
    api.put("id-tokens", "00:11:22:33:44:55", type="MacAddress")
    api.put("id-tokens", "app-user", type="Local")
    api.put("id-tokens", "paid", type="Central")
    api.put("id-tokens", "PREPAID", limit={"max_cost": 20})
    api.put("id-tokens", "DE-IDL-C00000001-3")
    api.put("id-tokens", "V" * 255)
    api.put("id-tokens", "MASTER", group_id="MASTERS")


async def ask(station: Station, id_token: str, kind: str = "ISO14443") -> dict[str, Any]:
    answered: dict[str, Any] = (await station.call("Authorize", idToken={"idToken": id_token, "type": kind}))[
        "idTokenInfo"
    ]
    return answered


def name() -> str:
    return f"A-{next(_numbers)}"


@pytest.mark.requirement("M20-040", "M20-041", "M20-042", "M20-044", "C01", "C03", "C04", "C06", "C08", "C14")
@both
async def test_a_token_gets_its_status_whatever_case_it_is_written_in(system: LocalSystem, version: str) -> None:
    async with dial_2x(system, name(), version) as station:
        told = {
            token: (await ask(station, token, kind))["status"]
            for token, kind in (
                ("04E91C2A", "ISO14443"),
                ("04e91c2a", "ISO15693"),
                ("NOBODYS", "ISO14443"),
                ("INVALID", "ISO14443"),
                ("BLOCKED", "ISO14443"),
                ("OLD", "ISO14443"),
                ("BROKE", "ISO14443"),
                ("1234", "KeyCode"),
                ("00:11:22:33:44:55", "MacAddress"),
                ("app-user", "Local"),
                ("paid", "Central"),
                ("DEIDLC000000013", "eMAID"),
            )
        }
        assert (await ask(station, "1234", "ISO14443"))["status"] == "Invalid"
    assert told == {
        "04E91C2A": "Accepted",
        "04e91c2a": "Accepted",
        "NOBODYS": "Unknown",
        "INVALID": "Invalid",
        "BLOCKED": "Blocked",
        "OLD": "Expired",
        "BROKE": "NoCredit",
        "1234": "Accepted",
        "00:11:22:33:44:55": "Accepted",
        "app-user": "Accepted",
        "paid": "Accepted",
        "DEIDLC000000013": "Accepted",
    }


@pytest.mark.requirement("M20-043", "C02")
@both
async def test_a_start_button_needs_nobody(system: LocalSystem, api: Api, version: str) -> None:
    nobody = {"idToken": "", "type": "NoAuthorization"}
    started = {
        "eventType": "Started",
        "seqNo": 0,
        "timestamp": "2026-11-20T08:00:00Z",
        "triggerReason": "Authorized",
        "transactionInfo": {"transactionId": f"button-{version}"},
        "idToken": nobody,
        "evse": {"id": 1},
    }
    async with dial_2x(system, name(), version) as station:
        assert await ask(station, "", "NoAuthorization") == {"status": "Accepted"}
        assert (await station.call("TransactionEvent", **started))["idTokenInfo"] == {"status": "Accepted"}
    found = await asyncio.to_thread(api.get, "transactions", f"button-{version}")
    assert (found["id_token"], found["id_token_type"], found["flags"]) == (None, "NoAuthorization", [])


@pytest.mark.requirement("M20-048", "C09", "C10", "M20-050", "C16")
@both
async def test_the_group_of_a_token_is_told_with_it(system: LocalSystem, version: str) -> None:
    async with dial_2x(system, name(), version) as station:
        told = await ask(station, "04E91C2A")
    assert told == {"status": "Accepted", "groupIdToken": {"idToken": "FLEET", "type": "Central"}}


@pytest.mark.requirement("M20-045")
@both
async def test_a_token_may_be_bound_to_places_times_and_one_transaction(
    system: LocalSystem, api: Api, version: str
) -> None:
    one = f"ONE-{version}"
    await asyncio.to_thread(api.put, "id-tokens", "NIGHT", hours=NEVER)
    await asyncio.to_thread(api.put, "id-tokens", one, concurrent=False)
    async with dial_2x(system, HERE, version) as station:
        assert await ask(station, "HERE") == {"status": "Accepted", "evseId": [1, 2]}
    async with dial_2x(system, name(), version) as station:
        assert await ask(station, "HERE") == {"status": "NotAtThisLocation"}
        assert (await ask(station, "NIGHT"))["status"] == "NotAtThisTime"
        started = {
            "eventType": "Started",
            "seqNo": 0,
            "timestamp": "2026-11-20T08:00:00Z",
            "triggerReason": "Authorized",
            "transactionInfo": {"transactionId": f"one-{version}"},
            "idToken": {"idToken": one, "type": "ISO14443"},
            "evse": {"id": 1},
        }
        assert (await station.call("TransactionEvent", **started))["idTokenInfo"]["status"] == "Accepted"
        await asyncio.to_thread(api.get, "id-tokens", one)
    async with dial_2x(system, name(), version) as station:
        assert (await ask(station, one))["status"] == "ConcurrentTx"
        elsewhere = started | {"transactionInfo": {"transactionId": f"two-{version}"}}
        assert (await station.call("TransactionEvent", **elsewhere))["idTokenInfo"]["status"] == "ConcurrentTx"
        over = started | {"eventType": "Ended", "seqNo": 1, "triggerReason": "StopAuthorized"}
        ended = over | {"transactionInfo": {"transactionId": f"two-{version}"}}
        assert (await station.call("TransactionEvent", **ended))["idTokenInfo"]["status"] == "Accepted"


@pytest.mark.requirement("M20-045")
@both
async def test_a_token_may_be_bound_to_a_kind_of_connector(system: LocalSystem, api: Api, version: str) -> None:
    await asyncio.to_thread(api.put, "id-tokens", "DC", allowed_connector_types=["cCCS2"])
    station_id = name()
    async with dial_2x(system, station_id, version) as station:
        for evse_id in (1, 2):
            said = {"connectorStatus": "Available", "evseId": evse_id, "connectorId": 1}
            await station.call("StatusNotification", timestamp="2026-11-20T07:00:00Z", **said)
        assert await ask(station, "DC") == {"status": "Accepted"}
        component = {"name": "Connector", "evse": {"id": 1, "connectorId": 1}}
        wanted = [
            {
                "component": {**component, "evse": {"id": evse_id, "connectorId": 1}},
                "variable": {"name": "ConnectorType"},
            }
            for evse_id in (1, 2)
        ]
        await call(api, station, "GetVariables", {"getVariableData": wanted})
        frame = await receive(station, "GetVariables")
        result = [
            {**asked, "attributeStatus": "Accepted", "attributeValue": value}
            for asked, value in zip(frame[3]["getVariableData"], ("sType2", "cCCS2"), strict=True)
        ]
        await answer(api, station, frame, {"getVariableResult": result})
        assert await ask(station, "DC") == {"status": "Accepted", "evseId": [2]}
        started = {
            "eventType": "Started",
            "seqNo": 0,
            "timestamp": "2026-11-20T08:00:00Z",
            "triggerReason": "Authorized",
            "transactionInfo": {"transactionId": f"dc-{version}"},
            "idToken": {"idToken": "DC", "type": "ISO14443"},
            "evse": {"id": 1, "connectorId": 1},
        }
        told = await station.call("TransactionEvent", **started)
        assert told["idTokenInfo"]["status"] == "NotAllowedTypeEVSE"


@pytest.mark.requirement("M21-016", "C17", "C10")
@both
async def test_what_is_told_of_prepaid_tokens_is_not_remembered_for_long(system: LocalSystem, version: str) -> None:
    async with dial_2x(system, name(), version) as station:
        with_credit, without = await ask(station, "PREPAID"), await ask(station, "BROKE")
    assert (with_credit["status"], without["status"]) == ("Accepted", "NoCredit")
    assert with_credit["cacheExpiryDateTime"]
    assert without["cacheExpiryDateTime"]


@pytest.mark.requirement("M21-009")
async def test_tokens_of_21_may_be_long_and_of_any_type(system: LocalSystem, api: Api) -> None:
    async with dial_2x(system, name(), "2.1") as station:
        assert (await ask(station, "v" * 255, "VIN"))["status"] == "Accepted"
        assert (await ask(station, "WVWZZZ1JZXW000001", "VIN"))["status"] == "Unknown"
        assert (await ask(station, "X", "Telepathy"))["status"] == "Unknown"
        for number, (id_token, kind, status) in enumerate(
            (("v" * 255, "VIN", "Accepted"), ("X", "Telepathy", "Unknown"))
        ):
            token = {"idToken": id_token, "type": kind}
            (told,) = await tell(station, event("Started", 0, f"long-{number}", "Authorized", idToken=token))
            assert told["idTokenInfo"]["status"] == status
    found = await shown(api, "long-0")
    assert (found["id_token"], found["id_token_type"]) == ("v" * 255, "VIN")


@pytest.mark.requirement("C05")
@both
async def test_a_token_that_we_sent_with_a_remote_start_is_good_when_it_comes_back(
    system: LocalSystem, api: Api, version: str
) -> None:
    async with dial_2x(system, name(), version) as station:
        ours = {"idToken": f"session-{version}", "type": "Central"}
        assert (await ask(station, ours["idToken"], "Central"))["status"] == "Unknown"
        await call(api, station, "RequestStartTransaction", {"idToken": ours, "evseId": 1})
        frame = await receive(station, "RequestStartTransaction")
        await answer(api, station, frame)
        assert (await ask(station, ours["idToken"].upper(), "Central"))["status"] == "Accepted"
    async with dial_2x(system, name(), version) as station:
        assert (await ask(station, ours["idToken"], "Central"))["status"] == "Unknown"


@pytest.mark.requirement("M20-050", "C16")
@both
async def test_a_master_pass_ends_all_that_runs_at_a_station(system: LocalSystem, api: Api, version: str) -> None:
    names = [f"master-{version}-{number}" for number in range(3)]
    card = {"idToken": "04E91C2A", "type": "ISO14443"}
    master = {"idToken": "MASTER", "type": "ISO14443"}
    told = {"status": "Accepted", "groupIdToken": {"idToken": "MASTERS", "type": "Central"}}
    async with dial_2x(system, name(), version) as station:
        for evse_id, own in enumerate(names, start=1):
            await tell(station, event("Started", 0, own, "Authorized", idToken=card, evse={"id": evse_id}))
        assert (await station.call("Authorize", idToken=master))["idTokenInfo"] == told
        for own in names:
            info = {"stoppedReason": "MasterPass"}
            (answer,) = await tell(station, event("Ended", 1, own, "StopAuthorized", idToken=master, info=info))
            assert answer["idTokenInfo"] == told
    for own in names:
        found = await shown(api, own)
        assert (found["state"], found["stopped_reason"], found["flags"]) == ("ended", "MasterPass", [])
        assert (found["id_token"], found["stop_id_token"]) == ("04E91C2A", "MASTER")
