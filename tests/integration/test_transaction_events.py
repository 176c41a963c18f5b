"""Transactions of OCPP 2.x through their function: whatever comes twice, out of order or after a crash."""

import itertools
import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.authorization import AllowedStation, Hours, IdToken, TransactionLimit
from shared.domain.transaction_events import lost
from shared.store import tokens, transaction_events, transactions
from tests.integration.events_2x import COST, START, at, billed, crash, essence, event, found, send, session
from tests.integration.station import DirectStation

_stations = itertools.count()

pytestmark = pytest.mark.usefixtures("table")


@pytest.fixture
def station() -> DirectStation:
    tokens.save(IdToken("TAG", group_id="FLEET"))
    return DirectStation(f"E{next(_stations)}", version="2.0.1")


deliveries = st.lists(
    st.tuples(st.integers(0, 7), st.sampled_from(["whole", "whole", "crash 0", "crash 1", "reconnect", "offline"])),
    max_size=16,
)


@settings(max_examples=60)
@given(deliveries, st.permutations(range(8)))
def test_any_order_repetition_and_crash_ends_in_the_same_transaction(
    tried: list[tuple[int, str]], order: list[int]
) -> None:
    """`tried` comes first, in part broken off; then what a station repeats until it is answered: every event once."""
    tokens.save(IdToken("TAG", group_id="FLEET"))
    plain = DirectStation(f"E{next(_stations)}", version="2.0.1")
    tested = DirectStation(f"E{next(_stations)}", version="2.1")
    billed(plain, tested)
    names = f"{plain.station_id}-tx", f"{tested.station_id}-tx"
    send(plain, *session(names[0]))
    events = session(names[1])
    for number, how in tried:
        if how == "reconnect":
            tested.reconnect()
        elif how.startswith("crash"):
            with crash(int(how[-1])):
                tested.frame("TransactionEvent", events[number])
        else:
            send(tested, events[number] | ({"offline": True} if how == "offline" else {}))
    for number in order:
        send(tested, events[number])
    assert essence(found(names[1])) == essence(found(names[0]))
    assert (found(names[1]).energy_wh, found(names[1]).state) == (3500, "ended")
    assert found(names[1]).total_cost == COST
    assert [one.seq_no for one in transaction_events.events_of(found(names[1]))] == list(range(8))


def test_a_repeated_event_is_answered_alike_although_the_token_was_blocked_since(station: DirectStation) -> None:
    first = send(station, *session()[:2])
    tokens.save(IdToken("TAG", status="Blocked"))
    assert send(station, *session()[:2]) == first
    assert first[1]["idTokenInfo"]["status"] == "Accepted"


def test_two_events_with_one_number_are_both_kept_and_flagged_whichever_came_first(station: DirectStation) -> None:
    other = DirectStation(f"E{next(_stations)}", version="2.0.1")
    one, two = session(f"{station.station_id}-tx"), session(f"{other.station_id}-tx")
    send(station, *one[:6], event("Updated", 5, name=f"{station.station_id}-tx", wh=4200), one[7])
    send(other, *two[:5], event("Updated", 5, name=f"{other.station_id}-tx", wh=4200), two[5], two[7], two[5])
    records = [found(f"{one.station_id}-tx") for one in (station, other)]
    assert essence(records[0]) == essence(records[1])
    assert records[0].flags == ("conflicting",)
    assert len(transaction_events.events_of(records[0])) == 8


def test_a_station_whose_number_never_rises_is_understood_by_its_times(station: DirectStation) -> None:
    send(station, *({**one, "seqNo": 0} for one in session()))
    assert (found().state, found().energy_wh, found().stopped_reason) == ("ended", 3500, "EVDisconnected")


def test_the_same_id_at_another_station_is_another_transaction(station: DirectStation) -> None:
    other = DirectStation(f"{station.station_id}-other", version="2.0.1")
    send(station, *session("same"))
    send(other, *session("same")[:3])
    send(other, *session("same")[:1])
    assert (found("same").station_id, found("same").state) == (station.station_id, "ended")
    assert found(f"same@{other.station_id}").state == "active"
    assert found(f"same@{other.station_id}").own_id == "same"


