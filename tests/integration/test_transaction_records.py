"""The record of a transaction of OCPP 2.x and its events: what is kept where, whoever breaks off or breaks in."""

import itertools
import json
from typing import Any

import pytest

from shared.domain.authorization import IdToken
from shared.domain.transaction_events import lost
from shared.store import tokens, transaction_events, transactions
from tests.integration.events_2x import at, between, crash, event, found, send, session
from tests.integration.station import DirectStation

_stations = itertools.count()

pytestmark = pytest.mark.usefixtures("table")


@pytest.fixture
def station() -> DirectStation:
    tokens.save(IdToken("TAG", group_id="FLEET"))
    return DirectStation(f"R{next(_stations)}", version="2.0.1")


def large(said: dict[str, Any]) -> dict[str, Any]:
    """An event with a signed reading, too large to stand in the record."""
    signed = {"signedMeterData": json.dumps(list(range(800))), "encodingMethod": "OCMF", "publicKey": "cafe"}
    value = {"value": 9, "context": "Transaction.Begin", "signedMeterValue": {**signed, "signingMethod": ""}}
    return said | {"meterValue": [{"timestamp": at(0), "sampledValue": [value]}]}


@pytest.mark.parametrize("at_write", [1, 2])
def test_two_events_with_one_number_are_both_counted_although_either_was_broken_off(
    station: DirectStation, at_write: int
) -> None:
    events, name = session(), f"{station.station_id}-tx"
    send(station, *events)
    with crash(at_write):
        station.frame("TransactionEvent", event("Updated", 5, wh=4200))
    send(station, event("Updated", 5, wh=4200))
    send(station, *session(name)[:5])
    with crash(1):
        station.frame("TransactionEvent", event("Updated", 5, name=name, wh=4200))
    send(station, session(name)[5])
    assert (found().flags, found(name).flags) == (("conflicting",), ("conflicting",))
    first, second = found().folded, found(name).folded
    assert first is not None
    assert second is not None
    assert first.last_register_wh == second.last_register_wh


def test_what_comes_between_two_attempts_to_put_a_transaction_aside_is_not_lost(station: DirectStation) -> None:
    send(station, *session()[:6])
    transactions.replace(lost(found()))
    started = {**session()[0], "timestamp": at(100)}
    with crash(1):
        station.frame("TransactionEvent", started)
    send(station, *session()[6:], started)
    assert (found("tx~0").energy_wh, found("tx~0").flags, found().state) == (3500, ("reused",), "active")


def test_an_id_is_its_own_whatever_our_names_of_others_look_like(station: DirectStation) -> None:
    other = DirectStation(f"{station.station_id}-other", version="2.0.1")
    send(other, *session("same"))
    names = "same", f"same@{station.station_id}", "same~0"
    for minutes in (0, 100):
        events = ({**one, "timestamp": at(minutes + one["seqNo"])} for one in session("same"))
        send(station, *events)
    send(station, *session(names[1])[:6], *session(names[2])[:3])
    records = [transaction_events.locate(station.station_id, name) for name in names]
    assert [one and (one.own_id, one.state) for one in records] == [
        (names[0], "ended"),
        (names[1], "active"),
        (names[2], "active"),
    ]


def test_a_large_first_event_does_not_get_among_those_of_another_station(station: DirectStation) -> None:
    """Both begin at once, under the same id: the other one is faster by a moment, or the process dies."""
    started = large(session()[0])
    for first_write in (False, True):
        name, other = f"{station.station_id}-{first_write}", f"{station.station_id}-other-{first_write}"
        second = DirectStation(other, version="2.0.1")
        told = started | {"transactionInfo": {"transactionId": name}}
        if first_write:
            with between(1, lambda name=name: send(station, *session(name))):  # type: ignore[misc]  # of this round
                send(second, told)
        else:
            with crash(1):
                second.frame("TransactionEvent", told)
            send(station, *session(name))
            send(second, told)
        mine, its = (transaction_events.locate(one, name) for one in (station.station_id, other))
        assert mine
        assert its
        assert (mine.energy_wh, mine.flags, its.meter_start_wh) == (3500, (), 9)
        assert [len(transaction_events.events_of(one)) for one in (mine, its)] == [8, 1]


def test_a_record_stays_small_where_a_station_counts_through_transactions_that_take_turns(
    station: DirectStation,
) -> None:
    sizes: list[int] = []
    for number in range(0, 120, 2):
        updated = event("Updated" if number else "Started", number, "MeterValuePeriodic", wh=number * 10)
        send(station, updated)
        sizes.append(len(repr(transactions.to_item(found()))))
    assert max(sizes[30:]) < sizes[1] + 500
    send(station, event("Updated", 2, "MeterValuePeriodic", wh=20), event("Ended", 121, wh=1190))
    assert (found().energy_wh, len(transaction_events.events_of(found()))) == (1190, 61)


def test_a_crash_between_putting_an_old_transaction_aside_and_the_new_one_heals(station: DirectStation) -> None:
    send(station, *session())
    started = {**session()[0], "timestamp": at(100)}
    with crash(1):
        station.frame("TransactionEvent", started)
    assert found().state == "ended"
    send(station, started)
    assert (found().state, found("tx~0").state) == ("active", "ended")


def test_what_a_crash_left_out_is_in_the_record_by_the_end(station: DirectStation) -> None:
    events = session()
    send(station, *events[:3])
    with crash(1):
        assert station.frame("TransactionEvent", events[3])[0] == 4  # type: ignore[index]  # a CALLERROR
    send(station, *events[4:])
    assert found().folded.seq_nos == ((0, 7),)  # type: ignore[union-attr]  # made of events
    assert transaction_events.events_of(found())[3].meter_values


def test_an_empty_id_is_an_id_that_several_stations_may_use(station: DirectStation) -> None:
    other = DirectStation(f"{station.station_id}-other", version="2.1")
    for one in (station, other, station, other):
        send(one, large(session("")[0]), *session("")[1:3])
    name = f"@{other.station_id}"
    assert (found("").station_id, found(name).station_id, found(name).own_id) == (station.station_id, name[1:], "")
    send(other, *session("")[3:])
    assert (found("").state, found(name).state, found(name).flags) == ("active", "ended", ())
