"""The local WebSocket API: what API Gateway is known to do, it does, errors word for word."""

import asyncio
import base64
import json
import os
import re
import struct
from collections.abc import Iterator
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

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


@pytest.fixture(scope="module")
def system() -> Iterator[LocalSystem]:
    with LocalSystem(local_template.gateway()) as running:
        yield running


@pytest.fixture(autouse=True)
def nothing_seen() -> None:
    forget_what_was_seen()


async def refusal(system: LocalSystem, path: str = "CP1", **options: Any) -> tuple[int, Any]:
    """Status and body with which a handshake is refused."""
    with pytest.raises(InvalidStatus) as refused:
        await station(system, path, **options).__aenter__()
    body = (refused.value.response.body or b"").decode()
    return refused.value.response.status_code, json.loads(body) if body.startswith("{") else body


async def test_a_station_is_connected_with_the_subprotocol_that_connect_names(system: LocalSystem) -> None:
    async with station(system, subprotocols=["xmpp", "ocpp2.0.1", "ocpp1.6"]) as socket:
        assert socket.subprotocol == "ocpp2.0.1"
        assert "Sec-WebSocket-Extensions" not in socket.response.headers  # type: ignore[union-attr]  # there is one once it is open


async def test_without_a_common_subprotocol_the_handshake_completes_without_the_header(system: LocalSystem) -> None:
    async with station(system, subprotocols=["xmpp"]) as socket:
        assert socket.response is not None
        assert socket.response.status_code == 101
        assert "Sec-WebSocket-Protocol" not in socket.response.headers
        assert json.loads(await answer(socket, "Answered"))[2] == "Answered"


async def test_compression_is_not_negotiated(system: LocalSystem) -> None:
    async with connect(system.ws_url + "CP1", subprotocols=["ocpp1.6"], compression="deflate") as socket:  # type: ignore[list-item]  # plain text
        assert socket.response is not None
        assert "Sec-WebSocket-Extensions" not in socket.response.headers
        event = await seen("connect")
        assert not any(name.lower() == "sec-websocket-extensions" for name in event["headers"])


async def test_the_front_door_sends_the_identity_and_its_secret_and_drops_forgeries(system: LocalSystem) -> None:
    forged = {"X-Idlewatt-Station": "other", "x-idlewatt-origin": "guess"}
    async with station(system, "RDAM%20123?a=1&a=2&b=", additional_headers=forged):
        event = await seen("connect")
    assert event["headers"]["x-idlewatt-station"] == "RDAM%20123"
    assert event["multiValueHeaders"]["x-idlewatt-station"] == ["RDAM%20123"]
    assert len(event["headers"]["x-idlewatt-origin"]) == 20
    assert event["queryStringParameters"] == {"a": "2", "b": ""}
    assert event["multiValueQueryStringParameters"] == {"a": ["1", "2"], "b": [""]}


async def test_an_identity_beyond_ascii_may_come_unencoded(system: LocalSystem) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", system.port)
    writer.write(_handshake("/ocpp/Säule".encode()))
    assert (await reader.readline()).startswith(b"HTTP/1.1 101 ")
    writer.close()
    assert (await seen("connect"))["headers"]["x-idlewatt-station"] == "S%C3%A4ule"


async def test_the_events_of_a_connection_have_the_shape_of_the_service(system: LocalSystem) -> None:
    async with station(system, "Shape", user_agent_header="station/1") as socket:
        await answer(socket, "Answered")
        authorize, connected, message = await seen("authorize"), await seen("connect"), await seen("message")
    disconnected = await seen("disconnect", "Shape")
    api_id = connected["requestContext"]["apiId"]
    assert authorize["type"] == "REQUEST"
    assert authorize["methodArn"].endswith(f":{api_id}/test/$connect")
    contexts = [event["requestContext"] for event in (connected, message, disconnected)]
    for context, kind, key in zip(
        contexts, ("CONNECT", "MESSAGE", "DISCONNECT"), ("$connect", "Answered", "$disconnect"), strict=True
    ):
        assert (context["eventType"], context["routeKey"]) == (kind, key)
        assert context["messageDirection"] == "IN"
        assert context["stage"] == "test"
        assert re.fullmatch(r"\w+\.execute-api\.[\w-]+\.amazonaws\.com", context["domainName"])
        assert context["identity"] == {"sourceIp": "127.0.0.1", "userAgent": "station/1"}
        assert context["connectedAt"] <= context["requestTimeEpoch"]
        assert re.fullmatch(r"\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d \+0000", context["requestTime"])
        assert re.fullmatch(ID, context["requestId"])
        assert context["authorizer"] == {
            "principalId": "station",
            "station_id": "Shape",
            "number": "7",
            "flag": "true",
        }
    assert len({context["connectionId"] for context in contexts}) == 1
    assert len({context["requestId"] for context in contexts}) == 3
    assert re.fullmatch(ID, message["requestContext"]["messageId"])
    assert message["body"] == '[2, "id", "Answered"]'
    assert message["isBase64Encoded"] is False
    assert set(message) == {"requestContext", "body", "isBase64Encoded"}
    assert connected["headers"]["Host"] == connected["requestContext"]["domainName"]
    assert set(disconnected["headers"]) == {"Host", "x-api-key", "X-Forwarded-For", "x-restapi"}
    assert disconnected["requestContext"]["disconnectStatusCode"] == 1000


