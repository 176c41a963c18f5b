"""Firmware campaigns on the real store: turns, waves, halts, what is taken back."""

import datetime as dt
import itertools
import random
import threading
from collections import Counter
from decimal import Decimal

import pytest

from local.dynamodb.storage import Store
from shared.aws import turns
from shared.domain.firmware_campaigns import Limits
from shared.domain.jobs import Selection
from shared.domain.maintenance_windows import Window
from shared.domain.stations import Station
from shared.store import connections, firmware_campaigns, firmware_turns, firmware_updates, stations
from tests.integration.campaign_world import NOW, CampaignWorld, campaign, connected, make, updates


@pytest.fixture
def world(table: Store, monkeypatch: pytest.MonkeyPatch) -> CampaignWorld:
    return CampaignWorld(table, monkeypatch)


def ids(count: int) -> list[str]:
    return [f"CP{number:03d}" for number in range(count)]


def running(campaign_id: str) -> list[str]:
    return [one.station_id for one in updates(campaign_id, "running")]


def events(campaign_id: str) -> list[str]:
    return [entry.event for entry in campaign(campaign_id).history]


def test_a_campaign_goes_through_its_waves_and_succeeds(world: CampaignWorld) -> None:
    named = ids(10)
    connected(*named)
    made = make(named, waves=(2, "50%", "100%"), concurrency=4)
    world.run()
    assert world.started[0] == ("FirmwareCampaign", made.campaign_id)
    assert campaign(made.campaign_id).bounds == (2, 5, 10)
    seen = []
    while campaign(made.campaign_id).state == "running":
        world.consider(made.campaign_id)
        seen.append(running(made.campaign_id))
        world.end(campaign_id=made.campaign_id)
    assert seen == [named[:2], named[2:5], named[5:9], named[9:]]
    ended = campaign(made.campaign_id)
    assert (ended.state, ended.succeeded, ended.in_flight, ended.queued) == ("succeeded", 10, 0, 0)
    assert events(made.campaign_id) == [*["wave begun", "wave complete"] * 2, "wave begun", "succeeded"]
    assert not world.waiting


def test_the_first_stations_named_are_the_canaries(world: CampaignWorld) -> None:
    named = ["CP9", "CP1", "CP5"]
    connected(*named)
    made = make(named, waves=(1,))
    world.run()
    world.consider(made.campaign_id)
    assert running(made.campaign_id) == ["CP9"]


def test_a_campaign_halts_after_the_canary_wave_and_goes_on_with_a_higher_limit(world: CampaignWorld) -> None:
    named = ids(60)
    failing = named[::5]
    connected(*named)
    made = make(named, waves=(10, "100%"), halt_after=Limits(share=Decimal("0.1")), concurrency=10)
    world.run()
    world.consider(made.campaign_id)
    world.end(*failing, campaign_id=made.campaign_id)
    halted = campaign(made.campaign_id)
    assert (halted.state, halted.failed, halted.succeeded) == ("halted", 2, 8)
    assert halted.reason == "2 of the 10 stations whose wave has begun failed; at most 10 % may"
    world.time_out()
    world.consider(made.campaign_id)
    assert running(made.campaign_id) == []

    resumed = halted._replace(state="running", reason=None, halt_after=Limits(share=Decimal("0.5")))
    firmware_campaigns.change(halted, resumed, ("state",))
    world.run()
    while campaign(made.campaign_id).state == "running":
        world.consider(made.campaign_id)
        world.end(*failing, campaign_id=made.campaign_id)
    ended = campaign(made.campaign_id)
    assert (ended.state, ended.failed, ended.succeeded) == ("succeeded", 12, 48)


def test_a_campaign_does_not_halt_once_everybody_has_had_a_turn(world: CampaignWorld) -> None:
    connected(*ids(3))
    made = make(ids(3), halt_after=Limits(failures=0))
    world.run()
    world.consider(made.campaign_id)
    world.end("CP001", campaign_id=made.campaign_id)
    ended = campaign(made.campaign_id)
    assert (ended.state, ended.reason) == (
        "failed",
        "1 of the 3 stations whose wave has begun failed; at most 0 may",
    )


