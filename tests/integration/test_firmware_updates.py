"""Firmware updates on a table: what changes lead to, and what comes after an attempt."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.workflows import conclude_update
from local.dynamodb.storage import Store
from shared.aws import workflow
from shared.domain.firmware import Firmware
from shared.domain.firmware_campaigns import Campaign
from shared.domain.firmware_updates import Awaited, Terms, Update
from shared.domain.maintenance_windows import Window
from shared.store import firmware, firmware_campaigns, firmware_turns, firmware_updates, table
from tests.integration.station import DirectStation
from tests.integration.stream import Stream, watched

OLD, NEW = "1.0.0", "2.0.0"
START = datetime.now(UTC)
GIVEN = {"key": {}, "station_id": "CP1", "update_id": "update-1", "requested_by": "campaign c1", "within_s": {}}


class Machines:
    """State machines that do nothing: what is started, and who is woken with what."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.started: list[str] = []
        self.woken: list[tuple[str, dict[str, Any]]] = []
        patch.setattr(workflow, "start", lambda _machine, name, _given: self.started.append(name))
        patch.setattr(workflow, "wake", self._wake)

    def _wake(self, token: str, output: dict[str, Any]) -> bool:
        self.woken.append((token, output))
        return True


@pytest.fixture
def stream(table: Store, monkeypatch: pytest.MonkeyPatch) -> Stream:
    return watched(table, monkeypatch)


@pytest.fixture
def machines(stream: Stream, monkeypatch: pytest.MonkeyPatch) -> Machines:
    return Machines(monkeypatch)


@pytest.fixture
def station(stream: Stream) -> DirectStation:
    made = DirectStation()
    made.send("BootNotification", chargePointVendor="V", chargePointModel="M", firmwareVersion=OLD)
    return made


def begin(**fields: Any) -> None:
    given: dict[str, Any] = {"location": "https://files.example/a.bin", "terms": Terms(), "in_flight": 0}
    made = Campaign("c1", NEW, START, **given | fields)
    firmware_campaigns.create(made._replace(chosen=1, total=1, wave=1, waves=(1,)))
    firmware_turns.create([Update("update-1", "CP1", "c1", NEW, START, wave=1, place="waiting")])


def update() -> Update:
    found = firmware_updates.find("CP1", "update-1")
    assert found is not None
    return found


def awaiting(what: Awaited, **fields: Any) -> None:
    """The machine waits in the item."""
    table.put(firmware_updates.to_item(update()._replace(task_token=f"token-{what}", awaits=what, **fields)))


def conclude(next: str = "UpdateFirmware", fault: dict[str, str] | None = None) -> dict[str, Any]:
    event = {**GIVEN, "turn": {"next": next}, **({"fault": fault} if fault else {})}
    answer = conclude_update.handler(event, None)
    assert {name: answer[name] for name in GIVEN} == GIVEN
    concluded: dict[str, Any] = answer["conclusion"]
    return concluded


def asked(stream: Stream, **fields: Any) -> None:
    """The station has been asked, as far as the item knows."""
    begin(**fields)
    stream.flow()
    awaiting("turn")
    stream.flow()
    assert update().attempt == 1


def test_a_row_starts_its_machine_once_its_wave_has_begun(
    stream: Stream, station: DirectStation, machines: Machines
) -> None:
    begin()
    stream.flow()
    assert machines.started.count("update-1") == 1
    awaiting("turn")
    stream.flow()
    assert machines.started.count("update-1") == 1
    token, output = next(one for one in machines.woken if one[0] == "token-turn")
    assert (token, output["next"], output["call_id"]) == ("token-turn", "UpdateFirmware", update().call_id)
    assert output["order"]["location"] == "https://files.example/a.bin"


