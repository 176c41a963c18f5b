"""What is under way when the local system stops goes on when it starts again."""

import asyncio
from pathlib import Path

from local.system import LocalSystem
from tests.end_to_end.clients import Api, dial
from tests.end_to_end.firmware import NEW, asked, boot, ended, history_has, tell


async def test_an_update_and_its_campaign_go_on_after_a_restart(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    order = {
        "stations": ["CP1", "CP2"],
        "location": "https://files.example/fw.bin",
        "version": NEW,
        "waves": [1, "100%"],
    }
    with LocalSystem.of_project(state_file=state) as first:
        api = Api(first)
        async with dial(first, "CP1") as station, dial(first, "CP2") as other:
            await boot(station)
            await boot(other)
            answer = await asyncio.to_thread(api.ask, "POST", "firmware-campaigns", json=order)
            campaign_id = answer.json()["campaign_id"]
            await asked(station)
            await tell(station, "Downloading", "Downloaded")
            await history_has(api, "CP1", campaign_id, "status", "Downloaded")
    with LocalSystem.of_project(state_file=state) as second:
        api = Api(second)
        async with dial(second, "CP1") as station, dial(second, "CP2") as other:
            await tell(station, "Installing", "Installed")
            await boot(station, NEW)
            assert (await ended(api, "CP1", campaign_id))["state"] == "succeeded"
            await asked(other)
            await boot(other, NEW)
            assert (await ended(api, "CP2", campaign_id))["state"] == "succeeded"
        calls = await asyncio.to_thread(api.items, "stations", "CP1", "calls")
        assert len(calls) == 1
        assert await _state(api, campaign_id) == "succeeded"


async def _state(api: Api, campaign_id: str) -> str:
    """The campaign's state once it has ended, or what it is after a while."""
    for _ in range(100):
        found: str = (await asyncio.to_thread(api.get, "firmware-campaigns", campaign_id))["state"]
        if found != "running":
            break
        await asyncio.sleep(0.1)
    return found
