"""The whole account on one machine: a template, made in moto, behind the two APIs of API Gateway."""

import asyncio
import logging
import os
import socket
import sys
import threading
from collections.abc import Callable, Coroutine, Mapping
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from aiohttp import web

from local import (
    assembly,
    dynamodb,
    edge,
    executions,
    front,
    logs,
    metrics,
    people,
    resources,
    resume,
    state,
    synth,
    template,
    token_endpoint,
)
from local.account import Account, listen
from local.apis import SocketApi
from local.cloudwatch_logs import FunctionLog
from local.connections import Connections, Faults
from local.console_files import BUILT
from local.dynamodb.streams import StreamShard
from local.events import Dispatcher
from local.faults import FaultInjector, Invoke
from local.functions import Functions
from local.gateway import FrontDoor, Gateway
from local.http_api import HttpService
from local.identity import REGION
from local.mappings import EventSourceMapping, Worker
from local.queues import QueueWorker
from local.resources import Loading
from local.resources.apis import collected
from local.resources.data import secret_value
from local.schedules import Ticker
from local.sockets import Limits
from local.template import Stack, TemplateError
from shared.resources import Role
from shared.store.dynamodb import set_transport

log = logging.getLogger(__name__)

OPEN: Mapping[str, str] = {"ONBOARDING": "open"}
ON_THIS_MACHINE: Mapping[str, str] = {
    "CERTIFICATE_AUTHORITY": "table",
    "CONTRACT_CERTIFICATES": "test",
    "PAYMENT_PROVIDER": "test",
    "VAT_REGISTER": "test",
    "PRIVATE_HOSTS": "on",
    "EXPECTED_STATIONS": "0",
}
"""What a developer has without asking for it: an authority whose key outlives a restart, a provider of contracts for
tests, and responders on this machine. Stations are not told how to dial again: theirs is no fleet."""
CLOSING_S = 15.0
"""How long stopping waits for functions that are under way."""

_T = TypeVar("_T")