@pytest.mark.parametrize(
    ("wish", "status", "message"),
    [
        ("unauthorized", 401, "Unauthorized"),
        ("deny", 403, "User is not authorized to access this resource"),
        ("broken", 500, "Internal server error"),
        ("nonsense", 500, "Internal server error"),
    ],
)
async def test_the_authorizer_decides_the_status_of_the_handshake(
    system: LocalSystem, wish: str, status: int, message: str
) -> None:
    found, body = await refusal(system, additional_headers={"x-test": wish})
    assert (found, body["message"]) == (status, message)
    assert re.fullmatch(ID, body["connectionId"])
    assert "connect" not in kinds_seen()


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 429, 503])
async def test_the_status_of_connect_is_passed_on(system: LocalSystem, status: int) -> None:
    assert await refusal(system, f"CP1?status={status}&body=because") == (status, "because")


async def test_a_connect_that_throws_is_a_bad_gateway(system: LocalSystem) -> None:
    status, body = await refusal(system, "CP1?throw=1")
    assert (status, body["message"]) == (502, "Internal server error")


async def test_a_connection_cannot_be_posted_to_before_its_handshake_is_complete(system: LocalSystem) -> None:
    assert await refusal(system, "CP1?post=1") == (400, "410")


@pytest.mark.parametrize(("path", "status"), [("", 404), ("/", 404), ("%FF", 400)])
async def test_the_front_door_refuses_what_names_no_station(system: LocalSystem, path: str, status: int) -> None:
    assert (await refusal(system, path))[0] == status


async def test_what_a_client_sends_before_the_answer_to_its_handshake_is_not_lost(system: LocalSystem) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", system.port)
    payload = b'[2,"early","Answered",{}]'
    mask = os.urandom(4)
    masked = bytes(byte ^ mask[index % 4] for index, byte in enumerate(payload))
    writer.write(_handshake(b"/ocpp/CP1") + bytes([0x81, 0x80 | len(payload)]) + mask + masked)
    async with asyncio.timeout(WAIT_S):
        await reader.readuntil(b"\r\n\r\n")
        head = await reader.readexactly(2)
        assert await reader.readexactly(head[1]) == payload
    writer.close()


def _handshake(path: bytes) -> bytes:
    lines = [
        b"GET " + path + b" HTTP/1.1",
        b"Host: localhost",
        b"Upgrade: websocket",
        b"Connection: Upgrade",
        b"Sec-WebSocket-Key: " + base64.b64encode(os.urandom(16)),
        b"Sec-WebSocket-Version: 13",
        b"Sec-WebSocket-Protocol: ocpp1.6",
    ]
    return b"\r\n".join(lines) + b"\r\n\r\n"


async def test_a_route_with_a_response_answers_and_one_without_does_not(system: LocalSystem) -> None:
    async with station(system) as socket:
        await socket.send('[2,"1","OneWay",{}]')
        assert (await seen("message"))["requestContext"]["routeKey"] == "OneWay"
        assert json.loads(await answer(socket, "Answered")) == [2, "id", "Answered"]


@pytest.mark.parametrize(
    "text",
    ["[2]", "not json", "{}", '[3,"1",{"status":"Accepted"}]', '[2,"1","Unknown",{}]', '[2,"1","$disconnect",{}]'],
)
async def test_what_selects_no_route_takes_the_default(system: LocalSystem, text: str) -> None:
    async with station(system) as socket:
        await socket.send(text)
        assert await asyncio.wait_for(socket.recv(), WAIT_S) == text
        assert (await seen("message"))["requestContext"]["routeKey"] == "$default"


async def test_a_body_that_is_no_text_is_not_sent(system: LocalSystem) -> None:
    async with station(system) as socket:
        await socket.send('[2,"1","Object",{}]')
        assert json.loads(await answer(socket, "Answered"))[2] == "Answered"


@pytest.mark.parametrize("action", ["Failing", "FailingOneWay", "Slow"])
async def test_a_function_that_fails_or_takes_too_long_sends_the_error_of_the_service(
    system: LocalSystem, action: str
) -> None:
    async with station(system) as socket:
        connection_id = (await seen("connect"))["requestContext"]["connectionId"]
        text = await answer(socket, action)
        frame = rf'\{{"message": "Internal server error", "connectionId":"(.+)", "requestId":"{ID}"\}}'
        matched = re.fullmatch(frame, text)
        assert matched is not None
        assert matched[1] == connection_id
        assert json.loads(await answer(socket, "Answered"))[2] == "Answered"


