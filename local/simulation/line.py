"""A connection on which a simulated station asks and is asked: the frames and schemas of the PyPI package `ocpp`."""

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, NamedTuple, Protocol

from ocpp.exceptions import OCPPError
from ocpp.messages import Call, CallError, unpack, validate_payload
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from local.simulation.clock import ClockStopped

log = logging.getLogger(__name__)

ANSWER_WITHIN_S = 30

BROKEN = (ConnectionClosed, InvalidHandshake, OSError, TimeoutError)
"""What may end a connection or keep it from coming about."""

Json = dict[str, Any]


class Request(NamedTuple):
    """A CALL: an action, and its payload as it goes over the wire."""

    action: str
    payload: Json


class Reply(NamedTuple):
    """The answer to a CALL of the central system, and what the station does once it has answered."""

    payload: Json
    then: Callable[[], Awaitable[None]] | None = None


Answer = Callable[[Request], Reply]
"""Answers a request that the schema allows. Raises OCPPError for a CALLERROR."""


class Connection(Protocol):
    """What frames go over."""

    async def recv(self) -> str | bytes: ...

    async def send(self, text: str, /) -> None: ...

    async def close(self) -> None: ...


class Line:
    """A connection in one version of OCPP. One request of ours is under way at a time."""

    def __init__(self, version: str, connection: Connection, answer: Answer, then: asyncio.TaskGroup) -> None:
        """What follows from an answer runs in `then`."""
        self._version = version
        self._connection = connection
        self._answer = answer
        self._then = then
        self._turn = asyncio.Lock()
        self._awaited: tuple[str, asyncio.Future[Any]] | None = None
        self._listening = asyncio.create_task(self._listen())

    async def ask(self, request: Request) -> Json:
        """The answer to a request. Raises one of BROKEN if there is none, OCPPError if it is a CALLERROR or breaks the
        schema."""
        call = Call(str(uuid.uuid4()), request.action, request.payload)
        await validate_payload(call, self._version)
        async with self._turn:
            answered = asyncio.get_running_loop().create_future()
            self._awaited = (call.unique_id, answered)
            await self._connection.send(call.to_json())
            await asyncio.wait(
                {answered, self._listening}, timeout=ANSWER_WITHIN_S, return_when=asyncio.FIRST_COMPLETED
            )
            if not answered.done():
                if self._listening.done():
                    await self.last()  # raises what ended it: no answer can come any more
                raise TimeoutError
            message = answered.result()
        if isinstance(message, CallError):
            raise message.to_exception()
        message.action = request.action
        await validate_payload(message, self._version)
        payload: Json = message.payload
        return payload

    async def last(self) -> None:
        """Until the connection ends. Raises what ended it."""
        await asyncio.wait({self._listening})
        if self._listening.cancelled():
            raise ConnectionError("we have hung up")
        self._listening.result()

    async def close(self) -> None:
        self._listening.cancel()
        await self._connection.close()

    async def _listen(self) -> None:
        while True:
            text = await self._connection.recv()
            try:
                message = unpack(text)
            except OCPPError as error:
                log.warning("what came is no OCPP: %s: %s", error, text)
                continue
            if isinstance(message, Call):
                await self._reply(message)
            elif self._awaited and self._awaited[0] == message.unique_id and not self._awaited[1].done():
                self._awaited[1].set_result(message)

    async def _reply(self, call: Any) -> None:
        try:
            await validate_payload(call, self._version)
            reply = self._answer(Request(call.action, call.payload))
            result = call.create_call_result(reply.payload)
            await validate_payload(result, self._version)
        except OCPPError as error:
            log.info("%s is refused: %s", call.action, error)
            await self._connection.send(call.create_call_error(error).to_json())
            return
        await self._connection.send(result.to_json())
        if reply.then is not None:
            self._then.create_task(_to_its_end(reply.then))


async def _to_its_end(work: Callable[[], Awaitable[None]]) -> None:
    with suppress(ClockStopped):  # the simulation has ended meanwhile
        await work()
