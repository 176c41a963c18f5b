"""Messages on the displays of stations of OCPP 2.x (block O): set, replaced, reported and cleared."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.system import LocalSystem
from shared.ocpp.messages import V2X
from tests.end_to_end.answering import answer, ask, call, made, receive, seen
from tests.end_to_end.clients import Api, Frame, Station, dial_2x

both = pytest.mark.parametrize("version", V2X)
SET, GET, CLEAR = "SetDisplayMessage", "GetDisplayMessages", "ClearDisplayMessage"
IN_A_WHILE = (datetime.now(UTC) + timedelta(days=2)).replace(microsecond=0)


def order(content: str = "Hello", **fields: Any) -> dict[str, Any]:
    text = {"format": "UTF8", "content": content, "language": "en"}
    return {"priority": "NormalCycle", "content": text, **fields}


def info(message_id: int, content: str = "Hello", **fields: Any) -> dict[str, Any]:
    """A MessageInfoType."""
    return {"id": message_id, "priority": "InFront", "message": {"format": "ASCII", "content": content}, **fields}


async def put(api: Api, station: Station, **fields: Any) -> Frame:
    await made(api, "PUT", "stations", station.station_id, "display-messages", body=order(**fields))
    return await receive(station, SET)


async def shown(api: Api, station: Station) -> list[tuple[int, str]]:
    found = (await seen(api, "stations", station.station_id, "display-messages"))["items"]
    return [(one["message_id"], one["content"]["content"]) for one in found]


async def have(api: Api, station: Station, *contents: str) -> None:
    for content in contents:
        await answer(api, station, await put(api, station, content=content))


@both
@pytest.mark.requirement("M20-140", "O01", "O06")
async def test_a_message_is_set_and_replaced(system: LocalSystem, api: Api, version: str) -> None:
    async with dial_2x(system, f"O140-{version}", version) as station:
        until = IN_A_WHILE.isoformat().replace("+00:00", "Z")
        display = {"component": "Display", "evse_id": 1}
        frame = await put(api, station, state="Idle", end_at=until, display=display)
        message = frame[3]["message"]
        assert message.pop("endDateTime").startswith(until.removesuffix("Z"))
        assert message == {
            "id": 1,
            "priority": "NormalCycle",
            "message": {"format": "UTF8", "content": "Hello", "language": "en"},
            "state": "Idle",
            "display": {"name": "Display", "evse": {"id": 1}},
        }
        assert await shown(api, station) == []
        await answer(api, station, frame)
        (known,) = (await seen(api, "stations", station.station_id, "display-messages"))["items"]
        assert (known["message_id"], known["state"], known["end_at"], known["call_id"]) == (1, "Idle", until, frame[1])

        frame = await put(api, station, content="Second")
        assert frame[3]["message"]["id"] == 2
        await answer(api, station, frame)
        frame = await put(api, station, content="Other", message_id=1)
        assert frame[3]["message"]["id"] == 1
        await answer(api, station, frame)
        assert await shown(api, station) == [(1, "Other"), (2, "Second")]


@both
@pytest.mark.requirement("M20-140", "O02")
async def test_a_message_for_a_transaction_may_be_refused(system: LocalSystem, api: Api, version: str) -> None:
    async with dial_2x(system, f"O2-{version}", version) as station:
        path = ("stations", station.station_id, "display-messages")
        assert (await ask(api, "PUT", *path, body=order(transaction_id="tx-1"))).status_code == 409
        await call(api, station, SET, {"message": info(1, transactionId="tx-1")})
        frame = await receive(station, SET)
        assert frame[3]["message"]["transactionId"] == "tx-1"
        ended = await answer(api, station, frame, {"status": "UnknownTransaction"})
        assert ended["answer"] == {"status": "UnknownTransaction"}
        assert await shown(api, station) == []


@both
@pytest.mark.requirement("O02")
async def test_a_message_goes_with_its_transaction(system: LocalSystem, api: Api, version: str) -> None:
    started = {"transactionId": f"tx-O3-{version}"}
    async with dial_2x(system, f"O3-{version}", version) as station:

        async def tell(kind: str, seq_no: int) -> None:
            said = {"eventType": kind, "seqNo": seq_no, "timestamp": f"2026-11-23T08:0{seq_no}:00Z"}
            await station.call("TransactionEvent", **said, triggerReason="Trigger", transactionInfo=started)

        await tell("Started", 0)
        await answer(api, station, await put(api, station, transaction_id=started["transactionId"]))
        assert len(await shown(api, station)) == 1
        await tell("Ended", 1)
        assert await shown(api, station) == []


@both
async def test_messages_that_wait_for_the_station_have_numbers_of_their_own(
    system: LocalSystem, api: Api, version: str
) -> None:
    path = ("stations", f"O5-{version}", "display-messages")
    async with dial_2x(system, f"O5-{version}", version) as station:
        for content in ("First", "Second"):
            await made(api, "PUT", *path, body=order() | {"content": {"format": "UTF8", "content": content}})
        for number in (1, 2):
            frame = await receive(station, SET)
            assert frame[3]["message"]["id"] == number
            await answer(api, station, frame)
        assert await shown(api, station) == [(1, "First"), (2, "Second")]


@both
@pytest.mark.requirement("M20-140")
async def test_every_refusal_is_told_and_changes_nothing(system: LocalSystem, api: Api, version: str) -> None:
    async with dial_2x(system, f"O12-{version}", version) as station:
        await have(api, station, "Stays")
        for status in ("NotSupportedMessageFormat", "Rejected", "NotSupportedPriority", "NotSupportedState"):
            frame = await put(api, station, content="Other", message_id=1)
            assert (await answer(api, station, frame, {"status": status}))["answer"]["status"] == status
        assert await shown(api, station) == [(1, "Stays")]
        over = (datetime.now(UTC) - timedelta(days=1)).isoformat()
        for wrong in (
            {"end_at": over},
            {"start_at": IN_A_WHILE.isoformat(), "end_at": (IN_A_WHILE - timedelta(days=1)).isoformat()},
            {"content": {"format": "UTF8", "content": "x" * 1025}},
        ):
            body = order() | wrong
            refused = await ask(api, "PUT", "stations", station.station_id, "display-messages", body=body)
            assert refused.status_code == 422, wrong


@pytest.mark.requirement("M21-051")
async def test_2_1_has_codes_other_languages_and_states(system: LocalSystem, api: Api) -> None:
    code = {"format": "QRCODE", "content": "https://pay.example/" + "x" * 600, "language": "en"}
    german = {"format": "UTF8", "content": "Hallo", "language": "de"}
    body = {"priority": "AlwaysFront", "content": code, "state": "Discharging", "extra": [german]}
    async with dial_2x(system, "O51", "2.1") as station:
        await made(api, "PUT", "stations", "O51", "display-messages", body=body)
        frame = await receive(station, SET)
        message = frame[3]["message"]
        assert (message["message"], message["state"], message["messageExtra"]) == (code, "Discharging", [german])
        await answer(api, station, frame)
        (known,) = (await seen(api, "stations", "O51", "display-messages"))["items"]
        assert (known["content"], known["extra"]) == (code, [german])
        frame = await put(api, station, content="Hyvää huomenta")
        ended = await answer(api, station, frame, {"status": "LanguageNotSupported"})
        assert ended["answer"] == {"status": "LanguageNotSupported"}
        await call(api, station, CLEAR, {"id": 1})
        await answer(api, station, await receive(station, CLEAR), {"status": "Rejected"})
        assert [number for number, _ in await shown(api, station)] == [1]
    async with dial_2x(system, "O51-old", "2.0.1"):
        assert (await ask(api, "PUT", "stations", "O51-old", "display-messages", body=body)).status_code == 422


@both
@pytest.mark.requirement("M20-141", "O03")
async def test_a_report_of_all_messages_replaces_what_was_known(system: LocalSystem, api: Api, version: str) -> None:
    async with dial_2x(system, f"O141-{version}", version) as station:
        await have(api, station, "First", "Second")
        await made(api, "POST", "stations", station.station_id, "display-messages", "refresh", body={})
        frame = await receive(station, GET)
        request_id = frame[3]["requestId"]
        assert frame[3] == {"requestId": request_id}
        await answer(api, station, frame)
        first = [info(1, "First"), info(5, "By the vendor", startDateTime="2026-11-23T08:00:00Z")]
        await station.call("NotifyDisplayMessages", requestId=request_id, messageInfo=first, tbc=True)
        assert await shown(api, station) == [(1, "First"), (2, "Second"), (5, "By the vendor")]
        await station.call("NotifyDisplayMessages", requestId=request_id, messageInfo=[info(6, "More")])
        assert await shown(api, station) == [(1, "First"), (5, "By the vendor"), (6, "More")]


@both
@pytest.mark.requirement("M20-141", "O04", "O05")
async def test_some_messages_are_asked_for_and_one_is_cleared(system: LocalSystem, api: Api, version: str) -> None:
    async with dial_2x(system, f"O4-{version}", version) as station:
        await have(api, station, "First", "Second", "Third")
        selection = {"message_ids": [1, 9], "priority": "NormalCycle", "state": "Idle"}
        await made(api, "POST", "stations", station.station_id, "display-messages", "refresh", body=selection)
        frame = await receive(station, GET)
        assert (frame[3]["id"], frame[3]["priority"], frame[3]["state"]) == ([1, 9], "NormalCycle", "Idle")
        await answer(api, station, frame, {"status": "Unknown"})
        assert len(await shown(api, station)) == 3
        await call(api, station, GET, {"id": [3]})
        await answer(api, station, await receive(station, GET), {"status": "Unknown"})
        assert await shown(api, station) == [(1, "First"), (2, "Second")]

        for message_id, status in ((1, "Accepted"), (2, "Unknown")):
            await made(api, "DELETE", "stations", station.station_id, "display-messages", str(message_id))
            frame = await receive(station, CLEAR)
            assert frame[3] == {"id": message_id}
            await answer(api, station, frame, {"status": status})
        assert await shown(api, station) == []
