"""Local authorization lists on the wire: asked for, sent in parts, changed, and made good where a part fails."""

from typing import Any

import pytest

from local.system import LocalSystem
from tests.end_to_end.answering import answer, ask, call, configured, made, nothing_comes, receive, refuse, seen
from tests.end_to_end.clients import Api, Station, dial

TOKENS = [f"TOKEN{number:03}" for number in range(250)]


@pytest.fixture(scope="module", autouse=True)
def tokens(api: Api) -> None:
    for id_token in TOKENS[:10]:
        api.put("id-tokens", id_token)


async def put(api: Api, station: Station, *id_tokens: str) -> Any:
    body = {"id_tokens": id_tokens}
    return await made(api, "PUT", "stations", station.station_id, "local-list", body=body)


async def known(api: Api, station: Station) -> Any:
    return await seen(api, "stations", station.station_id, "local-list")


def said(payload: dict[str, Any]) -> tuple[int, str, list[str]]:
    """Version, kind and id tokens of an update; those that are removed with a minus."""
    entries = payload.get("localAuthorizationList", [])
    names = [one["idTag"] if "idTagInfo" in one else f"-{one['idTag']}" for one in entries]
    return payload["listVersion"], payload["updateType"], names


async def update(api: Api, station: Station, status: str = "Accepted") -> tuple[int, str, list[str]]:
    """The next update that the station gets, which it answers like this."""
    frame = await receive(station, "SendLocalList")
    await answer(api, station, frame, {"status": status})
    return said(frame[3])


@pytest.mark.requirement("M16-082")
@pytest.mark.parametrize(
    ("version", "supported", "entries"), [(0, True, []), (-1, False, None), (None, False, None), (7, True, None)]
)
async def test_the_version_tells_whether_there_is_a_list(
    system: LocalSystem, api: Api, version: int | None, *, supported: bool, entries: Any
) -> None:
    async with dial(system, f"L82{version}") as station:
        await call(api, station, "GetLocalListVersion")
        frame = await receive(station, "GetLocalListVersion")
        if version is None:
            await refuse(api, station, frame, "NotSupported")
        else:
            await answer(api, station, frame, {"listVersion": version})
        found = await known(api, station)
    assert (found["supported"], found["entries"]) == (supported, entries)
    assert found["version"] == (version if supported else None)


@pytest.mark.requirement("M16-083")
async def test_a_large_list_goes_in_parts(system: LocalSystem, api: Api) -> None:
    entries = [{"idTag": id_token, "idTagInfo": {"status": "Accepted"}} for id_token in TOKENS]
    async with dial(system, "L83") as station:
        await configured(api, station, SendLocalListMaxLength="100", LocalAuthListMaxLength="250")
        payload = {"listVersion": 1, "updateType": "Full", "localAuthorizationList": entries}
        first = await call(api, station, "SendLocalList", payload)
        sent = [await update(api, station) for _ in range(3)]
        assert len(first["parts"]) == 2
        found = await known(api, station)
    assert sent == [
        (1, "Full", TOKENS[:100]),
        (2, "Differential", TOKENS[100:200]),
        (3, "Differential", TOKENS[200:]),
    ]
    assert (found["version"], len(found["entries"]), found["in_sync"]) == (3, 250, True)


@pytest.mark.requirement("M16-083")
async def test_a_list_that_the_station_has_no_room_for_is_not_sent(system: LocalSystem, api: Api) -> None:
    async with dial(system, "L83M") as station:
        await configured(api, station, LocalAuthListMaxLength="2")
        refused = await ask(api, "PUT", "stations", "L83M", "local-list", body={"id_tokens": TOKENS[:3]})
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["path"] == "id_tokens"
        assert await nothing_comes(station)


@pytest.mark.requirement("M16-084")
async def test_only_what_changed_is_sent(system: LocalSystem, api: Api) -> None:
    async with dial(system, "L84") as station:
        await put(api, station, *TOKENS[:5])
        assert await update(api, station) == (1, "Full", TOKENS[:5])
        await ask(api, "PUT", "id-tokens", TOKENS[1], body={"status": "Blocked"})
        await put(api, station, *TOKENS[1:6])
        frame = await receive(station, "SendLocalList")
        await answer(api, station, frame)
        found = await known(api, station)
        again = await ask(api, "PUT", "stations", "L84", "local-list", body={"id_tokens": TOKENS[1:6]})
        assert (again.status_code, again.json()["call"]) == (200, None)
        assert await nothing_comes(station)
    assert frame[3] == {
        "listVersion": 2,
        "updateType": "Differential",
        "localAuthorizationList": [
            {"idTag": TOKENS[0]},
            {"idTag": TOKENS[1], "idTagInfo": {"status": "Blocked"}},
            {"idTag": TOKENS[5], "idTagInfo": {"status": "Accepted"}},
        ],
    }
    assert sorted(one["id_token"] for one in found["entries"]) == TOKENS[1:6]


@pytest.mark.requirement("M16-085")
@pytest.mark.parametrize("status", ["VersionMismatch", "Failed"])
async def test_a_full_list_follows_a_difference_that_failed(system: LocalSystem, api: Api, status: str) -> None:
    async with dial(system, f"L85{status}") as station:
        await put(api, station, *TOKENS[:5])
        await update(api, station)
        await put(api, station, *TOKENS[:6])
        assert await update(api, station, status) == (2, "Differential", [TOKENS[5]])
        assert await update(api, station) == (3, "Full", TOKENS[:6])
        found = await known(api, station)
    assert (found["version"], found["in_sync"]) == (3, True)


@pytest.mark.requirement("M16-085")
async def test_after_a_part_that_failed_the_whole_list_is_sent_and_no_later_part(system: LocalSystem, api: Api) -> None:
    async with dial(system, "L85P") as station:
        await configured(api, station, SendLocalListMaxLength="2")
        await put(api, station, *TOKENS[:5])
        assert (await update(api, station))[:2] == (1, "Full")
        assert (await update(api, station, "Failed"))[:2] == (2, "Differential")
        sent = [await update(api, station) for _ in range(3)]
        assert await nothing_comes(station)
        found = await known(api, station)
    assert sent == [
        (4, "Full", TOKENS[:2]),
        (5, "Differential", TOKENS[2:4]),
        (6, "Differential", TOKENS[4:5]),
    ]
    assert (found["version"], found["in_sync"]) == (6, True)


async def test_a_station_that_does_not_support_lists_is_shown_as_such(system: LocalSystem, api: Api) -> None:
    async with dial(system, "L43") as station:
        await put(api, station, *TOKENS[:2])
        assert await update(api, station, "NotSupported") == (1, "Full", TOKENS[:2])
        found = await known(api, station)
    assert (found["supported"], found["version"]) == (False, None)
