"""The local WebSocket API with limits, routes and endings of its own: a system for each test."""

import asyncio
import json
import re

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from local.sockets import Limits
from local.system import LocalSystem
from tests.integration import local_handlers as handlers
from tests.integration import local_template
from tests.integration.local_client import (
    ID,
    WAIT_S,
    answer,
    close_code,
    forget_what_was_seen,
    kinds_seen,
    seen,
    station,
)


@pytest.fixture(autouse=True)
def nothing_seen() -> None:
    forget_what_was_seen()


async def test_without_a_default_route_an_unknown_message_is_forbidden() -> None:
    parts = {"Message": local_template.function("message")}
    stack = local_template.of(parts, local_template.route("Answered", "Message", responds=True))
    with LocalSystem(stack) as system:
        async with station(system, subprotocols=None) as socket:
            text = await answer(socket, "Unknown")
            assert re.fullmatch(rf'\{{"message": "Forbidden", "connectionId":"{ID}", "requestId":"{ID}"\}}', text)
            assert json.loads(await answer(socket, "Answered"))[2] == "Answered"


async def test_an_idle_connection_is_closed_and_messages_of_either_side_keep_it() -> None:
    with LocalSystem(local_template.gateway(), limits=Limits(idle_s=4.0)) as system:
        async with station(system) as socket:
            connection_id = (await seen("connect"))["requestContext"]["connectionId"]
            began = asyncio.get_running_loop().time()
            loop = asyncio.get_running_loop()
            for turn in range(4):
                await asyncio.sleep(1.1)
                if turn % 2:
                    await socket.send('[2,"1","OneWay",{}]')
                else:
                    assert await loop.run_in_executor(None, handlers.post, connection_id, "hello") == 200
            assert await close_code(socket) == (1001, "Going away")
            assert asyncio.get_running_loop().time() - began > 8.0
        context = (await seen("disconnect"))["requestContext"]
        assert (context["disconnectStatusCode"], context["disconnectReason"]) == (1001, "Going away")


async def test_a_connection_is_closed_when_it_is_too_old_however_busy_it_is() -> None:
    with LocalSystem(local_template.gateway(), limits=Limits(age_s=0.6)) as system:
        async with station(system) as socket:

            async def talk() -> None:
                while True:
                    await answer(socket, "Answered")

            with pytest.raises(ConnectionClosed) as closed:
                await talk()
            assert closed.value.rcvd is not None
            assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (1001, "Going away")


async def test_stopping_closes_every_socket_and_tells_the_functions() -> None:
    system = LocalSystem(local_template.gateway())
    system.start()
    async with station(system) as one, station(system, "CP2") as other:
        stopping = asyncio.get_running_loop().run_in_executor(None, system.stop)
        assert await close_code(one) == (1001, "Going away")
        assert await close_code(other) == (1001, "Going away")
        await stopping
    assert kinds_seen().count("disconnect") == 2


async def test_many_idle_stations_are_held() -> None:
    async def dial(system: LocalSystem, number: int, gate: asyncio.Semaphore) -> ClientConnection:
        url = f"{system.ws_url}CP{number}"
        async with gate:
            return await connect(url, compression=None, ping_interval=None, open_timeout=WAIT_S)

    with LocalSystem(local_template.gateway()) as system:
        gate = asyncio.Semaphore(25)
        sockets = await asyncio.gather(*(dial(system, number, gate) for number in range(300)))
        try:
            assert len(system.connections) == 300
            assert json.loads(await answer(sockets[-1], "Answered"))[2] == "Answered"
        finally:
            await asyncio.gather(*(socket.close() for socket in sockets))
