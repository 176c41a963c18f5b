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
from statistics import median
from typing import NamedTuple

from infra import trust_store

ROOT = Path(__file__).parent.parent

BASELINE = 'import boto3; boto3.client("dynamodb")'
"""What a function that uses the AWS SDK would start with: the unit of all ratios."""

_PROBE = """
import decimal, json, logging, sys, time, traceback  # as Lambda's own runtime client has before it imports a function
started = time.process_time()
exec(sys.argv[1])
spent = time.process_time() - started
import resource
rss_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps([spent * 1000, rss_kb / 1024, sorted(sys.modules)]))
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

    The first run of a statement compiles what it imports: its cost is not to be used. A module that connects to
    DynamoDB when it is imported loads the trust store and is then refused at once, so all of its start is measured
    but the TLS handshake.
    """
    with tempfile.TemporaryDirectory() as byte_code, socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))  # bound and not listening: nobody else can answer there
        roots = Path(byte_code) / trust_store.FILE
        roots.write_text(trust_store.amazon_roots(), "ascii")
        environment = _lambda_environment(Path(byte_code), unheard.getsockname()[1])
        yield Fresh(environment | {"TRUST_STORE": str(roots)})


def medians(rounds: list[dict[str, Cost]]) -> dict[str, float]:
    """The median CPU milliseconds of each statement, over the rounds that ran it."""
    names = {name for costs in rounds for name in costs}
    return {name: median(costs[name].cpu_ms for costs in rounds if name in costs) for name in names}


def least(rounds: list[dict[str, Cost]]) -> dict[str, float]:
    """The least CPU milliseconds of each statement, over the rounds that ran it: what is least disturbed."""
    names = {name for costs in rounds for name in costs}
    return {name: min(costs[name].cpu_ms for costs in rounds if name in costs) for name in names}


def _lambda_environment(byte_code: Path, unheard_port: int) -> dict[str, str]:
    """What a function finds: Lambda's own variables (made-up credentials) and ours."""
    return {
        "PATH": os.environ.get("PATH", ""),
        "PYTHONPATH": str(ROOT),
        "PYTHONPYCACHEPREFIX": str(byte_code),
        "AWS_LAMBDA_FUNCTION_NAME": "bench",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "bench",
        "AWS_SECRET_ACCESS_KEY": "bench",
        "AWS_SESSION_TOKEN": "bench",
        "AWS_ENDPOINT_URL_DYNAMODB": f"https://127.0.0.1:{unheard_port}",
        "LAMBDA_TASK_ROOT": str(ROOT),
        "TABLE_NAME": "bench",
        "BUS_NAME": "bench",
        "STAGE": "bench",
        "ONBOARDING": "closed",
        "HEARTBEAT_INTERVAL_S": "300",
        "CONNECTIONS_URL": "https://bench.execute-api.us-east-1.amazonaws.com/bench",
        "MESSAGE_LOG": "off",
        "LOG_GROUP_NAME": "bench",
        "CPO_NAME": "",
        "ORIGIN_SECRET": "bench",
        "CERTIFICATE_AUTHORITY": "none",
        "CONTRACT_CERTIFICATES": "none",
        "PAYMENT_PROVIDER": "none",
        "VAT_REGISTER": "form",
        "PRIVATE_HOSTS": "off",
        "POWERTOOLS_SERVICE_NAME": "bench",
        "POWERTOOLS_METRICS_NAMESPACE": "bench",
    }
