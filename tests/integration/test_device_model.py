"""The device model in the table: what answers and reports leave there, whichever comes first, with the functions' own
rights."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.aws import command
from shared.aws import jobs as queue
from shared.aws.jobs import Work
from shared.domain.device_settings import PASSWORD
from shared.domain.errors import Conflict, Invalid
from shared.domain.stations import Options
from shared.domain.variables import Variable, VariableId, wish
from shared.ocpp.messages import V2X
from shared.store import calls, connections, jobs, reports, stations, variables
from tests.integration import api
from tests.integration.called_station import CalledStation

NOW = "2026-11-23T08:00:00Z"
TIMEOUT = VariableId("TxCtrlr", "EVConnectionTimeOut")
HIDDEN = VariableId("VendorCtrlr", "Pairing")
SECRET = "a-secret-of-enough-length"


@pytest.fixture(params=V2X)
def station(table: object, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> CalledStation:
    now = datetime.now(UTC)
    return CalledStation(monkeypatch, version=request.param, now=now + timedelta(seconds=5))


def named(of: VariableId) -> dict[str, Any]:
    variable = {"name": of.variable} | ({"instance": of.variable_instance} if of.variable_instance else {})
    return {"component": {"name": of.component}, "variable": variable}


def tell(station: CalledStation, of: VariableId, value: str | None, request_id: int = 0, **attribute: Any) -> None:
    """A report of one variable."""
    told = ({} if value is None else {"value": value}) | attribute
    data = [{**named(of), "variableAttribute": [told]}]
    station.send("NotifyReport", requestId=request_id, generatedAt=NOW, seqNo=0, reportData=data)


def got(of: VariableId, value: str, status: str = "Accepted") -> dict[str, Any]:
    return {"getVariableResult": [{**named(of), "attributeStatus": status, "attributeValue": value}]}


def taken(of: VariableId, status: str = "Accepted") -> dict[str, Any]:
    return {"setVariableResult": [{**named(of), "attributeStatus": status}]}


def get(of: VariableId) -> dict[str, Any]:
    return {"getVariableData": [named(of)]}


def put(of: VariableId, value: str) -> dict[str, Any]:
    return {"setVariableData": [named(of) | {"attributeValue": value}]}


def test_what_is_known_is_told_by_kind(station: CalledStation) -> None:
    flag, size = (
        VariableId("AuthCtrlr", "Enabled"),
        VariableId("DeviceDataCtrlr", "ItemsPerMessage", None, None, None, "X"),
    )
    tell(station, flag, "True")
    tell(station, size, "12")
    again = VariableId("AUTHCTRLR", "enabled")
    assert (variables.flag("CP1", again), variables.number("CP1", size), variables.text("CP1", flag)) == (
        True,
        12,
        "True",
    )
    assert variables.values("CP1", again, size, TIMEOUT) == {again: "True", size: "12"}
    assert (variables.flag("CP1", size), variables.number("CP1", flag), variables.text("CP1", TIMEOUT)) == (
        None,
        None,
        None,
    )


def test_a_late_answer_is_overtaken_by_a_later_one(station: CalledStation) -> None:
    first = station.order("SetVariables", put(TIMEOUT, "60"))
    second = station.order("GetVariables", get(TIMEOUT))
    calls.end(first, "timed_out", datetime.now(UTC))
    station.answer(second.call_id, got(TIMEOUT, "90"))
    assert station.answer(first.call_id, taken(TIMEOUT)).late_answer is not None
    assert variables.text("CP1", TIMEOUT) == "90"


def test_an_accepted_value_counts_though_a_report_came_while_it_was_under_way(station: CalledStation) -> None:
    call = station.order("SetVariables", put(TIMEOUT, "60"))
    station.now = datetime.now(UTC)
    tell(station, TIMEOUT, "90")
    station.answer(call.call_id, taken(TIMEOUT))
    assert variables.text("CP1", TIMEOUT) == "60"


@pytest.mark.parametrize("is_unchecked", [False, True])
def test_a_value_that_can_only_be_written_is_shown_by_no_call(
    station: CalledStation, table: Any, caplog: pytest.LogCaptureFixture, is_unchecked: bool
) -> None:
    tell(station, HIDDEN, None, mutability="WriteOnly")
    options = Options(message_log="on")
    stations.replace(stations.existing("CP1")._replace(options=options))
    target = command.target("CP1")._replace(unchecked=is_unchecked)
    data = [put(one, value)["setVariableData"][0] for one, value in ((TIMEOUT, "60"), (HIDDEN, SECRET))]
    with caplog.at_level("INFO"):
        made = command.of("SetVariables").submit(target, {"setVariableData": data})
    received = station.next("SetVariables")
    assert received.payload == {"setVariableData": data}
    (shown,) = api.call("GET", "/stations/CP1/calls").json["items"]
    assert [one["attributeValue"] for one in shown["payload"]["setVariableData"]] == ["60", "***"]
    (line,) = [one for one in caplog.records if "sent" in one.__dict__]
    assert [one["attributeValue"] for one in line.__dict__["sent"][3]["setVariableData"]] == ["60", "***"]
    results = [taken(one)["setVariableResult"][0] for one in (TIMEOUT, HIDDEN)]
    station.answer(made.call_id, {"setVariableResult": results})
    assert variables.text("CP1", TIMEOUT) == "60"
    assert SECRET not in json.dumps(list(table.items()))


def test_a_call_that_waits_shows_no_value_that_can_only_be_written(station: CalledStation) -> None:
    tell(station, HIDDEN, None, mutability="WriteOnly")
    connections.disconnect("CP1", station.connection_id, station.now)
    made = station.order("SetVariables", put(HIDDEN, SECRET))
    assert station.call(made.call_id).payload == put(HIDDEN, SECRET)
    assert SECRET not in api.call("GET", f"/stations/CP1/calls/{made.call_id}").text
    assert SECRET not in json.dumps(
        command.of("SetVariables")({"station_id": "CP1", "payload": put(HIDDEN, SECRET)}, 0)
    )


def test_a_job_shows_no_values_of_variables(station: CalledStation, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[Work] = []
    monkeypatch.setattr(queue, "give", given.append)
    order = {"action": "SetVariables", "stations": [station.station_id], "payload": put(HIDDEN, SECRET)}
    started = api.call("POST", "/calls", body=order)
    assert (started.status, len(given)) == (202, 1)
    assert started.json["payload"] == put(HIDDEN, "***")
    kept = jobs.find(started.json["job_id"])
    assert kept is not None
    assert jobs.payload(kept) == put(HIDDEN, SECRET)


def test_a_value_that_can_only_be_written_is_nowhere_in_the_table(station: CalledStation, table: Any) -> None:
    tell(station, HIDDEN, None, mutability="WriteOnly")
    body = {"variables": [{"component": "VendorCtrlr", "variable": "Pairing", "value": SECRET}]}
    assert api.call("PATCH", "/stations/CP1/variables", body=body).status == 202
    station.answer(station.next("SetVariables").call_id, taken(HIDDEN))
    (one,) = api.call("GET", "/stations/CP1/variables", query={"component": "vendorctrlr"}).json["items"]
    attribute = one["attributes"]["Actual"]
    assert (attribute["secret"], attribute["value"], attribute["wished"]) == (True, None, None)
    kept = [item for item in table.items() if item["pk"]["S"].startswith("VARIABLE#")]
    assert SECRET not in json.dumps(kept)


def test_a_password_is_sent_alone_and_kept_as_a_hash(station: CalledStation, table: Any) -> None:
    data = [named(PASSWORD) | {"attributeValue": SECRET}, named(TIMEOUT) | {"attributeValue": "60"}]
    first = station.order("SetVariables", {"setVariableData": data})
    received = station.next("SetVariables")
    assert [one["variable"]["name"] for one in received.payload["setVariableData"]] == [TIMEOUT.variable]
    station.answer(first.call_id, taken(TIMEOUT))
    received = station.next("SetVariables")
    assert (received.call_id,) == first.parts
    assert received.payload["setVariableData"] == [named(PASSWORD) | {"attributeValue": SECRET}]
    known = stations.existing("CP1")
    assert (known.password_hash, len(known.pending_passwords)) == (None, 1)
    station.answer(received.call_id, taken(PASSWORD))
    known = stations.existing("CP1")
    assert (known.password_hash is not None, known.pending_passwords) == (True, ())
    assert SECRET not in json.dumps(list(table.items()))


@pytest.mark.parametrize("error", ["NotSupported", "InternalError"])
def test_a_password_that_is_refused_by_an_error_may_yet_be_in_use(station: CalledStation, error: str) -> None:
    call = station.order("SetVariables", put(PASSWORD, SECRET))
    station.refuse(call.call_id, error)
    assert [one.state for one in stations.existing("CP1").pending_passwords] == (
        [] if error == "NotSupported" else ["over"]
    )


def test_messages_are_as_large_as_the_station_takes(station: CalledStation) -> None:
    tell(station, VariableId("DeviceDataCtrlr", "BytesPerMessage", variable_instance="SetVariables"), "700")
    data = [named(VariableId("C", f"V{number}")) | {"attributeValue": "x" * 100} for number in range(10)]
    first = station.order("SetVariables", {"setVariableData": data})
    sent = []
    for call_id in (first.call_id, *first.parts):
        received = station.next("SetVariables")
        frame = json.dumps([2, call_id, "SetVariables", received.payload], separators=(",", ":"))
        assert len(frame) <= 700
        sent += received.payload["setVariableData"]
        results = [{**one, "attributeStatus": "Accepted"} for one in received.payload["setVariableData"]]
        for one in results:
            del one["attributeValue"]
        station.answer(call_id, {"setVariableResult": results})
    assert (sent, len(first.parts)) == (data, 3)
    with pytest.raises(Invalid):
        station.order("SetVariables", put(TIMEOUT, "x" * 700))


def test_without_a_word_of_the_station_no_message_is_over_32_kb(station: CalledStation) -> None:
    data = [named(VariableId("C", f"V{number}")) | {"attributeValue": "x" * 1000} for number in range(70)]
    first = station.order("SetVariables", {"setVariableData": data})
    assert len(first.parts) == 2
    assert len(json.dumps(station.next("SetVariables").payload)) < 32 * 1024


def test_a_report_of_many_components_is_asked_for_in_parts(station: CalledStation) -> None:
    tell(station, VariableId("DeviceDataCtrlr", "ItemsPerMessage", variable_instance="GetReport"), "2")
    components = [{"component": {"name": name}} for name in "abc"]
    first = station.order("GetReport", {"componentVariable": components})
    one = station.next("GetReport")
    station.answer(one.call_id, {"status": "Accepted"})
    other = station.next("GetReport")
    assert other.payload["componentVariable"] == components[2:]
    assert (one.call_id, other.call_id) == (first.call_id, *first.parts)
    assert one.payload["requestId"] != other.payload["requestId"]
    asked = [reports.find("CP1", each.payload["requestId"]) for each in (one, other)]
    assert [report.call_id for report in asked if report] == [one.call_id, other.call_id]


def test_a_request_id_is_of_one_report(station: CalledStation) -> None:
    station.order("GetBaseReport", {"requestId": 7, "reportBase": "FullInventory"})
    with pytest.raises(Conflict):
        station.order("GetBaseReport", {"requestId": 7, "reportBase": "FullInventory"})
    with pytest.raises(Conflict):
        station.order("GetReport", {"requestId": 7, "componentCriteria": ["Active"]})


def test_a_report_whose_call_has_no_answer_says_so(station: CalledStation) -> None:
    answer = api.call("POST", "/stations/CP1/variables/refresh", body={})
    assert answer.status == 202
    (one,) = api.call("GET", "/stations/CP1/reports").json["items"]
    assert (one["state"], one["asked"]) == ("open", {"report_base": "FullInventory"})
    station.refuse(station.next("GetBaseReport").call_id, "InternalError")
    (one,) = api.call("GET", "/stations/CP1/reports").json["items"]
    assert (one["state"], one["status"]) == ("refused", "InternalError")
    assert api.call("GET", "/stations/CP1/reports/99").status == 404


def test_a_full_report_removes_what_it_does_not_name_but_for_wishes(station: CalledStation) -> None:
    moment = datetime.now(UTC)
    station.now = moment - timedelta(minutes=1)
    gone, wished = VariableId("Old", "Gone"), VariableId("Old", "Wished")
    tell(station, gone, "1")
    tell(station, wished, "1")
    variables.change("CP1", {wished: lambda one: wish(one, "Actual", "2", moment)})
    station.now = moment + timedelta(seconds=5)
    call = station.order("GetBaseReport", {"requestId": 7, "reportBase": "FullInventory"})
    station.answer(call.call_id, {"status": "Accepted"})
    station.next("GetBaseReport")
    answered = VariableId("Old", "Answered")
    station.perform("GetVariables", get(answered), got(answered, "1"))
    tell(station, TIMEOUT, "60", request_id=7)
    assert variables.text("CP1", answered) == "1"
    assert variables.find("CP1", gone) is None
    left = variables.find("CP1", wished)
    assert left is not None
    assert (left.actual.value, left.actual.wished, left.differs) == (None, "2", True)
    drift = api.call("GET", "/stations/CP1/variables", query={"drift": "true"}).json["items"]
    assert [one["variable"] for one in drift] == ["Wished"]


def test_two_that_change_a_variable_at_once_both_count(station: CalledStation) -> None:
    """The second finds what the first has written meanwhile."""
    moment = datetime.now(UTC)

    def meanwhile(one: Variable) -> Variable:
        if one.actual.value is None:
            tell(station, TIMEOUT, "60")
        return wish(one, "Actual", "2", moment)

    variables.change("CP1", {TIMEOUT: meanwhile})
    found = variables.find("CP1", TIMEOUT)
    assert found is not None
    assert (found.actual.value, found.actual.wished) == ("60", "2")


def test_pages_of_reports_and_their_content(station: CalledStation) -> None:
    at = datetime.now(UTC)
    for number in range(3):
        reports.note_page(
            "CP1", number, "Other", seq_no=None, more=False, at=at + timedelta(seconds=number), part={"n": number}
        )
    reports.note_page("CP1", 2, "Other", seq_no=None, more=False, at=at + timedelta(seconds=9), part={"n": 2})
    page = api.call("GET", "/stations/CP1/reports", query={"limit": "2"}).json
    rest = api.call("GET", "/stations/CP1/reports", query={"limit": "2", "cursor": page["next_cursor"]}).json
    assert [one["request_id"] for one in page["items"] + rest["items"]] == [2, 1, 0]
    assert rest["next_cursor"] is None
    assert api.call("GET", "/stations/CP1/reports/2").json["content"] == [{"n": 2}]


def test_who_lets_the_station_in_is_for_admins(station: CalledStation) -> None:
    operator = {"sub": "user-2", "cognito:groups": "[operator]"}
    body = {"variables": [{"component": "OCPPCommCtrlr", "variable": "NetworkConfigurationPriority", "value": "1"}]}
    assert api.call("PATCH", "/stations/CP1/variables", body=body, claims=operator).status == 403
    call = {"action": "SetVariables", "payload": put(PASSWORD, SECRET)}
    assert api.call("POST", "/stations/CP1/calls", body=call, claims=operator).status == 403
    assert api.call("POST", "/calls", body=call | {"stations": ["CP1"]}).status == 422
    body = {"variables": [{"component": "SecurityCtrlr", "variable": "BasicAuthPassword", "value": SECRET}]}
    assert api.call("PATCH", "/stations/CP1/variables", body=body).status == 422
    assert station.received == []
