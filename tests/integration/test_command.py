"""The shell around every command: what is made of a request, and of its answer."""

import datetime as dt
import importlib
import json
from typing import Any

import pytest

from local.dynamodb.storage import Store
from shared.aws.command import WEEK_S, Command, Message, Settled, Target
from shared.domain.calls import Call, Order, follow_up_id, request_id_of
from shared.domain.errors import Conflict, DomainError, Invalid
from shared.domain.stations import Options
from shared.ocpp.v16.clear_cache import ClearCacheRequest, ClearCacheResponse
from shared.ocpp.v16.get_configuration import GetConfigurationRequest
from shared.ocpp.v16.reset import ResetRequest
from shared.store import calls, findings, stations
from tests.integration.api import get
from tests.integration.called_station import CalledStation

ACCEPTED = {"status": "Accepted"}
CALL_ID = "01234567-0123-7123-8123-0123456789ab"


@pytest.fixture
def station(table: Store, monkeypatch: pytest.MonkeyPatch) -> CalledStation:
    return CalledStation(monkeypatch)


@pytest.fixture
def clear_cache(monkeypatch: pytest.MonkeyPatch) -> Command:
    """ClearCache with no hooks yet, in place of the real one."""
    made = Command("ClearCache", expires_in_s=60)
    made.speaks("1.6")
    monkeypatch.setattr(importlib.import_module("functions.commands.clear_cache"), "handler", made)
    return made


def all_calls() -> list[Call]:
    return calls.page("CP1", None, 50)[0]


def events(call: Call) -> list[str]:
    return [entry.event for entry in call.history]


# ---------------------------------------------------------------------- what is made of a request


def test_a_call_says_who_made_it_and_until_when_it_may_be_sent(station: CalledStation, clear_cache: Command) -> None:
    made = station.order("ClearCache", {}, requested_by="user-1", job_id="job-1")
    assert (made.requested_by, made.job_id, made.state) == ("user-1", "job-1", "sent")
    assert made.expires_at - made.created_at == dt.timedelta(seconds=60)
    for asked_s, given_s in ((5, 5), (10**9, WEEK_S)):
        made = station.order("ClearCache", {}, expires_in_s=asked_s)
        assert made.expires_at - made.created_at == dt.timedelta(seconds=given_s)


def test_a_station_is_given_as_long_to_answer_as_it_takes(station: CalledStation, clear_cache: Command) -> None:
    assert station.order("ClearCache", {}).timeout_s == 30
    record = stations.find("CP1")
    assert record
    stations.replace(record._replace(call_timeout_s=120))
    assert station.order("ClearCache", {}).timeout_s == 120


def test_every_wrong_field_is_named_by_its_path(station: CalledStation) -> None:
    wrong = {"connectorId": "1", "csChargingProfiles": {"chargingSchedule": {"chargingSchedulePeriod": [{"limit": 1}]}}}
    with pytest.raises(Invalid) as refused:
        station.order("SetChargingProfile", wrong)
    listed = dict(refused.value.fields["errors"])
    assert "payload.connectorId" in listed
    period = "payload.csChargingProfiles.chargingSchedule.chargingSchedulePeriod[0]"
    assert listed[f"{period}.startPeriod"] == "Field required"


def test_a_value_that_is_refused_is_not_repeated(station: CalledStation) -> None:
    with pytest.raises(Invalid) as refused:
        station.order("ChangeConfiguration", {"key": "AuthorizationKey", "value": ["secret"]})
    assert "secret" not in f"{refused.value.reason} {refused.value.fields}"


@pytest.mark.parametrize(
    ("registration", "action", "error"),
    [
        ("Rejected", "ClearCache", Conflict),
        ("Pending", "RemoteStopTransaction", Conflict),
    ],
)
def test_what_the_standard_forbids_is_not_stored(
    table: Store, monkeypatch: pytest.MonkeyPatch, registration: str, action: str, error: type[DomainError]
) -> None:
    station = CalledStation(monkeypatch, registration=registration)
    with pytest.raises(error, match=registration):
        station.order(action, {"transactionId": 1} if action.startswith("Remote") else {})
    assert all_calls() == []


