"""The device model of stations of OCPP 2.x: what they have, what they should have, and what they report."""

import datetime as dt
from functools import partial
from http import HTTPStatus
from typing import Annotated, Literal

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import ConfigDict, Field

from shared.aws import command, idempotency, orders
from shared.aws.command import Terms
from shared.aws.device_model import is_secret
from shared.aws.http import JSON, Api
from shared.aws.idempotency import IdempotencyKey
from shared.aws.paging import DEFAULT_LIMIT, Cursor, Limit, page_where
from shared.aws.parameters import RequestId, StationId
from shared.aws.views import View
from shared.aws.views_calls import Call, CallList, call_view
from shared.aws.views_variables import (
    StationReport,
    StationReportList,
    StationReportWithPages,
    VariableList,
    VariableRef,
    WishedVariable,
    report_fields,
    variable_view,
)
from shared.domain.calls import OPEN
from shared.domain.device_settings import PASSWORD, is_password, touches_credentials
from shared.domain.errors import Invalid, NotFound
from shared.domain.reports import Report
from shared.domain.variables import Variable, VariableId, wish
from shared.store import calls, reports, stations, variables

MOST_VARIABLES = 200
UNKNOWN = {HTTPStatus.NOT_FOUND: "There is no such station."}
UNKNOWN_REPORT = {HTTPStatus.NOT_FOUND: "There is no such station, or no report under the request id."}
NOT_NOW = {HTTPStatus.CONFLICT: "The station must not be sent this now, or too many calls wait for it."}
READ_ONLY = {HTTPStatus.CONFLICT: "A variable is read-only, the station must not be sent this now, or many calls wait."}

api = handler = Api("device_model")


class WishedVariables(View):
    """Values that variables of a station should have."""

    model_config = ConfigDict(extra="forbid", strict=True)

    variables: Annotated[list[WishedVariable], Field(min_length=1, max_length=MOST_VARIABLES)]


class VariablesRefresh(View):
    """What a station is to be asked for: variables by name, or a report."""

    model_config = ConfigDict(extra="forbid", strict=True)

    variables: Annotated[list[VariableRef], Field(min_length=1, max_length=MOST_VARIABLES)] | None = None
    report_base: Literal["ConfigurationInventory", "FullInventory", "SummaryInventory"] | None = None
    """Without variables and this a FullInventory."""


