"""The shell around every OCPP action: parse, check the registration, read tolerantly, validate, handle, answer, log.

An action's file holds only what differs. Nothing ever escapes as an exception, because API Gateway would then send
the station a frame that is not OCPP (docs/adr/0003-route-responses.md).
"""

import datetime as dt
import json
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol, TypeVar

from shared.aws.masking import masked_findings
from shared.aws.message import NO_ANSWER, Call, Received, answer, receive, refusal
from shared.aws.telemetry import logger
from shared.domain.errors import DomainError
from shared.domain.findings import Finding
from shared.ocpp import frame
from shared.ocpp.errors import ErrorCode, OcppError
from shared.ocpp.frame import CallErrorFrame, CallFrame, CallResultFrame, FrameError, SendFrame
from shared.ocpp.messages import V1X, load, request_of, response_of
from shared.ocpp.reader import Reading, read
from shared.ocpp.violations import violation
from shared.store import findings, idempotency, patience, stations
from shared.store.dynamodb import DynamoDBError

REPORTS = (
    "NotifyCustomerInformation",
    "NotifyDisplayMessages",
    "NotifyMonitoringReport",
    "NotifyReport",
    "ReportChargingProfiles",
    "ReportDERControl",
)
"""What a station sends only because it was asked to."""


class Message(Protocol):
    """A generated response."""

    def to_wire(self, *, milliseconds: bool = ...) -> dict[str, Any]: ...


Handle = Callable[[Any, Call], Message | dict[str, Any]]
AnyHandle = TypeVar("AnyHandle", bound=Handle)


class Spoken(NamedTuple):
    """An action in one OCPP version. A `bare` one has no fields either way but what its function writes itself; of one
    that counts `once`, what comes again counts as of when it came first."""

    version: str
    handle: Handle
    bare: bool
    once: bool


