"""DynamoDB on this machine, by HTTPS, in a process of its own: `python -m bench.invocations_endpoint COUNT`.

It answers from the same table that the local system has, so conditions hold and items are what they are. Before it
serves, as many stations as `COUNT` says have done what comes before each of the messages that are to be measured. The
one line on standard output says where it is and with what to call the functions:

    {"url": "https://127.0.0.1:…", "root": the PEM of the root to trust,
     "messages": [{"name": "StopTransaction", "version": "1.6", "action": "StopTransaction", "requests": 3,
                   "events": [event, …]}]}

where `requests` says how many the message makes to DynamoDB, as bench/units.py has counted.

It ends when its standard input does.
"""

import datetime as dt
import importlib
import io
import json
import os
import socketserver
import ssl
import sys
import tempfile
import threading
from contextlib import redirect_stdout
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, ClassVar

from bench.fresh import SETTINGS
from bench.invocations_authority import HOST, server_context
from bench.scenarios import SESSION_2X, SESSION_16, TAG, TRANSACTION_ID, Json, Scenario, prepare
from bench.units import KEPT
from bench.units_account import empty_table
from bench.units_events import Event, Line
from local.dynamodb.operations import Operations
from shared.catalog import BY_NAME

CALL, CALL_RESULT = 2, 3
NAMES_16 = (
    *("Heartbeat", "BootNotification", "Authorize", "StatusNotification"),
    *("StartTransaction", "MeterValues, 8 samples", "StopTransaction"),
)
NAMES_2X = ("TransactionEvent Started", "TransactionEvent Updated, 8 samples", "TransactionEvent Ended")
MESSAGES = [
    *(("1.6", scenario) for scenario in SESSION_16 if scenario.name in NAMES_16),
    *(("2.0.1", scenario) for scenario in SESSION_2X if scenario.name in NAMES_2X),
]
"""What is measured: what stations send most, and what somebody waits for at the station."""


class _Answer(BaseHTTPRequestHandler):
    """A request of DynamoDB's JSON protocol; who signed it does not matter here."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # the whole answer in one piece
    disable_nagle_algorithm = True
    operations: ClassVar[Operations]

    def do_POST(self) -> None:
        operation = self.headers["x-amz-target"].partition(".")[2]
        status, body = self.operations.answer(operation, self.rfile.read(int(self.headers["content-length"])))
        self.send_response_only(status)
        self.send_header("content-type", "application/x-amz-json-1.0")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: nobody reads it."""


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, context: ssl.SSLContext) -> None:
        super().__init__((HOST, 0), _Answer)
        # Each connection does its handshake in its own thread: one that fails stops no other.
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)


def main(arguments: list[str]) -> None:
    count = int(arguments[0])
    os.environ.update(SETTINGS)
    table = empty_table(SETTINGS["TABLE_NAME"])
    _Answer.operations = operations = Operations(lambda _name: table)
    with tempfile.TemporaryDirectory() as folder:
        context, root = server_context(Path(folder))
    with _Server(context) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with redirect_stdout(io.StringIO()):
            messages = prepared(operations, count)
        url = f"https://{HOST}:{server.server_address[1]}"
        print(json.dumps({"url": url, "root": root, "messages": messages}), flush=True)
        sys.stdin.read()
        server.shutdown()


def prepared(operations: Operations, count: int) -> list[Json]:
    """The messages, each from as many stations, which have sent what comes before."""
    from shared.store import dynamodb  # noqa: PLC0415  # the functions find their environment

    dynamodb.set_transport(operations.answer)
    counted = json.loads(KEPT.read_text("utf-8"))["messages"]
    requests = {(one["name"], one["version"]): one["requests"] for one in counted}
    return [
        {
            "name": scenario.name,
            "version": version,
            "action": scenario.action,
            "requests": requests[scenario.name, version],
            "events": [_event(f"DE*IDL*E{row:02}{number:04}", version, scenario) for number in range(count)],
        }
        for row, (version, scenario) in enumerate(MESSAGES)
    ]


def _event(station_id: str, version: str, scenario: Scenario) -> Event:
    """The event of a message of a station that is connected and has sent what comes before.

    Each has an id token and a transaction of its own: a token that charges at many stations at once would cost a look
    at each of them, and stations that give the same id to their transactions another one.
    """
    from shared.domain.authorization import IdToken  # noqa: PLC0415  # the functions find their environment
    from shared.domain.stations import Connection, Station  # noqa: PLC0415  # likewise
    from shared.store import connections, stations, tokens  # noqa: PLC0415  # likewise

    now = dt.datetime.now(dt.UTC)
    line = Line(station_id, version, f"{station_id[-6:]}9cOFvHcCA=", now)
    stations.create(Station(station_id, "Accepted", now))
    connections.connect(Connection(station_id, line.connection_id, now, now, version))
    tag = f"{TAG}{station_id[-6:]}"
    tokens.save(IdToken(tag, group_id="FLEET"))

    def event(action: str, payload: Json) -> Event:
        text = json.dumps([CALL, station_id, action, payload]).replace(json.dumps(TAG), json.dumps(tag))
        return line.message(text.replace(TRANSACTION_ID, TRANSACTION_ID[:-6] + station_id[-6:]), now)

    def send(action: str, payload: Json) -> Json:
        result = importlib.import_module(f"functions.actions.{BY_NAME[action].module}").handler(
            event(action, payload), None
        )
        answer = json.loads(result["body"])
        if answer[0] != CALL_RESULT:
            raise ValueError(f"{action}: {answer}")
        payload_of_answer: Json = answer[2]
        return payload_of_answer

    return event(scenario.action, prepare(scenario, send))


if __name__ == "__main__":
    main(sys.argv[1:])