@api.route("GET /stations/{station_id}/variables", {HTTPStatus.OK: VariableList}, UNKNOWN)
def list_variables(
    *,
    station_id: StationId,
    component: Annotated[
        str | None, Query(min_length=1, max_length=50, description="Only components of this name.")
    ] = None,
    variable: Annotated[
        str | None, Query(min_length=1, max_length=50, description="Only variables of this name.")
    ] = None,
    drift: Annotated[
        bool | None,
        Query(description="Only variables that do not have the value that they should have, or only the others."),
    ] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> VariableList:
    """What is known of a station's device model, in order of components, EVSEs and variables.

    It is known from the station's reports and answers: POST to `/variables/refresh` to ask it.
    """
    station = stations.existing(station_id)

    def keep(one: Variable) -> bool:
        is_named = variable is None or one.id.normal.variable == variable.lower()
        return is_named and drift in (None, one.differs)

    found, rest = page_where(
        lambda after, size: variables.page(station_id, after, size, component=component), keep, cursor, limit
    )
    return VariableList(items=[variable_view(one, station.booted_at) for one in found], next_cursor=rest)


@api.route("PATCH /stations/{station_id}/variables", {HTTPStatus.ACCEPTED: CallList}, UNKNOWN | READ_ONLY)
def patch_variables(
    station_id: StationId,
    wished: WishedVariables,
    *,
    unchecked: Annotated[
        bool,
        Query(description="Send what is against what the station has told of its variables all the same."),
    ] = False,
    verify: Annotated[bool, Query(description="Ask for the values afterwards.")] = False,
) -> Response[CallList]:
    """Change values of a station's variables.

    They go out in as few messages as the station takes; nothing is sent if one of them is refused here. What is wished
    stays beside what the station has, so that a difference shows, whatever the station answers. What decides who can
    connect as the station takes the role `admin`; a password has a path of its own.
    """
    given = [(_id(one), one.attribute, one.value) for one in wished.variables]
    _refuse_passwords([named for named, _, _ in given])
    if any(touches_credentials(named) for named, _, value in given if value is not None):
        api.require("admin")
    target = command.target(station_id)._replace(unchecked=unchecked)
    terms, now = Terms(requested_by=api.caller.principal), dt.datetime.now(dt.UTC)
    to_send = [(named, which, value) for named, which, value in given if value is not None]
    made = [orders.of("SetVariables").submit(target, to_send, terms)] if to_send else []
    for named, which, value in given:
        if not is_secret(named):
            variables.change(station_id, {named: partial(wish, which=which, value=value, at=now)})
    if verify and to_send:
        asked = [(named, which) for named, which, _ in to_send]
        made.append(orders.of("GetVariables").submit(target, asked, terms))
    return Response(HTTPStatus.ACCEPTED, JSON, CallList(items=[call_view(one) for one in made], next_cursor=None))


@api.route("POST /stations/{station_id}/variables/refresh", {HTTPStatus.ACCEPTED: Call}, UNKNOWN | NOT_NOW)
def refresh_variables(
    station_id: StationId, order: VariablesRefresh, idempotency_key: IdempotencyKey = None
) -> Response[Call]:
    """Ask a station for values of its variables, or for a report of all that it has.

    More variables than it takes at once are asked for in several calls, which the first names as its `parts`. A report
    comes in pages of the station's own: see `/reports`.
    """
    if order.variables and order.report_base:
        raise Invalid("Either variables are asked for or a report", path="report_base")
    promised = idempotency.promise(api, idempotency_key)
    made = command.resume(station_id, promised.resource_id) if promised.is_repeated else None
    if made is None:
        target = command.target(station_id)
        terms = Terms(call_id=promised.resource_id, requested_by=api.caller.principal)
        if order.variables:
            asked = [(_id(one), one.attribute) for one in order.variables]
            made = orders.of("GetVariables").submit(target, asked, terms)
        else:
            made = orders.of("GetBaseReport").submit(target, order.report_base or "FullInventory", terms)
    return Response(HTTPStatus.ACCEPTED, JSON, call_view(made))


@api.route("GET /stations/{station_id}/reports", {HTTPStatus.OK: StationReportList}, UNKNOWN)
def list_reports(station_id: StationId, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None) -> StationReportList:
    """What a station was asked to report, and what it reported by itself, newest first. It is kept for 90 days."""
    stations.existing(station_id)
    found, rest = reports.page(station_id, cursor, limit)
    now, unanswered = dt.datetime.now(dt.UTC), _unanswered(station_id, found)
    items = [StationReport(**report_fields(one, now, is_unanswered=one.call_id in unanswered)) for one in found]
    return StationReportList(items=items, next_cursor=rest)


@api.route("GET /stations/{station_id}/reports/{request_id}", {HTTPStatus.OK: StationReportWithPages}, UNKNOWN_REPORT)
def get_report(station_id: StationId, request_id: RequestId) -> StationReportWithPages:
    """One report, and what its pages hold, unless that is found elsewhere: variables are among the station's, monitors,
    messages and what it knows of customers too."""
    stations.existing(station_id)
    found = reports.find(station_id, request_id)
    if found is None:
        raise NotFound(f"There is no report {request_id} of {station_id}")
    is_unanswered = found.call_id in _unanswered(station_id, [found])
    fields = report_fields(found, dt.datetime.now(dt.UTC), is_unanswered=is_unanswered)
    is_elsewhere = found.kind == "NotifyCustomerInformation"  # which is not for every reader
    content = [] if is_elsewhere else reports.parts(station_id, request_id, found.kind)
    return StationReportWithPages(**fields, content=content)


def _unanswered(station_id: str, found: list[Report]) -> set[str | None]:
    """The calls for these reports that have ended, or are not there, without any answer."""
    waiting = {one.call_id for one in found if one.state == "open" and one.call_id and one.answered_at is None}
    known = calls.find_many([(station_id, call_id) for call_id in waiting])
    under_way = {call.call_id for call in known if call.state in OPEN or call.has_answer}
    return set(waiting - under_way)


def _id(named: VariableRef) -> VariableId:
    return VariableId(
        named.component,
        named.variable,
        named.component_instance,
        named.evse_id,
        named.connector_id,
        named.variable_instance,
    )


def _refuse_passwords(named: list[VariableId]) -> None:
    errors = [
        (f"variables[{number}]", "POST to /stations/{station_id}/password changes it")
        for number, one in enumerate(named)
        if is_password(one) and one.normal.component == PASSWORD.normal.component
    ]
    errors += [
        (f"variables[{number}].evse_id", "A connector is one of an EVSE")
        for number, one in enumerate(named)
        if one.connector_id is not None and one.evse_id is None
    ]
    if errors:
        raise Invalid("There are variables that cannot be set here", errors=errors)
