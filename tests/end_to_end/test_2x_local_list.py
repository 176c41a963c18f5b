"""Local authorization lists of OCPP 2.0.1 and 2.1: with groups and kinds of tokens, and in parts as a station takes."""

import json
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from local.system import LocalSystem
from shared.domain.variables import Attribute, Characteristics, VariableId, read
from shared.ocpp.messages import V2X
from shared.store import variables
from tests.end_to_end.answering import answer, ask, call, made, nothing_comes, receive, refuse, seen
from tests.end_to_end.clients import Api, Frame, Station, dial_2x

TOKENS = [f"TOKEN{number:02}" for number in range(25)]

pytestmark = pytest.mark.parametrize("version", V2X)


@pytest.fixture(scope="module", autouse=True)
def tokens(api: Api) -> None:
    for id_token in TOKENS:
        api.put("id-tokens", id_token)
    api.put("id-tokens", "ANN", group_id="FAMILY")
    api.put("id-tokens", "BEN", status="Blocked", group_id="FAMILY", expires_at="2030-01-01T00:00:00Z")


def has(station_id: str, **told: str) -> None:
    """The station has told these variables of its LocalAuthListCtrlr."""
    now = datetime.now(UTC)
    for name, value in told.items():
        given = Attribute(value, status="Accepted", answered_at=now)
        variables.change(
            station_id, {VariableId("LocalAuthListCtrlr", name): partial(read, which="Actual", said=given, as_of=now)}
        )


async def put(api: Api, station: Station, *id_tokens: str) -> Any:
    body = {"id_tokens": id_tokens}
    return await made(api, "PUT", "stations", station.station_id, "local-list", body=body)


async def known(api: Api, station: Station) -> Any:
    return await seen(api, "stations", station.station_id, "local-list")


def said(payload: dict[str, Any]) -> tuple[int, str, list[str]]:
    """Version, kind and id tokens of an update; those that are removed with a minus."""
    entries = payload.get("localAuthorizationList", [])
    names = [("" if "idTokenInfo" in one else "-") + one["idToken"]["idToken"] for one in entries]
    return payload["versionNumber"], payload["updateType"], names


async def update(api: Api, station: Station, status: str = "Accepted") -> tuple[int, str, list[str]]:
    """The next update that the station gets, which it answers like this."""
    frame = await receive(station, "SendLocalList")
    await answer(api, station, frame, {"status": status})
    return said(frame[3])


def entry(id_token: str, **info: Any) -> dict[str, Any]:
    return {"idToken": {"idToken": id_token, "type": "ISO14443"}, "idTokenInfo": {"status": "Accepted", **info}}


@pytest.mark.requirement("M20-056", "D02")
@pytest.mark.parametrize(("number", "entries"), [(0, []), (7, None)])
async def test_the_version_is_kept(system: LocalSystem, api: Api, version: str, number: int, entries: Any) -> None:
    async with dial_2x(system, f"D02-{version}-{number}", version) as station:
        await call(api, station, "GetLocalListVersion")
        await answer(api, station, await receive(station, "GetLocalListVersion"), {"versionNumber": number})
        found = await known(api, station)
        assert (found["supported"], found["version"], found["entries"]) == (True, number, entries)


@pytest.mark.requirement("M20-056", "D02")
async def test_a_station_may_have_no_list_at_all(system: LocalSystem, api: Api, version: str) -> None:
    async with dial_2x(system, f"D02N-{version}", version) as station:
        await call(api, station, "GetLocalListVersion")
        await refuse(api, station, await receive(station, "GetLocalListVersion"), "NotImplemented")
        assert (await known(api, station))["supported"] is False


@pytest.mark.requirement("M20-053", "D01")
async def test_a_list_is_sent_changed_and_emptied(system: LocalSystem, api: Api, version: str) -> None:
    async with dial_2x(system, f"D01-{version}", version) as station:
        await put(api, station, *TOKENS[:4])
        assert await update(api, station) == (1, "Full", TOKENS[:4])
        await put(api, station, *TOKENS[1:5])
        frame = await receive(station, "SendLocalList")
        assert frame[3] == {
            "versionNumber": 2,
            "updateType": "Differential",
            "localAuthorizationList": [{"idToken": {"idToken": TOKENS[0], "type": "ISO14443"}}, entry(TOKENS[4])],
        }
        await answer(api, station, frame)
        found = await known(api, station)
        assert (found["version"], found["in_sync"], len(found["entries"])) == (2, True, 4)
        again = await ask(api, "PUT", "stations", station.station_id, "local-list", body={"id_tokens": TOKENS[1:5]})
        assert again.status_code == 200
        await call(api, station, "SendLocalList", {"versionNumber": 3, "updateType": "Full"})
        assert await update(api, station) == (3, "Full", [])
        assert (await known(api, station))["entries"] == []
        order = {"action": "SendLocalList", "payload": {"versionNumber": 3, "updateType": "Full"}}
        refused = await ask(api, "POST", "stations", station.station_id, "calls", body=order)
        assert refused.json()["errors"][0]["path"] == "payload.versionNumber"
        assert await nothing_comes(station)


