"""The AWS account: moto in this process, and the few places of it that are changed so that it runs what it holds.

moto 5.2.5 runs functions in Docker, answers for connections that do not exist, refuses rules with functions as targets
and lets executions go on after the account they belong to. Those places are private to it, hence its exact version in
requirements.txt and a test that fails when one of them moves.
"""

import base64
import json
import logging
import socket
import threading
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import ExitStack, contextmanager
from typing import Any
from urllib.parse import unquote

from moto import mock_aws
from moto.apigatewaymanagementapi import urls as connection_urls
from moto.awslambda.models import LambdaFunction
from moto.core.common_types import TYPE_RESPONSE
from moto.events.models import Rule
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import BaseWSGIServer, make_server

from local import dynamodb, executions, queues
from local.connections import Connections
from local.events import Dispatcher
from local.functions import Functions
from local.patching import replaced


class PortTakenError(OSError):
    """Another program listens on the port."""


def listen(port: int) -> socket.socket:
    """A socket of this machine that listens on a port; 0 lets the system choose one."""
    listening = socket.socket()
    # Without it a port cannot be taken again while connections of an earlier run linger.
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(("127.0.0.1", port))
        listening.listen(1024)
    except OSError as error:
        listening.close()
        raise PortTakenError(f"port {port} of 127.0.0.1 cannot be used: {error.strerror}") from error
    return listening


class Account:
    """Everything that moto keeps. One at a time in a process, for moto's state is global to it."""

    _only = threading.Lock()

    def __init__(self, functions: Functions, connections: Connections, dispatcher: Dispatcher) -> None:
        self._functions = functions
        self._connections = connections
        self._dispatcher = dispatcher
        self._places = ExitStack()
        self._server: BaseWSGIServer | None = None

    def start(self) -> None:
        """Begin with an account that holds nothing."""
        if not Account._only.acquire(blocking=False):
            raise RuntimeError("another local system runs in this process, and moto can be only one account")
        self._places.callback(Account._only.release)
        enter = self._places.enter_context
        enter(mock_aws(config={"stepfunctions": {"execute_state_machine": True}}))
        enter(dynamodb.installed())
        enter(replaced(LambdaFunction, "invoke", self._invoked_by_api()))
        enter(replaced(LambdaFunction, "_invoke_lambda", self._invoked_by_service()))
        enter(replaced(Rule, "send_to_targets", self._event_for_rule()))
        enter(queues.installed())
        enter(executions.installed())
        enter(_replaced_values(connection_urls.url_paths, self._connection_request))

    def serve(self, listening: socket.socket) -> None:
        """Offer the AWS API on a socket that listens."""
        host, bound_port = listening.getsockname()
        self._server = make_server(
            host,
            bound_port,
            DomainDispatcherApplication(create_backend_app),
            threaded=True,
            request_handler=_QuietHandler,
            fd=listening.fileno(),
        )
        listening.detach()
        threading.Thread(target=self._server.serve_forever, name="AWS API", daemon=True).start()

    def stop(self) -> None:
        """Forget everything and give moto its places back."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
        self._places.close()

    # ------------------------------------------------------------------ what stands in moto's places

    def _invoked_by_api(self) -> Callable[..., bytes]:
        """Lambda's Invoke."""
        functions = self._functions

        def invoke(moto: LambdaFunction, body: Any, request_headers: Any, response_headers: Any) -> bytes:
            function, event = functions.find(moto.function_name), json.loads(body or "{}")
            if request_headers.get("X-Amz-Invocation-Type") == "Event":
                functions.start(function, event)
                return b""
            result = functions.invoke(function, event)
            if result.failed:
                response_headers["x-amz-function-error"] = "Unhandled"
            response_headers["x-amz-log-result"] = base64.b64encode(b"").decode()
            return result.text.encode()

        return invoke

    def _invoked_by_service(self) -> Callable[..., tuple[str, bool, str]]:
        """How moto's other services (SQS, SNS, S3, logs) call a function: payload, whether it failed, its log."""
        functions = self._functions

        def invoke(moto: LambdaFunction, event: Any = None) -> tuple[str, bool, str]:
            given = json.loads(event) if isinstance(event, str) else event or {}
            result = functions.invoke(functions.find(moto.function_name), given)
            return result.text, result.failed, ""

        return invoke

    def _event_for_rule(self) -> Callable[..., None]:
        dispatcher = self._dispatcher

        def send_to_targets(rule: Rule, original_event: Any, transform_input: bool = True) -> None:
            dispatcher.send_to_rule(rule, original_event, transform_input)

        return send_to_targets

    def _connection_request(self, request: Any, full_url: str, _headers: Any) -> TYPE_RESPONSE:
        """The @connections API, as boto3 reaches it at the API's own address."""
        connection_id = unquote(full_url.split("/@connections/")[1].split("?", maxsplit=1)[0])
        answer = self._connections.request(request.method, connection_id, request.data or b"")
        return answer.status, dict(answer.headers), answer.body


@contextmanager
def _replaced_values(table: MutableMapping[str, Any], value: object) -> Iterator[None]:
    before = dict(table)
    table.update(dict.fromkeys(table, value))
    try:
        yield
    finally:
        table.update(before)


class _QuietHandler(MotoRequestHandler):
    """Serves requests without a line for each."""

    def log(self, type: str, message: str, *args: object) -> None:
        logging.getLogger("local.aws").log(logging.ERROR if type == "error" else logging.DEBUG, message, *args)
