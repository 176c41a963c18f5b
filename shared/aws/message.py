"""A message that a station sent, as API Gateway hands it to a function, and what goes back."""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any, NamedTuple, cast

from shared.aws import message_log
from shared.aws.telemetry import count, logger
from shared.domain.findings import Finding
from shared.domain.stations import Options, Registration
from shared.ocpp import frame
from shared.ocpp.errors import OcppError, spell
from shared.ocpp.frame import CallErrorFrame, CallResultErrorFrame, CallResultFrame

NO_ANSWER = {"statusCode": 200}
FINDINGS_LOGGED = 10


class Received(NamedTuple):
    """One WebSocket message and the connection it came over. What the authorizer found rides on every message."""

    body: str
    station_id: str
    ocpp_version: str
    registration: Registration
    options: Options
    connection_id: str
    connected_at: dt.datetime
    received_at: dt.datetime


class Call(NamedTuple):
    """A CALL (or SEND) of a station that is being handled."""

    station_id: str
    ocpp_version: str
    action: str
    message_id: str
    connection_id: str
    connected_at: dt.datetime
    received_at: dt.datetime
    options: Options
    payload: dict[str, Any]
    """As the reader left it, before the model."""
    findings: tuple[Finding, ...]
    kept: Mapping[str, str | None]
    """The station's own text of fields that the schema cannot hold, by path (shared/ocpp/reader.py)."""


def receive(event: dict[str, Any]) -> Received | None:
    """The message of an event, or None if it is not one we may act on.

    That is an event other than a message (a client may name `$connect` in a frame), or a connection without a
    common OCPP version, which is about to be closed.
    """
    context = event["requestContext"]
    station = context.get("authorizer") or {}
    if context.get("eventType") != "MESSAGE" or not station.get("ocpp_version"):
        return None
    return Received(
        body=event.get("body") or "",
        station_id=station["station_id"],
        ocpp_version=station["ocpp_version"],
        registration=cast("Registration", station["registration"]),
        options=Options(**json.loads(station.get("options") or "{}")),
        connection_id=context["connectionId"],
        connected_at=_time(context["connectedAt"]),
        received_at=_time(context["requestTimeEpoch"]),
    )


def _time(epoch_ms: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(epoch_ms / 1000, dt.UTC)


def refusal(message_id: str, error: OcppError, version: str) -> CallErrorFrame:
    """A CALLERROR in the spelling of the version."""
    return CallErrorFrame(message_id, spell(error.code, version), error.description, error.details)


def answer(
    received: Received,
    reply: CallResultFrame | CallErrorFrame | CallResultErrorFrame | None,
    *,
    action: str = "",
    message_id: str = "",
    findings: tuple[Finding, ...] = (),
    outcome: str = "",
    sent_at: dt.datetime | None = None,
) -> dict[str, Any]:
    """The event's result, which the route response sends to the station, and the one log line of the message.

    Of an answer to a call of ours, `outcome` says what became of it and `sent_at` when the call was sent; a message
    without a reply and without an outcome was ignored.
    """
    refused = reply is not None and not isinstance(reply, CallResultFrame)
    if isinstance(reply, CallErrorFrame | CallResultErrorFrame):
        outcome = reply.code
    body = frame.encode(reply) if reply else None
    line = message_log.line(
        received.station_id,
        received.ocpp_version,
        action=action,
        message_id=message_id,
        outcome=outcome or ("answered" if reply else "ignored"),
        since=received.received_at,
    )
    if sent_at:
        line["answered_in_ms"] = max(0, round((received.received_at - sent_at).total_seconds() * 1000))
    if findings:
        line["findings"] = sorted({f"{finding.code} {finding.field}" for finding in findings})[:FINDINGS_LOGGED]
    if message_log.is_wanted(received.options, is_odd=refused or line["outcome"] == "ignored"):
        line |= message_log.frames(received.received_at, received=received.body, sent=body)
    (logger.warning if refused else logger.info)(message_log.LINE, extra=line)
    if refused:
        # An action that we do not serve has any name a station likes, and each name would be a metric to pay for.
        served = action and line["outcome"] not in ("NotImplemented", "NotSupported")
        count("CallErrors", action=action if served else "none", code=line["outcome"])
    return {"statusCode": 200, "body": body} if body else NO_ANSWER