class LocalSystem:
    """A system that runs within this process, one at a time; `start` returns when everything answers."""

    def __init__(
        self,
        stack: Stack,
        *,
        port: int = 0,
        aws_port: int = 0,
        state_file: Path | None = None,
        environment: Mapping[str, str] = OPEN,
        limits: Limits | None = None,
        needs_token: bool = False,
        fault_rate: float = 0.0,
        console: Path = BUILT,
    ) -> None:
        """`environment` takes the place of values of the template; port 0 lets the system choose; `needs_token`: the
        operator API lets nobody in without one, as in the cloud; `fault_rate`: with which probability each request
        of a function goes wrong (local/faults.py); `console`: where the files of the console are."""
        self._stack = stack
        self._ports = (port, aws_port)
        self._state_file = state_file
        self._environment = environment
        self._limits = limits or Limits()
        self._needs_token = needs_token
        self._console = console
        self.faults = Faults()
        self.injector = FaultInjector(fault_rate)
        self.functions = Functions()
        self.connections = Connections(self.faults)
        self.account = Account(self.functions, self.connections, Dispatcher(self.functions))
        self.ticker = Ticker(Dispatcher(self.functions))
        self.log = FunctionLog()
        self.metrics = metrics.Metrics()
        self.outputs: dict[str, str] = {}
        self.port = 0
        self.aws_url = ""
        """The endpoint of the AWS API."""
        self._tables: dict[str, str] = {}
        self._buckets: dict[str, str] = {}
        self._workers: list[Worker | QueueWorker] = []
        self._cleanup = ExitStack()

    @classmethod
    def of_project(cls, **options: Any) -> "LocalSystem":
        """The system of this repository, synthesised if need be; options as for the constructor."""
        return cls(assembly.read(synth.assembly()), **options)

    # ------------------------------------------------------------------ where it is

    @property
    def ws_url(self) -> str:
        """Stations add their identity to it."""
        return f"ws://127.0.0.1:{self.port}/ocpp/"

    @property
    def api_url(self) -> str:
        """The root of the operator API."""
        return f"http://127.0.0.1:{self.port}/api/v1"

    @property
    def token_url(self) -> str:
        """Where machines ask for tokens; the output TokenUrl names the place in the cloud."""
        return f"http://127.0.0.1:{self.port}{token_endpoint.PATH}"

    @property
    def console_url(self) -> str:
        """The console; who signs in comes back to this address."""
        return f"http://127.0.0.1:{self.port}/"

    @property
    def files_url(self) -> str:
        """Where stations fetch and bring files; a link's path follows."""
        return f"http://127.0.0.1:{self.port}"

    # ------------------------------------------------------------------ life

    def __enter__(self) -> "LocalSystem":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Make everything and open the ports; whatever fails leaves nothing behind."""
        try:
            self._start()
        except BaseException:
            self._cleanup.close()
            raise

    def _start(self) -> None:
        after = self._cleanup.callback
        after(self.functions.close)
        # Functions are told where things are, so the ports are taken first.
        listening, aws_listening = map(self._listen, self._ports)
        self.port = listening.getsockname()[1]
        self.aws_url = f"http://127.0.0.1:{aws_listening.getsockname()[1]}"
        after(self.account.stop)
        self.account.start()
        self._cleanup.enter_context(self.functions.sleeping())
        self._cleanup.enter_context(metrics.installed(self.metrics))
        loading = Loading(self._stack.name, self.functions)
        builder = template.Builder(self._stack, self._maker(loading), cache(_dynamic_reference))
        builder.build()
        self.outputs = builder.outputs()
        self._tables = loading.tables
        self._buckets = loading.buckets
        here = {"FILES_URL": self.files_url, "AWS_ENDPOINT_URL_S3": self.aws_url}
        self._set_environment({**loading.environment, **ON_THIS_MACHINE, **here})
        set_transport(dynamodb.in_process_transport)
        _forget_caches()  # what this process read from another environment
        after(_forget_caches)
        if self.injector.rate:
            self._cleanup.enter_context(self.injector.installed())
        self.functions.load()
        if group := loading.environment.get("LOG_GROUP_NAME"):
            self._cleanup.enter_context(self.log.installed(group))
            self._cleanup.enter_context(logs.copied(self.log.put))
            self._cleanup.enter_context(logs.copied(metrics.log_line))
            self.metrics.log_group = group
        if self._state_file is not None:
            state.load(self._state_file, self._tables_by_id(), self._buckets)
        after(lambda: executions.end_all(CLOSING_S))
        invoke = self.injector.invocations(self.functions.invoke)
        for mapping in loading.mappings:
            self._feed(mapping, invoke)
        for queue in loading.queue_mappings:
            self._start_worker(QueueWorker(queue, invoke))
        self._serve(loading, listening)
        self.account.serve(aws_listening)
        if self._state_file is not None:
            resume.resume(self._tables_by_id().values())
        after(self.ticker.stop)
        self.ticker.start()

    def stop(self) -> None:
        """Close the sockets, finish what is under way, save the state, forget everything."""
        self._cleanup.close()

    # ------------------------------------------------------------------ who signs in

    def add_user(self, email: str, password: str, role: Role | None) -> None:
        """Somebody who may sign in to the console and the operator API, with this role or none."""
        people.add(self.outputs["UserPoolId"], email, password, role)

    # ------------------------------------------------------------------ for tests

    def wait_idle(self, timeout_s: float = 30.0) -> bool:
        """Wait until the functions behind streams and queues have had everything; whether they had it in time."""
        return all(worker.wait_idle(timeout_s) for worker in self._workers)

    # ------------------------------------------------------------------ parts

    @staticmethod
    def _maker(loading: Loading) -> template.Create:
        return lambda resource, properties: resources.make(loading, resource, properties)

    def _tables_by_id(self) -> dict[str, dynamodb.Table]:
        return {logical_id: dynamodb.table(name) for logical_id, name in self._tables.items()}

    def _set_environment(self, variables: Mapping[str, str]) -> None:
        wanted = {**variables, **self._environment, "AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION}
        before = {name: os.environ.get(name) for name in wanted}

        def restore() -> None:
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value

        self._cleanup.callback(restore)
        os.environ.update(wanted)

    def _feed(self, mapping: EventSourceMapping, invoke: Invoke) -> None:
        table = dynamodb.table(mapping.stream_arn.split("/")[1])
        if not isinstance(table.stream_shard, StreamShard):
            raise TemplateError(f"the table of {mapping.stream_arn} has no stream")
        worker = Worker(mapping, invoke, table.stream_shard.id)
        table.stream_shard.subscribers.append(worker.take)
        self._start_worker(worker)

    def _start_worker(self, worker: Worker | QueueWorker) -> None:
        self._cleanup.callback(worker.stop)
        self._workers.append(worker)
        worker.start()

    # ------------------------------------------------------------------ the event loop

    def _listen(self, port: int) -> socket.socket:
        listening = listen(port)
        self._cleanup.callback(listening.close)
        return listening

    def _serve(self, loading: Loading, listening: socket.socket) -> None:
        apis = collected(loading)
        if apis.sockets is None:
            raise TemplateError("the template has no WebSocket API")
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=loop.run_forever, name="gateway", daemon=True)
        self.connections.loop = loop
        gateways = {b"/ocpp/": self._gateway(apis.sockets, edge.station_request)}
        if apis.live is not None:
            door = edge.live_request if self._needs_token else edge.live_request_here
            gateways[b"/live"] = self._gateway(apis.live, door)
        service = HttpService(
            apis.http,
            self.functions,
            self.connections,
            needs_token=self._needs_token,
            stage=loading.environment.get("STAGE", ""),
            console=self._console,
        )
        http = web.AppRunner(service.application(), access_log=None, handle_signals=False)

        async def open_() -> asyncio.Server:
            await http.setup()
            return await front.serve(
                listening, {path: one.socket for path, one in gateways.items()}, _protocol_of(http)
            )

        async def close(server: asyncio.Server) -> None:
            server.close()
            await asyncio.gather(*(gateway.shut_down(CLOSING_S) for gateway in gateways.values()))
            await http.cleanup()

        def run(work: Coroutine[Any, Any, _T]) -> _T:
            return asyncio.run_coroutine_threadsafe(work, loop).result()

        def end() -> None:
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()

        thread.start()
        self._cleanup.callback(end)
        self._cleanup.callback(self._settle)
        server = run(open_())
        self._cleanup.callback(lambda: run(close(server)))

    def _gateway(self, api: SocketApi, front_door: FrontDoor) -> Gateway:
        return Gateway(api, self.functions, self.connections, front_door=front_door, limits=self._limits)

    def _settle(self) -> None:
        """After the last event from outside: let the streams run dry, then save."""
        if not self.wait_idle(CLOSING_S):
            log.error("functions behind streams had not finished")
        if self._state_file is not None:
            state.save(self._state_file, self._tables_by_id(), self._buckets)


def _protocol_of(runner: web.AppRunner) -> Callable[[], asyncio.Protocol]:
    server = runner.server
    if server is None:
        raise RuntimeError("the HTTP application is not set up")
    return server


def _dynamic_reference(service: str, reference: str) -> str:
    if service != "secretsmanager":
        raise TemplateError(f"dynamic references to {service} are not known on this machine")
    return secret_value(reference)


def _forget_caches() -> None:
    """The next system in this process begins as Lambda begins: without what functions remember of this one."""
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] in ("functions", "shared"):
            for value in vars(module).values():
                if not isinstance(value, type) and callable(forget := getattr(value, "cache_clear", None)):
                    forget()