async def test_messages_of_one_connection_are_handled_side_by_side(system: LocalSystem) -> None:
    async with station(system) as socket:
        await socket.send('[2,"slow","Blocking",{}]')
        await seen("blocking")
        assert json.loads(await answer(socket, "Answered"))[2] == "Answered"
        handlers.RELEASE.set()
        assert json.loads(await asyncio.wait_for(socket.recv(), WAIT_S))[1] == "slow"


async def test_functions_see_the_environment_of_the_template_and_the_settings(system: LocalSystem) -> None:
    async with station(system) as socket:
        found = json.loads(await answer(socket, "Environment"))
    assert found["TABLE_NAME"] == system.outputs["Table"]
    assert found["ONBOARDING"] == "open"
    assert found["AWS_REGION"] == found["AWS_DEFAULT_REGION"]
    assert re.fullmatch(r"https://\w+\.execute-api\.[\w-]+\.amazonaws\.com/test", found["CONNECTIONS_URL"])
    assert len(found["SECRET"]) == 20


def framed(size: int) -> str:
    """A message of so many bytes for the route Answered."""
    empty = '[2,"1","Answered",{"a":""}]'
    return empty[:-3] + "x" * (size - len(empty)) + empty[-3:]


async def test_a_frame_of_32_kb_passes_and_a_larger_one_closes_with_1009(system: LocalSystem) -> None:
    async with station(system, "Large") as socket:
        await socket.send(framed(32 * 1024))
        assert len(await asyncio.wait_for(socket.recv(), WAIT_S)) == 32 * 1024
        await socket.send(framed(32 * 1024 + 1))
        assert (await close_code(socket))[0] == 1009
    assert (await seen("disconnect", "Large"))["requestContext"]["disconnectStatusCode"] == 1009


async def test_a_message_of_128_kb_in_frames_passes_and_a_larger_one_closes_with_1009(system: LocalSystem) -> None:
    def frames(size: int) -> list[str]:
        text = framed(size)
        return [text[start : start + 32 * 1024] for start in range(0, len(text), 32 * 1024)]

    async with station(system, max_size=None) as socket:
        await socket.send(frames(128 * 1024))
        assert len(await asyncio.wait_for(socket.recv(), WAIT_S)) == 128 * 1024
        await socket.send(frames(128 * 1024 + 1))
        assert (await close_code(socket))[0] == 1009


async def test_a_binary_message_closes_with_1003(system: LocalSystem) -> None:
    async with station(system) as socket:
        await socket.send(b"\x00\x01")
        assert (await close_code(socket))[0] == 1003


async def test_text_that_is_no_utf_8_closes_with_1007(system: LocalSystem) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", system.port)
    writer.write(_handshake(b"/ocpp/CP1"))
    await reader.readuntil(b"\r\n\r\n")
    writer.write(bytes([0x81, 0x82, 0, 0, 0, 0, 0xFF, 0xFE]))
    head = await reader.readexactly(4)
    assert (head[0], struct.unpack("!H", head[2:])[0]) == (0x88, 1007)
    writer.close()


async def test_pings_are_answered(system: LocalSystem) -> None:
    async with station(system) as socket:
        await asyncio.wait_for(await socket.ping(), WAIT_S)


async def test_disconnect_tells_the_code_and_reason_of_the_client(system: LocalSystem) -> None:
    async with station(system, "Reason") as socket:
        await socket.close(3001, "rebooting")
    context = (await seen("disconnect", "Reason"))["requestContext"]
    assert (context["disconnectStatusCode"], context["disconnectReason"]) == (3001, "rebooting")


async def test_disconnect_without_a_close_frame_is_abnormal(system: LocalSystem) -> None:
    async with station(system, "Abrupt") as socket:
        socket.transport.abort()
        context = (await seen("disconnect", "Abrupt"))["requestContext"]
    assert (context["disconnectStatusCode"], context["disconnectReason"]) == (1006, "Connection closed abnormally")


async def test_disconnect_with_an_empty_close_frame_has_no_status(system: LocalSystem) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", system.port)
    writer.write(_handshake(b"/ocpp/Silent"))
    await reader.readuntil(b"\r\n\r\n")
    writer.write(bytes([0x88, 0x80, 0, 0, 0, 0]))
    context = (await seen("disconnect", "Silent"))["requestContext"]
    assert context["disconnectStatusCode"] == 1005
    assert context["disconnectReason"] == "Client-side close frame status not set"
    assert await reader.read() == bytes([0x88, 0])
    writer.close()


async def test_disconnect_can_come_late_or_never(system: LocalSystem) -> None:
    system.faults.disconnect_delay_s = 0.4
    try:
        async with station(system, "Late"):
            began = asyncio.get_running_loop().time()
        await seen("disconnect", "Late")
        assert asyncio.get_running_loop().time() - began >= 0.4
        system.faults.lose_disconnects = True
        async with station(system, "Late"):
            pass
        with pytest.raises(AssertionError, match="no disconnect came"):
            await seen("disconnect", "Late", within_s=0.5)
    finally:
        system.faults.disconnect_delay_s = 0.0
        system.faults.lose_disconnects = False