@pytest.mark.requirement("M20-049", "C09")
async def test_groups_and_kinds_of_tokens_are_told(system: LocalSystem, api: Api, version: str) -> None:
    async with dial_2x(system, f"GROUP-{version}", version) as station:
        await put(api, station, "ANN", "BEN")
        frame = await receive(station, "SendLocalList")
        group = {"groupIdToken": {"idToken": "FAMILY", "type": "Central"}}
        blocked = {"status": "Blocked", "cacheExpiryDateTime": "2030-01-01T00:00:00Z"}
        told = frame[3]["localAuthorizationList"]
        assert told == [entry("ANN", **group), entry("BEN", **group, **blocked)]
        await answer(api, station, frame)
        shown = (await known(api, station))["entries"]
        assert [(one["id_token"], one["group_id"], one["token_type"]) for one in shown] == [
            ("ANN", "FAMILY", "ISO14443"),
            ("BEN", "FAMILY", "ISO14443"),
        ]


@pytest.mark.requirement("M20-053", "D01")
async def test_what_else_an_operator_tells_of_a_token_stays_with_it(
    system: LocalSystem, api: Api, version: str
) -> None:
    told = {"evseId": [1], "personalMessage": {"format": "UTF8", "content": "Hi"}, "chargingPriority": 2}
    listed = entry("VIP", **told)
    listed["idToken"] = {
        "idToken": "VIP",
        "type": "KeyCode",
        "additionalInfo": [{"additionalIdToken": "1", "type": "n"}],
    }
    payload = {"versionNumber": 1, "updateType": "Full", "localAuthorizationList": [listed]}
    async with dial_2x(system, f"VIP-{version}", version) as station:
        await call(api, station, "SendLocalList", payload)
        frame = await receive(station, "SendLocalList")
        assert frame[3] == payload
        await answer(api, station, frame)
        await call(api, station, "SendLocalList", {"versionNumber": 2, "updateType": "Differential"})
        await answer(api, station, await receive(station, "SendLocalList"), {"status": "Failed"})
        frame = await receive(station, "SendLocalList")
        assert frame[3]["localAuthorizationList"] == [listed]
        await answer(api, station, frame)


@pytest.mark.requirement("M20-054", "D01")
@pytest.mark.parametrize("status", ["VersionMismatch", "Failed"])
async def test_a_full_list_follows_a_difference_that_failed(
    system: LocalSystem, api: Api, version: str, status: str
) -> None:
    async with dial_2x(system, f"D01-{version}-{status}", version) as station:
        await put(api, station, *TOKENS[:4])
        await update(api, station)
        await put(api, station, *TOKENS[:5])
        assert await update(api, station, status) == (2, "Differential", [TOKENS[4]])
        assert await update(api, station) == (3, "Full", TOKENS[:5])
        assert (await known(api, station))["in_sync"] is True


@pytest.mark.requirement("M20-055", "D01")
async def test_a_list_goes_in_parts_of_as_many_entries_as_the_station_takes(
    system: LocalSystem, api: Api, version: str
) -> None:
    async with dial_2x(system, f"ITEMS-{version}", version) as station:
        has(station.station_id, ItemsPerMessage="10")
        await put(api, station, *TOKENS)
        sent = [await update(api, station) for _ in range(3)]
        assert sent == [
            (1, "Full", TOKENS[:10]),
            (2, "Differential", TOKENS[10:20]),
            (3, "Differential", TOKENS[20:]),
        ]
        found = await known(api, station)
        assert (found["version"], len(found["entries"]), found["in_sync"]) == (3, 25, True)


@pytest.mark.requirement("M20-055", "D01")
async def test_no_part_has_more_bytes_than_the_station_takes(system: LocalSystem, api: Api, version: str) -> None:
    async with dial_2x(system, f"BYTES-{version}", version) as station:
        has(station.station_id, BytesPerMessage="1000")
        first = await put(api, station, *TOKENS)
        frames: list[Frame] = []
        for _ in (first["call"]["call_id"], *first["call"]["parts"]):
            frames.append(await receive(station, "SendLocalList"))
            await answer(api, station, frames[-1])
        assert 2 < len(frames) < 10
        assert max(len(str(frame)) for frame in frames) <= 1000
        assert [name for frame in frames for name in said(frame[3])[2]] == TOKENS


@pytest.mark.requirement("M20-055", "D01")
async def test_no_part_is_more_than_a_frame_has_whatever_the_station_takes(
    system: LocalSystem, api: Api, version: str
) -> None:
    async with dial_2x(system, f"FRAME-{version}", version) as station:
        has(station.station_id, ItemsPerMessage="1000")
        entries = [entry(f"{number:036}") for number in range(400)]
        payload = {"versionNumber": 1, "updateType": "Full", "localAuthorizationList": entries}
        made = await call(api, station, "SendLocalList", payload)
        frames: list[Frame] = []
        for _ in (made["call_id"], *made["parts"]):
            frames.append(await receive(station, "SendLocalList"))
            await answer(api, station, frames[-1])
        assert max(len(json.dumps(frame, separators=(",", ":"))) for frame in frames) <= 32 * 1024
        assert sum(len(said(frame[3])[2]) for frame in frames) == 400


@pytest.mark.requirement("M20-053", "D01")
async def test_a_list_that_the_station_has_no_room_for_is_not_sent(system: LocalSystem, api: Api, version: str) -> None:
    async with dial_2x(system, f"ROOM-{version}", version) as station:
        room = Characteristics("integer", supports_monitoring=False, max_limit=2)
        entries = VariableId("LocalAuthListCtrlr", "Entries")
        variables.change(station.station_id, {entries: lambda known: known._replace(characteristics=room)})
        body = {"id_tokens": TOKENS[:3]}
        refused = await ask(api, "PUT", "stations", station.station_id, "local-list", body=body)
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["path"] == "id_tokens"
        assert await nothing_comes(station)
