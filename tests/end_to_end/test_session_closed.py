"""The same session where stations must show a password."""

from local.system import LocalSystem
from tests.end_to_end.clients import Api
from tests.end_to_end.test_session import PASSWORD, charge, charge_point, check

SYSTEM = {"environment": {"ONBOARDING": "closed"}}


async def test_a_session_with_basic_authentication(system: LocalSystem, api: Api) -> None:
    api.put("id-tokens", "CARD")
    api.put("stations", "CP1", password=PASSWORD)
    async with charge_point(system, "CP1", PASSWORD) as station:
        number = await charge(station)
    check(api, "CP1", number)
