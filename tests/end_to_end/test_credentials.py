"""Who may connect where nobody is let in unasked."""

import base64

import pytest
from websockets.exceptions import InvalidStatus

from local.system import LocalSystem
from tests.end_to_end.clients import Api, dial

SYSTEM = {"environment": {"ONBOARDING": "closed"}}
KEY = "00ff10ee20dd30cc40bb50aa60997088"


def basic(user: str, password: bytes) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(user.encode() + b":" + password).decode()}


async def status_of(system: LocalSystem, station_id: str, headers: dict[str, str] | None = None) -> int:
    try:
        async with dial(system, station_id, headers=headers) as station:
            assert await station.is_alive()
            return 101
    except InvalidStatus as refused:
        return refused.response.status_code


@pytest.mark.requirement("M16-005")
async def test_an_unknown_station_is_not_found_and_not_made(system: LocalSystem, api: Api) -> None:
    assert await status_of(system, "NOBODY") == 404
    assert await status_of(system, "NOBODY", basic("NOBODY", b"secret")) == 404
    assert api.ask("GET", "stations", "NOBODY").status_code == 404


@pytest.mark.requirement("M16-007")
async def test_the_password_is_bytes_that_need_not_be_text(system: LocalSystem, api: Api) -> None:
    api.put("stations", "K7", password=KEY)
    assert await status_of(system, "K7", basic("K7", bytes.fromhex(KEY))) == 101


@pytest.mark.requirement("M16-008")
async def test_a_wrong_password_is_refused_and_noted(system: LocalSystem, api: Api) -> None:
    api.put("stations", "K8", password="a-long-random-secret")
    for headers in (None, basic("K8", b"wrong"), basic("K8", b""), {"Authorization": "Bearer abc"}):
        assert await status_of(system, "K8", headers) == 401
    assert await status_of(system, "K8", basic("K8", b"a-long-random-secret")) == 101
    reasons = {event["data"]["reason"] for event in api.items("stations", "K8", "events", type="connection.refused")}
    assert reasons == {"no credentials", "wrong password"}


@pytest.mark.requirement("M16-009")
async def test_the_user_name_is_the_identity(system: LocalSystem, api: Api) -> None:
    for station_id in ("K9", "K9B"):
        api.put("stations", station_id, password="a-long-random-secret")
    assert await status_of(system, "K9", basic("K9B", b"a-long-random-secret")) == 401


@pytest.mark.requirement("M16-010")
async def test_hex_digits_are_taken_as_the_station_is_set(system: LocalSystem, api: Api) -> None:
    api.put("stations", "K10", password=KEY)
    assert await status_of(system, "K10", basic("K10", KEY.upper().encode())) == 101
    api.patch("stations", "K10", accept_hex_password=False)
    assert await status_of(system, "K10", basic("K10", KEY.upper().encode())) == 401


async def test_a_known_station_without_a_password_is_refused(system: LocalSystem, api: Api) -> None:
    api.put("stations", "K11")
    assert await status_of(system, "K11", basic("K11", b"")) == 401


async def test_a_new_password_closes_the_connection_and_the_old_one_is_worth_nothing(
    system: LocalSystem, api: Api
) -> None:
    api.put("stations", "K12", password="the-first-long-secret")
    async with dial(system, "K12", headers=basic("K12", b"the-first-long-secret")) as station:
        api.patch("stations", "K12", password="another-long-secret-")
        await station.closed()
    assert await status_of(system, "K12", basic("K12", b"the-first-long-secret")) == 401
    assert await status_of(system, "K12", basic("K12", b"another-long-secret-")) == 101


async def test_no_password_is_ever_shown(api: Api) -> None:
    shown = api.put("stations", "K13", password="a-very-secret-secret")
    assert "secret" not in str(shown).replace("has_password", "")
    assert shown["has_password"] is True