def test_firmware_of_ours_is_fetched_by_a_link_of_its_own(
    stream: Stream, station: DirectStation, machines: Machines
) -> None:
    firmware.create(Firmware("f1", "a.bin", NEW, START, state="ready", signature="c2ln", signing_certificate="PEM"))
    asked(stream, location=None, firmware_id="f1")
    output = next(output for token, output in machines.woken if token == "token-turn")
    assert output["next"] == "SignedUpdateFirmware"
    assert output["order"]["location"].endswith("/a.bin")
    assert (output["order"]["signature"], output["order"]["signing_certificate"]) == ("c2ln", "PEM")


def test_firmware_that_was_removed_ends_the_update(stream: Stream, station: DirectStation, machines: Machines) -> None:
    begin(location=None, firmware_id="f1")
    stream.flow()
    awaiting("turn")
    stream.flow()
    assert machines.woken[-1] == ("token-turn", {"next": "conclude"})
    concluded = conclude(next="conclude")
    assert (concluded["state"], "was removed" in concluded["reason"]) == ("failed", True)
    assert (update().state, update().reason) == ("failed", concluded["reason"])


def test_statuses_that_are_delivered_again_change_nothing(
    stream: Stream, station: DirectStation, machines: Machines
) -> None:
    asked(stream)
    awaiting("download")
    station.now = datetime.now(UTC)
    station.send("FirmwareStatusNotification", status="Downloaded")
    records = list(stream.records)
    stream.flow()
    known = update()
    assert known.status == "Downloaded"
    assert ("token-download", {"next": "go on"}) in machines.woken
    stream.records += records
    stream.flow()
    assert update() == known


def test_concluding_again_comes_to_the_same(stream: Stream, station: DirectStation, machines: Machines) -> None:
    asked(stream, terms=Terms(attempts=2, retry_after_s=30))
    awaiting("download", status="DownloadFailed", status_at=datetime.now(UTC))
    first = conclude()
    assert (first["state"], first["wait_s"]) == ("open", 30)
    assert conclude() == first
    assert [one.event for one in update().history].count("attempt failed") == 1


def test_a_station_that_comes_round_between_two_attempts_has_succeeded(
    stream: Stream, station: DirectStation, machines: Machines
) -> None:
    asked(stream, terms=Terms(attempts=2, retry_after_s=3_000))
    awaiting("download", status="DownloadFailed", status_at=datetime.now(UTC), sent_at=START)
    assert conclude()["state"] == "open"
    station.now += timedelta(minutes=1)
    station.send("BootNotification", chargePointVendor="V", chargePointModel="M", firmwareVersion=f" {NEW} ")
    stream.flow()
    assert (update().state, update().version_reported) == ("succeeded", NEW)
    assert conclude()["state"] == "succeeded"


def test_the_next_attempt_waits_for_the_maintenance_window(
    stream: Stream, station: DirectStation, machines: Machines
) -> None:
    asked(stream, terms=Terms(retry_after_s=30))
    now = datetime.now(UTC)
    opens = (now + timedelta(hours=3)).time().replace(microsecond=0)
    window = Window(opens, (now + timedelta(hours=4)).time(), "UTC")
    campaign = firmware_campaigns.find("c1")
    assert campaign is not None
    firmware_campaigns.change(campaign, campaign._replace(window=window), unless_changed=())
    awaiting("download", status="DownloadFailed", status_at=datetime.now(UTC))
    assert 10_000 < conclude()["wait_s"] <= 3 * 3_600


def test_an_error_of_a_state_is_told_in_words(stream: Stream, station: DirectStation, machines: Machines) -> None:
    asked(stream)
    cause = '{"errorMessage": "A location has no blanks", "errorType": "Invalid"}'
    assert conclude(fault={"Error": "Invalid", "Cause": cause})["reason"] == "A location has no blanks (Invalid)"
    assert update().state == "failed"


def test_a_paused_campaign_does_not_lose_those_that_wait(stream: Stream, machines: Machines) -> None:
    begin(state="paused")
    awaiting("turn")
    timeout = {"Error": "States.Timeout", "Cause": ""}
    assert conclude(next="conclude", fault=timeout) == {"state": "open", "reason": "", "wait_s": 0}
    assert update().state == "queued"
