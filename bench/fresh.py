"""What a statement costs a fresh Python process, such as the import of a function's module at a cold start.

Only this process's own CPU time counts, so that a busy machine blurs the figures but does not multiply them; what
still varies (caches, the clock of the CPU) hits everything measured in the same round alike. So compare ratios of
one run, never milliseconds of two.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from infra import trust_store

ROOT = Path(__file__).parent.parent

BYTE_CODE = ROOT / ".local" / "byte_code"
"""Compiled byte code of all that is measured, kept from one measurement to the next."""

BASELINE = 'import boto3; boto3.client("dynamodb")'
"""What a function that uses the AWS SDK would start with: the unit of all ratios."""

_PROBE = """
import decimal, json, logging, sys, time, traceback  # as Lambda's own runtime client has before it imports a function
started = time.process_time()
exec(sys.argv[1])
spent = time.process_time() - started
modules = sorted(sys.modules)
from bench.memory import peak_mb
print(json.dumps([spent * 1000, peak_mb(), modules]))
"""


class Cost(NamedTuple):
    """One fresh process: CPU of the statement, the process's peak memory, and the modules it holds then."""

    cpu_ms: float
    rss_mb: float
    modules: frozenset[str]

    @property
    def packages(self) -> frozenset[str]:
        """The top-level modules that are neither the standard library's nor the interpreter's own."""
        tops = {name.partition(".")[0] for name in self.modules} - {"sitecustomize", "usercustomize"}
        return frozenset(top for top in tops - sys.stdlib_module_names if not top.startswith("_"))


class Fresh:
    """Runs statements, each time in a new process with the environment of a Lambda function."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = dict(environment)

    def run(self, statement: str) -> Cost:
        """Raises CalledProcessError if the statement fails; what it wrote is on standard error."""
        done = subprocess.run(
            [sys.executable, "-c", _PROBE, statement],
            env=self._environment,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            check=True,
        )
        cpu_ms, rss_mb, modules = json.loads(done.stdout)
        return Cost(cpu_ms, rss_mb, frozenset(modules))

    def rounds(self, statements: Mapping[str, str], count: int) -> Iterator[dict[str, Cost]]:
        """Run every statement once per round, so that what slows the machine for a while slows all of them."""
        for _ in range(count):
            yield {name: self.run(statement) for name, statement in statements.items()}


@contextmanager
def fresh_processes() -> Iterator[Fresh]:
    """Fresh processes that find compiled byte code, as the deployment package has it, and no DynamoDB.

    The first run of a statement may compile what it imports: its cost is not to be used. A module that connects to
    DynamoDB when it is imported loads the trust store and is then refused at once, so all of its start is measured
    but the TLS handshake.
    """
    with tempfile.TemporaryDirectory() as folder, socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))  # bound and not listening: nobody else can answer there
        yield Fresh(function_environment(Path(folder), f"https://127.0.0.1:{unheard.getsockname()[1]}"))


def least(rounds: list[dict[str, Cost]]) -> dict[str, float]:
    """The least CPU milliseconds of each statement, over the rounds that ran it: what is least disturbed, as a busy
    machine only ever adds to it."""
    names = {name for costs in rounds for name in costs}
    return {name: min(costs[name].cpu_ms for costs in rounds if name in costs) for name in names}


SETTINGS = {
    "TABLE_NAME": "bench",
    "BUS_NAME": "bench",
    "STAGE": "bench",
    "ONBOARDING": "closed",
    "HEARTBEAT_INTERVAL_S": "480",
    "EXPECTED_STATIONS": "1000",
    "CONNECTIONS_URL": "https://bench.execute-api.us-east-1.amazonaws.com/bench",
    "LIVE_URL": "https://bench-live.execute-api.us-east-1.amazonaws.com/bench",
    "TIMERS_URL": "https://sqs.us-east-1.amazonaws.com/123456789012/bench",
    "JOBS_URL": "https://sqs.us-east-1.amazonaws.com/123456789012/bench-jobs",
    "DEAD_LETTERS_URL": "https://sqs.us-east-1.amazonaws.com/123456789012/bench-dead",
    "MESSAGE_LOG": "off",
    "LOG_GROUP_NAME": "bench",
    "CPO_NAME": "",
    "FILES_BUCKET": "bench",
    "FILES_URL": "https://files.example",
    "STATE_MACHINES": "arn:aws:states:us-east-1:123456789012:stateMachine:Bench-",
    "ORIGIN_SECRET": "",
    "CERTIFICATE_AUTHORITY": "none",
    "CONTRACT_CERTIFICATES": "none",
    "PAYMENT_PROVIDER": "none",
    "VAT_REGISTER": "form",
    "PRIVATE_HOSTS": "off",
    "POWERTOOLS_SERVICE_NAME": "idlewatt",
    "POWERTOOLS_METRICS_NAMESPACE": "Idlewatt",
}
"""What infra tells every function of a stage like `prod`, with made-up names."""


def function_environment(folder: Path, endpoint: str, more_roots: str = "") -> dict[str, str]:
    """What a function finds: Lambda's own variables (made-up credentials) and ours. In the folder is the trust store,
    with `more_roots` beside Amazon's; DynamoDB is at the endpoint."""
    roots = folder / trust_store.FILE
    roots.write_text(trust_store.amazon_roots() + more_roots, "ascii")
    return {
        "PATH": os.environ.get("PATH", ""),
        "PYTHONPATH": str(ROOT),
        "PYTHONPYCACHEPREFIX": str(BYTE_CODE),
        "AWS_LAMBDA_FUNCTION_NAME": "bench",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "bench",
        "AWS_SECRET_ACCESS_KEY": "bench",
        "AWS_SESSION_TOKEN": "bench",
        "AWS_ENDPOINT_URL_DYNAMODB": endpoint,
        "LAMBDA_TASK_ROOT": str(ROOT),
        **SETTINGS,
        "TRUST_STORE": str(roots),
    }
