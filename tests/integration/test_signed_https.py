"""The transport to DynamoDB in the cloud: signed as the AWS SDK signs, one write a request, over one connection."""

import datetime as dt
import json
import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from shared.store.dynamodb import SignedHttps


class Server(ThreadingHTTPServer):
    """An endpoint that answers with what it was sent, and may close each connection after its answer."""

    daemon_threads = True
    closes = False
    connections = 0

    def get_request(self) -> tuple[socket.socket, Any]:
        self.connections += 1
        return super().get_request()


class Answering(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        answer = json.dumps({"headers": dict(self.headers.items()), "body": body.decode()}).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)
        self.close_connection = self.server.closes

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: what it was sent, it answers."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Answering) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", f"http://127.0.0.1:{server.server_port}")
        monkeypatch.setenv("AWS_REGION", "eu-west-1")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        monkeypatch.setenv("AWS_SESSION_TOKEN", "a session")
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def sent(transport: SignedHttps, operation: str, body: bytes) -> dict[str, Any]:
    status, answer = transport(operation, body)
    assert status == 200
    answered: dict[str, Any] = json.loads(answer)
    return answered


def test_a_request_is_signed_as_the_sdk_signs_it(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    body = json.dumps({"TableName": "T", "Key": {"pk": {"S": "ä"}}}).encode()
    told = sent(SignedHttps(), "GetItem", body)
    headers = {name.lower(): value for name, value in told["headers"].items()}
    assert told["body"] == body.decode()
    assert headers["x-amz-target"] == "DynamoDB_20120810.GetItem"

    signed = headers["authorization"].partition("SignedHeaders=")[2].partition(",")[0].split(";")
    ours = {name: headers[name] for name in signed if name not in ("host", "x-amz-date", "x-amz-security-token")}
    request = AWSRequest("POST", f"http://{headers['host']}/", headers=ours, data=body)
    at = dt.datetime.strptime(headers["x-amz-date"], "%Y%m%dT%H%M%SZ")  # noqa: DTZ007  # botocore takes UTC without a zone
    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda remove_tzinfo=True: at)
    SigV4Auth(Credentials("AKIDEXAMPLE", "secret", "a session"), "dynamodb", "eu-west-1").add_auth(request)
    assert headers["authorization"] == request.headers["Authorization"]


def test_requests_share_a_connection_and_go_out_in_one_piece_each(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    pieces: list[bytes] = []
    sendall = socket.socket.sendall

    def counted(self: socket.socket, data: Any, *flags: int) -> None:
        if self.getpeername()[1] == server.server_port:
            pieces.append(bytes(data))
        sendall(self, data, *flags)

    monkeypatch.setattr(socket.socket, "sendall", counted)
    transport = SignedHttps()
    for number in range(3):
        assert sent(transport, "PutItem", b"%d" % number)["body"] == str(number)
    assert [piece[-1:] for piece in pieces] == [b"0", b"1", b"2"]
    assert server.connections == 1


def test_a_connection_that_the_far_end_has_closed_is_opened_again(server: Server) -> None:
    server.closes = True
    transport = SignedHttps()
    for text in ("first", "second", "third"):
        assert sent(transport, "PutItem", text.encode())["body"] == text
    assert server.connections == 3


def test_what_could_not_be_sent_is_not_sent_later(server: Server) -> None:
    transport = SignedHttps()
    sent(transport, "PutItem", b"first")
    transport.connection.request("POST", "/", b"lost", {})
    transport.connection.close()
    assert sent(transport, "PutItem", b"second")["body"] == "second"
