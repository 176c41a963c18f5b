"""Calls to stations: made, watched, taken back."""

import datetime as dt
import time
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import ConfigDict, Field, JsonValue

from shared.aws import command, idempotency, outbox, views
from shared.aws.access import role_for
from shared.aws.command import Terms
from shared.aws.http import JSON, Api
from shared.aws.idempotency import IdempotencyKey
from shared.aws.paging import DEFAULT_LIMIT, Cursor, Limit, page_where
from shared.aws.parameters import ActionName, CallId, StationId
from shared.aws.views_calls import Call, CallList, call_view
from shared.domain import calls as domain
from shared.domain.calls import CallState
from shared.domain.errors import Conflict, NotFound
from shared.store import calls, stations

LONGEST_WAIT_S = 25
"""Below the 29 s that API Gateway waits for a function."""
POLL_S = (0.05, 0.05, 0.1, 0.1, 0.2, 0.2, 0.3)
"""Pauses between looks at a call that is waited for; the last goes on."""

UNKNOWN = {HTTPStatus.NOT_FOUND: "There is no such station."}
UNKNOWN_CALL = {HTTPStatus.NOT_FOUND: "There is no such call to this station."}
NOT_NOW = {HTTPStatus.CONFLICT: "The station must not be sent this now, or too many calls wait for it."}

api = handler = Api("calls")


class CallOrder(views.View):
    """A call to be made."""

    model_config = ConfigDict(extra="forbid", strict=True)

    action: ActionName
    """The OCPP action."""
    payload: dict[str, JsonValue] = Field(default_factory=dict)
    """Its request in the words of the station's OCPP version."""
    wait_s: Annotated[int | float, Field(ge=0, le=LONGEST_WAIT_S)] = 0
    """How long to wait for the end of the call."""
    expires_in_s: Annotated[int, Field(ge=1, le=command.WEEK_S)] | None = None
    """How long the call may wait to be sent. Without it a minute for what is meant for now, such as a remote start, and
    a day for the rest."""
    unchecked: bool = False
    """Send it even if what is known of the station speaks against it: a value that is not what the standard says of its
    key, a certificate in use. What the station must not be sent at all stays refused."""


@api.route(
    "POST /stations/{station_id}/calls",
    {HTTPStatus.OK: Call, HTTPStatus.ACCEPTED: Call},
    UNKNOWN | NOT_NOW,
)
def make_call(station_id: StationId, order: CallOrder, idempotency_key: IdempotencyKey = None) -> Response[Call]:
    """Call a station.

    The call is kept, and sent as soon as the station is online and has answered what it was sent before. Remote
    starts and stops, unlocking and cancelling go first. 202 tells the call with its state; with `wait_s` 200 tells how
    it ended, if it did in this time. What changes a station's credentials (its certificates, the
    configuration keys AuthorizationKey and SecurityProfile) takes the role `admin`.
    """
    api.require(role_for(order.action, order.payload))
    promised = idempotency.promise(api, idempotency_key)
    made = command.resume(station_id, promised.resource_id) if promised.is_repeated else None
    if made is None:
        terms = Terms(order.expires_in_s, promised.resource_id, requested_by=api.caller.principal)
        target = command.target(station_id)._replace(unchecked=order.unchecked)
        made = command.of(order.action).submit(target, order.payload, terms)
    made = _wait(made, order.wait_s)
    has_ended = bool(order.wait_s) and not made.is_open
    return Response(HTTPStatus.OK if has_ended else HTTPStatus.ACCEPTED, JSON, call_view(made))


@api.route("GET /stations/{station_id}/calls", {HTTPStatus.OK: CallList}, UNKNOWN)
def list_calls(
    station_id: StationId,
    state: Annotated[CallState | None, Query(description="Only calls in this state.")] = None,
    action: Annotated[ActionName | None, Query(description="Only calls of this action.")] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> CallList:
    """The calls to a station, newest first. They are kept for 90 days."""
    found, rest = page_where(
        lambda after, size: calls.page(station_id, after, size),
        lambda one: state in (None, _seen(one).state) and action in (None, one.action),
        cursor,
        limit,
    )
    if not found and cursor is None:
        stations.existing(station_id)
    return CallList(items=[call_view(one) for one in found], next_cursor=rest)


@api.route("GET /stations/{station_id}/calls/{call_id}", {HTTPStatus.OK: Call}, UNKNOWN_CALL)
def get_call(station_id: StationId, call_id: CallId) -> Call:
    """One call, with its history."""
    return call_view(_existing(station_id, call_id))


@api.route(
    "DELETE /stations/{station_id}/calls/{call_id}",
    {HTTPStatus.OK: Call},
    UNKNOWN_CALL | {HTTPStatus.CONFLICT: "The call has been sent, or has ended."},
)
def cancel_call(station_id: StationId, call_id: CallId) -> Call:
    """Take back a call that has not been sent."""
    standing = _existing(station_id, call_id)
    if standing.state != "cancelled" and not outbox.cancel(standing):
        now = _existing(station_id, call_id)
        raise Conflict(f"The call cannot be taken back any more: it is {_seen(now).state}")
    return call_view(_existing(station_id, call_id))


def _existing(station_id: str, call_id: str) -> domain.Call:
    found = calls.find(station_id, call_id)
    if found is None:
        raise NotFound(f"There is no call {call_id} to {station_id}")
    return found


def _wait(call: domain.Call, wait_s: float) -> domain.Call:
    """The call when it has ended with all its parts, or when the time is over."""
    deadline = time.monotonic() + wait_s
    ids = [(call.station_id, one) for one in (call.call_id, *call.parts)]
    looks = iter(POLL_S)
    while wait_s and time.monotonic() < deadline:
        found = calls.find_many(ids)
        call = found[0] if found else call
        if found and not any(one.is_open for one in found):
            break
        time.sleep(min(next(looks, POLL_S[-1]), max(0.0, deadline - time.monotonic())))
    return call


def _seen(call: domain.Call) -> domain.Call:
    return domain.seen_at(call, dt.datetime.now(dt.UTC))