def test_a_number_of_ocpp_16_is_no_id_of_a_later_version(station: DirectStation) -> None:
    old = DirectStation(f"{station.station_id}-old")
    start = {"connectorId": 1, "idTag": "TAG", "meterStart": 0, "timestamp": at(0)}
    number = old.send("StartTransaction", **start)["transactionId"]
    send(station, *session(str(number)))
    assert found(str(number)).state == "active"
    assert found(f"{number}@{station.station_id}").state == "ended"
    assert old.send("StopTransaction", transactionId=number, meterStop=10, timestamp=at(9)) == {}
    assert found(str(number)).energy_wh == 10


def test_an_id_that_is_used_again_after_its_end_is_a_new_transaction(station: DirectStation) -> None:
    send(station, *session())
    later = [{**one, "timestamp": at(100 + number)} for number, one in enumerate(session())]
    later[-1]["meterValue"][0]["sampledValue"][0]["value"] = 1500
    for one in (*later[:2], later[0], session()[7], session()[0], *later):
        send(station, one)
    assert (found().energy_wh, found().started_at) == (500, START + timedelta(minutes=100))
    assert (found("tx~0").energy_wh, found("tx~0").flags, found("tx~0").own_id) == (3500, ("reused",), "tx")
    assert len(transaction_events.events_of(found("tx~0"))) == len(transaction_events.events_of(found())) == 8


def test_our_own_end_gives_way_to_the_stations(station: DirectStation) -> None:
    send(station, *session()[:4])
    transactions.replace(lost(found()))
    assert (found().state, found().flags, found().energy_wh) == ("ended", ("abandoned",), 1000)
    send(station, session()[2])
    assert found().flags == ("abandoned",)
    send(station, session()[4])
    assert (found().state, found().flags, found().energy_wh) == ("active", (), None)
    send(station, *session()[5:])
    assert (found().state, found().flags, found().energy_wh) == ("ended", (), 3500)


def test_a_reading_that_cannot_follow_the_start_is_told_and_the_last_one_counts(station: DirectStation) -> None:
    ended = event("Ended", 7, wh=12, context="Transaction.End")
    send(station, *session()[:6], ended)
    assert (found().meter_stop_wh, found().energy_wh, found().flags) == (12, 3000, ("meter_implausible",))


def test_a_large_first_event_is_kept_beside_the_record(station: DirectStation) -> None:
    signed = {"signedMeterData": json.dumps(list(range(800))), "encodingMethod": "OCMF", "publicKey": "cafe"}
    value = {"value": 1000, "context": "Transaction.Begin", "signedMeterValue": {**signed, "signingMethod": ""}}
    started = session()[0] | {"meterValue": [{"timestamp": at(0), "sampledValue": [value]}]}
    send(station, started, started, *session()[1:])
    assert (found().energy_wh, len(transaction_events.events_of(found()))) == (3500, 8)
    assert transaction_events.events_of(found())[0].meter_values[0].samples[0].signed_data == signed["signedMeterData"]


@pytest.mark.parametrize(("reason", "energy_wh"), [("Local", None), ("Timeout", 0)])
def test_one_reading_at_the_end_is_no_energy_unless_no_vehicle_ever_came(
    station: DirectStation, reason: str, energy_wh: int | None
) -> None:
    ended = event("Ended", 1, wh=45_000, context="Transaction.End", info={"stoppedReason": reason})
    send(station, event("Started", 0), ended)
    assert (found().meter_start_wh, found().meter_stop_wh, found().energy_wh) == (None, 45_000, energy_wh)


def test_policies_of_a_token(station: DirectStation) -> None:
    def told(token: IdToken, seq_no: int) -> Any:
        tokens.save(token)
        started = event("Started", 0, name=f"p{seq_no}", evse={"id": 2}, idToken={"idToken": "P", "type": "KeyCode"})
        return send(station, started)[0]["idTokenInfo"]

    here, night = AllowedStation(station.station_id, (1, 3)), Hours("00:00", "00:00", "UTC", ())
    assert told(IdToken("P", allowed_stations=(here,)), 1) == {"status": "NotAtThisLocation", "evseId": [1, 3]}
    assert told(IdToken("P", hours=(night,)), 2)["status"] == "NotAtThisTime"
    assert told(IdToken("P", token_type="ISO14443"), 3)["status"] == "Invalid"
    assert told(IdToken("P", token_type="keycode", limit=TransactionLimit(max_time_s=60)), 4)["status"] == "Accepted"