class Action:
    """The Lambda handler of one OCPP action, in every version that has it."""

    def __init__(self, name: str, poison: Callable[[Call], dict[str, Any]] | None = None) -> None:
        """`poison` answers a payload that cannot be read, for a station that would repeat it for ever (quirk Q-27)."""
        self.name = name
        self.poison = poison
        self.versions: dict[str, Spoken] = {}

    def on(self, *versions: str, bare: bool = False, once: bool = False) -> Callable[[AnyHandle], AnyHandle]:
        """Register what handles the action in some versions: `(request, call) -> response`.

        The request is the version's generated model, and None if the action is `bare`: its request has no fields, so no
        model is worth its import. The response is a model, or the JSON object of the version, times as they are, which
        is then held against the version's model; what a bare action answers goes out as it is.

        `once`, of 2.x, is for what is kept by the moment it came, so that a message that comes again with its id is
        kept once (rule T-32). It costs a write, so what is told apart by its content goes without.
        """

        if not bare:
            load(self.name, versions)

        def register(handle: AnyHandle) -> AnyHandle:
            self.versions |= {version: Spoken(version, handle, bare, once) for version in versions}
            return handle

        return register

    def __call__(self, event: dict[str, Any], context: object) -> dict[str, Any]:
        patience.begin(context)
        received = receive(event)
        if received is None:
            return NO_ANSWER
        try:
            message = frame.parse(received.body, received.ocpp_version)
        except FrameError as error:
            refused = frame.answer_to(error, received.ocpp_version)
            return answer(received, refused, action=self.name, message_id=error.message_id or "")
        if not isinstance(message, CallFrame | SendFrame):
            return answer(received, None, action=self.name, message_id=message.message_id)
        reading, reply = self._handle(received, message)
        self._note(received, masked_findings(reading.findings, message.payload, message.action))
        is_sent = isinstance(message, SendFrame)
        if is_sent and isinstance(reply, CallErrorFrame):
            # Nobody is told of it but the log (rule V-01).
            refused_because = {"code": reply.code, "description": reply.description}
            logger.warning("SEND ignored", extra={"station_id": received.station_id, **refused_because})
        return answer(
            received,
            None if is_sent else reply,
            action=self.name,
            message_id=message.message_id,
            findings=tuple(reading.findings),
            outcome="kept" if is_sent and isinstance(reply, CallResultFrame) else "",
        )

    def _handle(
        self, received: Received, message: CallFrame | SendFrame
    ) -> tuple[Reading, CallResultFrame | CallErrorFrame]:
        reading = Reading({}, [], {})
        try:
            spoken = self._spoken(received, message.action)
            self._check_registration(received)
            reading = read(
                self.name,
                received.ocpp_version,
                message.payload,
                received_at=received.received_at,
                options=received.options,
            )
            if spoken.once:
                received = received._replace(received_at=_first_received_at(received, message))
            payload = self._respond(spoken, _call(received, message, reading), reading.findings)
            return reading, CallResultFrame(message.message_id, payload)
        except OcppError as error:
            return reading, refusal(message.message_id, error, received.ocpp_version)
        except DomainError as error:
            refused = OcppError(ErrorCode.GENERIC_ERROR, error.reason)
            return reading, refusal(message.message_id, refused, received.ocpp_version)
        except Exception:  # noqa: BLE001  # the last stop before API Gateway: whatever it is, the station gets OCPP
            logger.exception("failed", extra={"action": self.name, "station_id": received.station_id})
            failed = OcppError(ErrorCode.INTERNAL_ERROR)
            return reading, refusal(message.message_id, failed, received.ocpp_version)

    def _note(self, received: Received, found: list[Finding]) -> None:
        """Count what had to be repaired. The answer is worth more than the count."""
        try:
            findings.note(received.station_id, self.name, found, received.received_at)
        except DynamoDBError:
            logger.exception("findings not counted", extra={"station_id": received.station_id})

    def _spoken(self, received: Received, action: str) -> Spoken:
        spoken = self.versions.get(received.ocpp_version)
        if spoken is None or action != self.name:
            raise OcppError(ErrorCode.NOT_IMPLEMENTED, f"{action} is unknown in OCPP {received.ocpp_version}")
        return spoken

    def _check_registration(self, received: Received) -> None:
        """Let only a BootNotification through before the station is accepted, and what we have asked a pending station
        for (rule S-18, B02.FR.09).

        A station that was accepted when it connected costs no read; any other may have been accepted since.
        """
        if received.registration == "Accepted" or self.name == "BootNotification" or received.options.calls_before_boot:
            return
        if received.registration == "Pending" and self.name in REPORTS:
            return
        if not stations.may_send(received.station_id, self.name, received.received_at):
            raise OcppError(ErrorCode.SECURITY_ERROR, "The station's registration is not accepted")

    def _respond(self, spoken: Spoken, call: Call, found: list[Finding]) -> dict[str, Any]:
        try:
            request = self._request(spoken, call, found)
        except OcppError:
            if self.poison and call.options.answer_poison:
                found.append(Finding("Q-27", "", "answered although it cannot be read", str(call.payload)[:200]))
                return self.poison(call)
            raise
        response = spoken.handle(request, call)
        if isinstance(response, dict):
            model = None if spoken.bare else response_of(self.name, spoken.version)
            if model is None:
                return response
            response = model.compose(response)
        return response.to_wire(milliseconds=call.options.milliseconds)

    def _request(self, spoken: Spoken, call: Call, found: list[Finding]) -> Any:
        if spoken.bare:
            # Any request of 2.x may be extended by vendors.
            unknown = [name for name in call.payload if name != "customData" or spoken.version == "1.6"]
            if unknown:
                raise OcppError(ErrorCode.FORMAT_VIOLATION, f"{unknown[0]} is no property of this request")
            return None
        try:
            return request_of(self.name, spoken.version).model_validate(call.payload)
        except ValueError as error:
            mended = None if call.options.strict or spoken.version in V1X else self._mended(spoken, call, found)
            if mended is None:
                raise violation(error) from error
            return mended

    def _mended(self, spoken: Spoken, call: Call, found: list[Finding]) -> Any:
        """What a request of 2.x means that is none by the schema; None if nobody can tell. Rare, so loaded late."""
        from shared.ocpp.reading.requests2x import read_request  # noqa: PLC0415  # half a millisecond of each start

        request, findings = read_request(self.name, spoken.version, call.payload, call.received_at)
        if request is not None:
            found += findings
        return request


def _call(received: Received, message: CallFrame | SendFrame, reading: Reading) -> Call:
    return Call(
        station_id=received.station_id,
        ocpp_version=received.ocpp_version,
        action=message.action,
        message_id=message.message_id,
        connection_id=received.connection_id,
        connected_at=received.connected_at,
        received_at=received.received_at,
        options=received.options,
        payload=reading.payload,
        findings=tuple(reading.findings),
        kept=reading.kept,
    )


def _first_received_at(received: Received, message: CallFrame | SendFrame) -> dt.datetime:
    content = (message.action, json.dumps(message.payload, sort_keys=True))
    return idempotency.first_received_at(received.station_id, message.message_id, content, received.received_at)