def test_a_station_that_is_not_there_has_failed(world: CampaignWorld) -> None:
    connected("CP1")
    made = make(["CP1", "CP2"])
    world.run()
    assert [(one.state, one.reason) for one in updates(made.campaign_id)] == [
        ("queued", None),
        ("failed", "There is no such station"),
    ]


def test_stations_are_selected_page_by_page(world: CampaignWorld) -> None:
    for number in range(130):
        stations.create(Station(f"S{number:03d}", "Accepted", NOW, vendor="Acme" if number % 2 else "Other"))
    made = make([], selection=Selection(vendor="Acme"), total=None)
    world.run()
    chosen = campaign(made.campaign_id)
    assert (chosen.total, chosen.chosen, chosen.wave) == (65, 65, 1)
    assert [one.number for one in updates(made.campaign_id)] == list(range(65))
    assert {one.place for one in updates(made.campaign_id)} == {"waiting"}


def test_a_campaign_without_stations_has_failed(world: CampaignWorld) -> None:
    made = make([], selection=Selection(vendor="Nobody"), total=None)
    world.run()
    ended = campaign(made.campaign_id)
    assert (ended.state, ended.reason) == ("failed", "No station was selected")


def test_nobody_has_a_turn_while_the_window_is_closed(world: CampaignWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    connected("CP1")
    soon = dt.datetime.now(dt.UTC) + dt.timedelta(hours=2)
    window = Window(soon.time(), (soon + dt.timedelta(hours=1)).time(), "UTC")
    made = make(["CP1"], window=window)
    world.stream.flow()
    while (look := world.look(made.campaign_id))["next"] == "again":
        pass
    assert 2 * 3600 - 60 <= look["within_s"] <= 2 * 3600 + 2
    assert campaign(made.campaign_id).wave == 0


def test_who_waits_for_room_has_the_next_turn(world: CampaignWorld) -> None:
    connected(*ids(3))
    made = make(ids(3), concurrency=1)
    world.run()
    world.consider(made.campaign_id)
    assert [one.place for one in updates(made.campaign_id)] == [None, "ready", "ready"]
    world.end(campaign_id=made.campaign_id)
    assert running(made.campaign_id) == ["CP001"]


def test_an_offline_station_waits_and_others_go_first(world: CampaignWorld) -> None:
    connected("CP2")
    stations.create(Station("CP1", "Accepted", NOW))
    made = make(["CP1", "CP2"], concurrency=1)
    world.run()
    world.consider(made.campaign_id)
    assert running(made.campaign_id) == ["CP2"]
    assert updates(made.campaign_id)[0].place == "waiting"


def test_a_station_has_one_update_at_a_time(world: CampaignWorld) -> None:
    connected("CP1")
    first = make(["CP1"])
    other = make(["CP1"], campaign_id="0190b000-0000-7000-8000-000000000002")
    world.run()
    world.consider(first.campaign_id)
    world.consider(other.campaign_id)
    assert (running(first.campaign_id), running(other.campaign_id)) == (["CP1"], [])
    world.end(campaign_id=first.campaign_id)
    assert running(other.campaign_id) == ["CP1"]


def test_pausing_keeps_stations_from_giving_up(world: CampaignWorld) -> None:
    stations.create(Station("CP1", "Accepted", NOW))
    made = make(["CP1"])
    world.run()
    [update] = updates(made.campaign_id)
    long_ago = update._replace(placed_at=NOW - dt.timedelta(days=8))
    assert not turns.may_give_up(update)
    assert turns.may_give_up(long_ago)
    was = campaign(made.campaign_id)
    paused = firmware_campaigns.change(was, was._replace(state="paused"), ("state",))
    assert paused
    assert not turns.may_give_up(long_ago)
    firmware_campaigns.change(paused, paused._replace(state="running", resumed_at=NOW), ("state",))
    assert not turns.may_give_up(long_ago)


def test_a_cancelled_campaign_takes_back_who_has_not_had_a_turn(world: CampaignWorld) -> None:
    named = ids(250)
    connected(*named)
    made = make(named, waves=(20,), concurrency=5)
    world.run()
    world.consider(made.campaign_id)
    was = campaign(made.campaign_id)
    firmware_campaigns.change(was, was._replace(state="cancelled", reason="Enough", ended_at=NOW), ("state",))
    world.run()
    assert Counter(one.state for one in updates(made.campaign_id)) == {"running": 5, "cancelled": 245}
    world.end(campaign_id=made.campaign_id)
    ended = campaign(made.campaign_id)
    assert (ended.state, ended.succeeded, ended.cancelled, ended.in_flight) == ("cancelled", 5, 245, 0)
    world.time_out()
    assert not world.waiting


def test_who_had_a_turn_since_it_was_read_is_not_taken_back(
    world: CampaignWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stream repeats what it brought, and the index lags: both may show as queued whom a station was asked for."""
    connected(*ids(3))
    made = make(ids(3), concurrency=2)
    world.run()
    read_before = updates(made.campaign_id)
    world.consider(made.campaign_id)
    was = campaign(made.campaign_id)
    firmware_campaigns.change(was, was._replace(state="cancelled", reason="Enough", ended_at=NOW), ("state",))
    for one in read_before:
        turns.consider(one)
    with monkeypatch.context() as patch:
        patch.setattr(firmware_turns, "page", lambda *_: (read_before, None))
        world.run()
    assert [one.state for one in updates(made.campaign_id)] == ["running", "running", "cancelled"]
    assert (campaign(made.campaign_id).in_flight, campaign(made.campaign_id).cancelled) == (2, 1)


def test_another_execution_takes_over_before_the_history_is_full(
    world: CampaignWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("functions.workflows.look_at_campaign.MOST_LOOKS", 3)
    connected(*ids(4))
    made = make(ids(4), waves=(1, 1, 1, 1))
    world.run()
    while campaign(made.campaign_id).state == "running":
        world.consider(made.campaign_id)
        world.end(campaign_id=made.campaign_id)
    names = [name for machine, name in world.started if machine == "FirmwareCampaign"]
    assert names[:2] == [made.campaign_id, f"{made.campaign_id}-2"]
    assert len(names) == len(set(names)) > 2
    assert campaign(made.campaign_id).succeeded == 4


def test_rows_that_have_moved_on_are_not_made_again(world: CampaignWorld) -> None:
    connected("CP1")
    made = make(["CP1"])
    world.run()
    world.consider(made.campaign_id)
    firmware_turns.create([made.update("CP1", 0), made.update("CP2", 1)])
    assert [(one.station_id, one.state) for one in updates(made.campaign_id)] == [("CP1", "running"), ("CP2", "queued")]


def test_turns_are_exact_whoever_does_what_how_often(world: CampaignWorld) -> None:
    """Many threads give turns, end updates and look at once; the numbers are those of the rows at every moment."""
    named = ids(40)
    connected(*named)
    made = make(named, concurrency=4)
    world.run()
    draw = random.Random(4)  # which one is touched next guards nothing
    orders = [draw.sample(named, len(named)) for _ in range(4)]
    wrong: list[str] = []
    faults: list[BaseException] = []

    def work(order: list[str]) -> None:
        try:
            for station_id in itertools.chain(order, reversed(order)):
                update = firmware_updates.find(station_id, made.update(station_id, 0).update_id)
                assert update is not None
                turns.consider(update)
                if (now := campaign(made.campaign_id)).in_flight > now.concurrency:
                    wrong.append(f"{now.in_flight} at once")
                turns.end(update, "failed" if station_id.endswith("7") else "succeeded", None)
                turns.follow_ended(update)
        except BaseException as error:  # noqa: BLE001  # told by the test's own thread
            faults.append(error)

    threads = [threading.Thread(target=work, args=(order,)) for order in orders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for update in updates(made.campaign_id, "queued", "running"):
        turns.end(update, "failed" if update.station_id.endswith("7") else "succeeded", None)
    assert (wrong, faults) == ([], [])
    ended = campaign(made.campaign_id)
    states = Counter(one.state for one in updates(made.campaign_id))
    assert {"succeeded": ended.succeeded, "failed": ended.failed} == states == {"succeeded": 36, "failed": 4}
    assert ended.in_flight == 0


def test_a_disconnected_station_that_was_ready_waits_again(world: CampaignWorld) -> None:
    connected(*ids(2))
    made = make(ids(2), concurrency=1)
    world.run()
    world.consider(made.campaign_id)
    connections.disconnect("CP001", "c-CP001", NOW)
    world.end(campaign_id=made.campaign_id)
    assert updates(made.campaign_id)[1].place == "waiting"