def test_a_version_without_the_action_is_refused(table: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    station = CalledStation(monkeypatch)
    made = Command("ClearCache")
    made.speaks("2.0.1")
    monkeypatch.setattr(importlib.import_module("functions.commands.clear_cache"), "handler", made)
    with pytest.raises(Invalid, match=r"speaks OCPP 1\.6 cannot be sent") as refused:
        station.order("ClearCache", {})
    assert refused.value.fields == {"path": "action"}


def test_times_go_out_as_the_station_reads_them(table: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    station = CalledStation(monkeypatch)
    update = {"location": "ftp://files.example/", "retrieveDate": "2026-11-23T09:00:00.250+01:00"}
    assert station.order("UpdateFirmware", update).payload["retrieveDate"] == "2026-11-23T08:00:00Z"
    record = stations.find("CP1")
    assert record
    stations.replace(record._replace(options=Options(milliseconds=True)))
    assert station.order("UpdateFirmware", update).payload["retrieveDate"] == "2026-11-23T08:00:00.250Z"


def test_what_may_be_left_out_is_filled_in_before_it_is_checked(station: CalledStation, clear_cache: Command) -> None:
    clear_cache.speaks("1.6", request=ResetRequest)
    clear_cache.completed("1.6")(lambda payload, _call_id: {"type": "Soft"} | payload)
    assert station.order("ClearCache", {}).payload == {"type": "Soft"}
    assert station.order("ClearCache", {"type": "Hard"}).payload == {"type": "Hard"}
    clear_cache.check({})
    with pytest.raises(Invalid):
        clear_cache.check({"type": "Firm"})


def test_a_check_may_change_what_goes_out_and_keep_notes(station: CalledStation, clear_cache: Command) -> None:
    seen: list[Target] = []

    @clear_cache.before("1.6")
    def check(request: ClearCacheRequest, target: Target) -> Message:
        seen.append(target)
        return Message(request, notes={"why": "because", "number": 7})

    made = station.order("ClearCache", {})
    assert station.call(made.call_id).notes == {"why": "because", "number": 7}
    (target,) = seen
    assert (target.station_id, target.ocpp_version, target.call_id) == ("CP1", "1.6", made.call_id)


# ---------------------------------------------------------------------- what is too much for one message


@pytest.fixture
def in_parts(clear_cache: Command) -> Command:
    """A command whose requests go out key by key."""
    clear_cache.speaks("1.6", request=GetConfigurationRequest)

    @clear_cache.before("1.6")
    def split(request: GetConfigurationRequest, _target: Target) -> list[Message]:
        return [Message(GetConfigurationRequest(key=[key])) for key in request.key or ()]

    return clear_cache


@pytest.mark.usefixtures("in_parts")
def test_parts_follow_the_first_in_their_order(station: CalledStation) -> None:
    first = station.order("ClearCache", {"key": ["A", "B", "C"]})
    assert [len(first.parts), first.part_of] == [2, None]
    assert [station.call(part).part_of for part in first.parts] == [first.call_id] * 2
    for key, call_id in zip("ABC", (first.call_id, *first.parts), strict=True):
        received = station.next("ClearCache")
        assert (received.call_id, received.payload) == (call_id, {"key": [key]})
        assert station.received == []
        station.answer(call_id, {})


@pytest.mark.usefixtures("in_parts")
def test_the_same_call_again_makes_no_more_parts(station: CalledStation) -> None:
    first = station.order("ClearCache", {"key": ["A", "B", "C"]}, call_id=CALL_ID)
    again = station.order("ClearCache", {"key": ["A", "B", "C"]}, call_id=CALL_ID)
    assert again.parts == first.parts
    assert len(all_calls()) == 3
    assert len(station.received) == 1


# ---------------------------------------------------------------------- what is made of an answer


def test_an_answer_reaches_its_consequence_as_it_was_meant(station: CalledStation, clear_cache: Command) -> None:
    seen: list[tuple[Any, Any, Call]] = []

    @clear_cache.answered("1.6")
    def keep(request: Any, response: ClearCacheResponse, call: Call) -> Settled:
        seen.append((request, response, call))
        return Settled({"state": "pending"})

    made = station.order("ClearCache", {})
    ended = station.answer(made.call_id, {"status": "accepted"})
    ((request, response, call),) = seen
    assert (request, response) == (ClearCacheRequest(), ClearCacheResponse(status="Accepted"))
    assert (call.call_id, call.is_open) == (made.call_id, True)
    assert (ended.state, ended.answer, ended.outcome) == ("answered", {"status": "accepted"}, {"state": "pending"})
    (finding,) = findings.page("CP1", None, 10)[0]
    assert (finding.action, finding.finding.code) == ("ClearCache", "Q-16")


def test_an_answer_without_meaning_is_kept_without_consequence(station: CalledStation, clear_cache: Command) -> None:
    clear_cache.answered("1.6")(lambda *_: pytest.fail("there is nothing to settle"))
    ended = station.answer(station.order("ClearCache", {}).call_id, {"status": "Perhaps"})
    assert (ended.state, ended.answer) == ("answered", {"status": "Perhaps"})
    assert [one.finding.text for one in findings.page("CP1", None, 10)[0]] == ["the answer cannot be understood"]


def test_a_refusal_reaches_its_consequence(station: CalledStation, clear_cache: Command) -> None:
    clear_cache.refused("1.6")(lambda _request, error, _call: Settled({"state": "done", "code": error.code}))
    ended = station.refuse(station.order("ClearCache", {}).call_id, "InternalError")
    assert (ended.state, ended.outcome) == ("refused", {"state": "done", "code": "InternalError"})


@pytest.mark.parametrize("fault", [ZeroDivisionError, DomainError, KeyError])
def test_a_consequence_that_fails_does_not_cost_the_answer(
    station: CalledStation, clear_cache: Command, fault: type[Exception]
) -> None:
    @clear_cache.answered("1.6")
    def fail(*_: Any) -> None:
        raise fault("on purpose")

    first, second = station.order("ClearCache", {}), station.order("GetLocalListVersion", {})
    ended = station.answer(first.call_id, ACCEPTED)
    assert (ended.state, ended.answer) == ("answered", ACCEPTED)
    assert [one.call_id for one in station.received] == [first.call_id, second.call_id]


def test_calls_follow_from_an_answer_once(station: CalledStation, clear_cache: Command) -> None:
    @clear_cache.answered("1.6")
    def go_on(*_: Any) -> Settled:
        return Settled(next=[Order("Reset", {"type": "Soft"}, expires_in_s=90), Order("GetLocalListVersion", {})])

    made = station.order("ClearCache", {}, requested_by="user-1")
    station.answer(made.call_id, ACCEPTED)
    station.answer(made.call_id, ACCEPTED)
    station.next("ClearCache")
    reset = station.call(station.next("Reset").call_id)
    assert reset.expires_at - reset.created_at == dt.timedelta(seconds=90)
    assert (reset.requested_by, reset.fallback_of) == ("user-1", None)
    station.answer(reset.call_id, ACCEPTED)
    station.next("GetLocalListVersion")
    assert len(all_calls()) == 3
    assert station.call(made.call_id).fallback_id is None


@pytest.mark.parametrize("order", [Order("Reset", {"type": "Firm"}), Order("NoSuchAction", {})])
def test_a_call_that_cannot_follow_keeps_neither_the_answer_nor_the_others_from_coming(
    station: CalledStation, clear_cache: Command, order: Order
) -> None:
    clear_cache.answered("1.6")(lambda *_: Settled(next=[order, Order("GetLocalListVersion", {})]))
    made = station.order("ClearCache", {})
    ended = station.answer(made.call_id, ACCEPTED)
    assert (ended.state, ended.answer) == ("answered", ACCEPTED)
    assert sorted(events(ended)) == ["answered", "created", "not followed", "sent"]
    (noted,) = [entry.detail for entry in ended.history if entry.event == "not followed"]
    assert noted.startswith(order.action)
    assert station.received[-1].action == "GetLocalListVersion"


def test_half_a_character_in_an_answer_is_kept_as_the_sign_for_it(station: CalledStation) -> None:
    made = station.order("ClearCache", {})
    station.text(f'[3,"{made.call_id}",{{"status":"Accepted","note":"\\ud83d"}}]')
    assert get(f"/stations/CP1/calls/{made.call_id}")["answer"] == {"status": "Accepted", "note": "�"}


# ---------------------------------------------------------------------- as a Lambda of its own


def test_a_command_is_called_directly(station: CalledStation, clear_cache: Command) -> None:
    made = clear_cache({"station_id": "CP1"}, None)
    assert (made["action"], made["state"], made["requested_by"]) == ("ClearCache", "sent", "lambda")
    assert json.loads(json.dumps(made)) == made
    made = clear_cache({"station_id": "CP1", "payload": {}, "expires_in_s": 5, "requested_by": "nightly"}, None)
    assert (made["state"], made["requested_by"]) == ("queued", "nightly")
    assert station.next("ClearCache").payload == {}


@pytest.mark.parametrize(
    ("event", "error"),
    [
        ({"station_id": "CP2"}, {"kind": "NotFound", "reason": "There is no station CP2", "errors": []}),
        ({}, [("station_id", "Field required")]),
        ({"station_id": 1}, [("station_id", "Input should be a valid string")]),
        ({"station_id": "CP1", "payload": []}, [("payload", "Input should be a valid dictionary")]),
        (
            {"station_id": "CP1", "expires_in_s": 0},
            [("expires_in_s", "Input should be greater than or equal to 1")],
        ),
        ({"station_id": "CP1", "wait_s": 1}, [("wait_s", "Extra inputs are not permitted")]),
        ({"station_id": "CP1", "payload": {"x": 1}}, [("payload.x", "Extra inputs are not permitted")]),
        ([], [("", "Input should be a valid dictionary or instance of Invocation")]),
        (None, [("", "Input should be a valid dictionary or instance of Invocation")]),
    ],
)
def test_what_is_wrong_comes_back_as_an_error(
    station: CalledStation, clear_cache: Command, event: Any, error: dict[str, Any] | list[tuple[str, str]]
) -> None:
    answer = clear_cache(event, None)
    assert answer.keys() == {"error"}
    assert json.dumps(answer)
    if isinstance(error, dict):
        assert answer["error"] == error
    else:
        assert answer["error"]["kind"] == "Invalid"
        assert [(one["path"], one["reason"]) for one in answer["error"]["errors"]] == error
    assert all_calls() == []


def test_an_answer_to_whoever_calls_directly_has_no_secrets(station: CalledStation) -> None:
    command = importlib.import_module("functions.commands.get_diagnostics").handler
    made = command({"station_id": "CP1", "payload": {"location": "ftp://u:secret@files.example/"}}, None)
    assert "secret" not in json.dumps(made)
    assert station.next("GetDiagnostics").payload["location"] == "ftp://u:secret@files.example/"


def test_ids_that_follow_from_a_call_are_all_different() -> None:
    assert len({follow_up_id(CALL_ID, number) for number in range(-50, 50)}) == 100
    assert len({request_id_of(f"{number}") for number in range(1000)}) == 1000


def test_the_field_that_a_check_refuses_is_named(station: CalledStation) -> None:
    command = importlib.import_module("functions.commands.get_diagnostics").handler
    answer = command({"station_id": "CP1", "payload": {"location": "files.example"}}, None)
    assert [one["path"] for one in answer["error"]["errors"]] == ["payload.location"]
