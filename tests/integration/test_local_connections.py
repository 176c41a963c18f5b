"""@connections on this machine: reaching an open socket from elsewhere."""

import asyncio
import json
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import aiohttp
import boto3
import pytest

from local.connections import MAX_DATA_BYTES
from local.system import LocalSystem
from tests.integration import local_handlers as handlers
from tests.integration import local_template
from tests.integration.local_client import WAIT_S, close_code, forget_what_was_seen, seen, station


@pytest.fixture(scope="module")
def system() -> Iterator[LocalSystem]:
    with LocalSystem(local_template.gateway()) as running:
        yield running


@pytest.fixture(autouse=True)
def nothing_seen() -> None:
    forget_what_was_seen()


async def in_thread(work: Callable[..., Any], *arguments: Any) -> Any:
    """Functions run in threads, and so do their calls."""
    return await asyncio.get_running_loop().run_in_executor(None, work, *arguments)


async def connection_id() -> str:
    return str((await seen("connect"))["requestContext"]["connectionId"])


def management() -> Any:
    """A client as functions have it: for the address in the environment, which only moto's stub answers."""
    return boto3.client("apigatewaymanagementapi", endpoint_url=os.environ["CONNECTIONS_URL"])


async def test_a_function_posts_to_a_station(system: LocalSystem) -> None:
    async with station(system) as socket:
        assert await in_thread(handlers.post, await connection_id(), '[2,"1","Reset",{"type":"Soft"}]') == 200
        assert await asyncio.wait_for(socket.recv(), WAIT_S) == '[2,"1","Reset",{"type":"Soft"}]'


async def test_get_tells_since_when_and_who(system: LocalSystem) -> None:
    async with station(system, user_agent_header="station/1") as socket:
        identity = await connection_id()
        before = await in_thread(lambda: management().get_connection(ConnectionId=identity))
        await socket.send('[2,"1","Answered",{}]')
        await socket.recv()
        after = await in_thread(lambda: management().get_connection(ConnectionId=identity))
    assert before["Identity"] == {"SourceIp": "127.0.0.1", "UserAgent": "station/1"}
    assert abs(datetime.now(UTC) - before["ConnectedAt"]) < timedelta(seconds=10)
    assert after["ConnectedAt"] == before["ConnectedAt"] <= before["LastActiveAt"] <= after["LastActiveAt"]


async def test_delete_closes_the_socket_normally(system: LocalSystem) -> None:
    async with station(system) as socket:
        identity = await connection_id()
        await in_thread(lambda: management().delete_connection(ConnectionId=identity))
        assert (await close_code(socket))[0] == 1000
        assert await in_thread(handlers.post, identity, "x") == 410


async def test_a_connection_that_is_gone_or_never_was_is_gone(system: LocalSystem) -> None:
    async with station(system):
        identity = await connection_id()
    client = management()
    for unknown in (identity, "nonsense="):
        for call in (
            lambda one=unknown: client.post_to_connection(ConnectionId=one, Data=b"x"),
            lambda one=unknown: client.get_connection(ConnectionId=one),
            lambda one=unknown: client.delete_connection(ConnectionId=one),
        ):
            with pytest.raises(client.exceptions.GoneException):
                await in_thread(call)


async def test_a_station_that_closes_cannot_be_posted_to_any_more(system: LocalSystem) -> None:
    async with station(system) as socket:
        identity = await connection_id()
        await socket.close()
        assert await in_thread(handlers.post, identity, "x") == 410


async def test_a_post_of_128_kb_passes_and_a_larger_one_does_not(system: LocalSystem) -> None:
    async with station(system, max_size=None) as socket:
        identity = await connection_id()
        assert await in_thread(handlers.post, identity, "x" * MAX_DATA_BYTES) == 200
        assert len(await asyncio.wait_for(socket.recv(), WAIT_S)) == MAX_DATA_BYTES
        async with aiohttp.ClientSession() as http:
            url = f"http://127.0.0.1:{system.port}/test/@connections/{quote(identity, safe='')}"
            async with http.post(url, data=b"x" * (MAX_DATA_BYTES + 1)) as answer:
                assert answer.status == 413
                assert answer.headers["x-amzn-ErrorType"] == "PayloadTooLargeException"


async def test_posts_can_be_throttled(system: LocalSystem) -> None:
    async with station(system):
        identity = await connection_id()
        system.faults.throttle_posts = True
        try:
            client = management()
            with pytest.raises(client.exceptions.LimitExceededException):
                await in_thread(lambda: client.post_to_connection(ConnectionId=identity, Data=b"x"))
        finally:
            system.faults.throttle_posts = False
        assert await in_thread(handlers.post, identity, "x") == 200


async def test_a_station_that_reads_nothing_is_too_slow_to_be_posted_to(system: LocalSystem) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", system.port, limit=1024)
    writer.write(
        b"GET /ocpp/CP1 HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    async with asyncio.timeout(30):
        await reader.readuntil(b"\r\n\r\n")
        identity = await connection_id()
        statuses: list[int] = []
        while 429 not in statuses and len(statuses) < 500:
            statuses.append((await in_thread(system.connections.request, "POST", identity, b"x" * 100_000)).status)
    assert statuses[-1] == 429
    writer.transport.abort()


async def test_the_same_api_answers_over_http(system: LocalSystem) -> None:
    async with station(system) as socket, aiohttp.ClientSession() as http:
        url = f"http://127.0.0.1:{system.port}/test/@connections/{quote(await connection_id(), safe='')}"
        async with http.post(url, data="hello") as answer:
            assert answer.status == 200
        assert await asyncio.wait_for(socket.recv(), WAIT_S) == "hello"
        async with http.get(url) as answer:
            assert json.loads(await answer.text())["identity"]["sourceIp"] == "127.0.0.1"
        async with http.delete(url) as answer:
            assert answer.status == 204
        assert (await close_code(socket))[0] == 1000
        async with http.get(url) as answer:
            assert answer.status == 410
