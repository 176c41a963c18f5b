"""What is around firmware campaigns: their state machine, run by hand, and stations that are connected or not."""

import datetime as dt
import json
from typing import Any

import pytest

from functions.workflows import look_at_campaign
from local.dynamodb.storage import Store
from shared.aws import turns, workflow
from shared.domain.firmware_campaigns import Campaign, Limits, Wave
from shared.domain.firmware_updates import Update
from shared.domain.stations import Connection, Station
from shared.store import connections, firmware_campaigns, firmware_turns, keys, stations, table
from tests.integration.stream import Stream, watched

NOW = dt.datetime.now(dt.UTC)


class CampaignWorld:
    """Executions of FirmwareCampaign, whose states are taken one by one; those of UpdateFirmware only begin."""

    def __init__(self, store: Store, patch: pytest.MonkeyPatch) -> None:
        self.stream: Stream = watched(store, patch)
        self.started: list[tuple[str, str]] = []
        self.woken: list[str] = []
        self.waiting: dict[str, dict[str, Any]] = {}
        """Executions by their names, as they stand when they look next."""
        patch.setattr(workflow, "start", self._start)
        patch.setattr(workflow, "wake", self._wake)

    def _start(self, machine: str, name: str, given: dict[str, Any]) -> None:
        self.started.append((machine, name))
        if machine == "FirmwareCampaign":
            self.waiting[name] = {**given, "woken": True}

    def _wake(self, token: str, _output: dict[str, Any]) -> bool:
        self.woken.append(token)
        if token not in self.waiting:
            return False
        self.waiting[token]["woken"] = True
        return True

    def run(self) -> None:
        """The stream, and the executions, until nothing follows any more."""
        self.stream.flow()
        while any(one["woken"] for one in self.waiting.values()):
            for name in [name for name, one in self.waiting.items() if one["woken"]]:
                self.look(name)
            self.stream.flow()

    def look(self, name: str) -> dict[str, Any]:
        """One look of an execution, and its wait after it."""
        given = self.waiting[name]
        given["woken"] = False
        event = {"campaign_id": given["campaign_id"], **given["look"], "began_at": keys.stamp(dt.datetime.now(dt.UTC))}
        look: dict[str, Any] = look_at_campaign.handler(json.loads(json.dumps(event)), None)
        given["look"] = {"looks": look["looks"]}
        if look["next"] == "again":
            given["woken"] = True
        elif look["next"] == "done":
            del self.waiting[name]
        else:
            table.update(
                keys.campaign(given["campaign_id"]),
                "SET task_token = :token, awaits = :stage ADD revision :one",
                {":token": name, ":stage": look["stage"], ":one": 1},
            )
        return look

    def time_out(self) -> None:
        """Every wait is over, as it is after its time."""
        for one in self.waiting.values():
            one["woken"] = True
        self.run()

    def consider(self, campaign_id: str) -> None:
        """The machines of the updates that wait ask for their turns."""
        for update in updates(campaign_id):
            turns.consider(update)
        self.run()

    def end(self, *failing: str, campaign_id: str) -> None:
        """All that are being updated come to their end, some as failures."""
        for update in updates(campaign_id, "running"):
            if update.station_id in failing:
                turns.end(update, "failed", "It did not work")
            else:
                turns.end(update, "succeeded", None)
        self.run()


def connected(*station_ids: str) -> None:
    for station_id in station_ids:
        stations.create(Station(station_id, "Accepted", NOW))
        connections.connect(Connection(station_id, f"c-{station_id}", NOW, NOW, "1.6"))


def campaign(campaign_id: str) -> Campaign:
    found = firmware_campaigns.find(campaign_id)
    assert found is not None
    return found


def updates(campaign_id: str, *states: str) -> list[Update]:
    found, _rest = firmware_turns.page(campaign(campaign_id), None, 10_000)
    return sorted((one for one in found if not states or one.state in states), key=lambda one: one.number)


def make(station_ids: list[str], *, waves: tuple[Wave, ...] = ("100%",), **fields: Any) -> Campaign:
    """A campaign over named stations, as the API makes it."""
    made = Campaign(
        "0190a000-0000-7000-8000-000000000001",
        "2.0",
        NOW,
        location="https://example.com/f.bin",
        waves=waves,
        chosen=len(station_ids),
        total=len(station_ids),
        halt_after=Limits(),
    )._replace(**fields)
    firmware_turns.create([made.update(one, number) for number, one in enumerate(station_ids)])
    return firmware_campaigns.create(made)
