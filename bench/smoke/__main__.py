"""`python -m bench.smoke [--stage dev | --ws-url … --api-url … [--token …]] [--long] [--only U-01,…]`."""

import argparse
import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from bench.smoke import (
    around,
    calls,
    certificates,
    console,
    files,
    handshakes,
    live,
    message_log,
    messages,
    roles,
    watching,
    workflows,
)
from bench.smoke.check import CHECKS, Check, run_all
from bench.smoke.target import Target, deployed

MODULES = (
    *(handshakes, messages, calls, around, roles, console, message_log, files, workflows, certificates, watching),
    live,
)
"""Importing them registers their checks."""


def main(arguments: list[str]) -> int:
    """Prints a line per assumption; returns how many do not hold."""
    parser = argparse.ArgumentParser(prog="python -m bench.smoke", description=__doc__)
    parser.add_argument("--stage", default="dev", help="a deployed stage, by the AWS credentials at hand")
    parser.add_argument("--ws-url", help="another system: where stations dial, ending in a slash")
    parser.add_argument("--api-url", help="and its operator API")
    parser.add_argument("--token", default="", help="and a token for it")
    parser.add_argument("--long", action="store_true", help="also what takes minutes and hours")
    parser.add_argument("--only", default="", help="ids of checks, with commas between them")
    asked = parser.parse_args(arguments)
    if bool(asked.ws_url) != bool(asked.api_url):
        parser.error("--ws-url and --api-url go together")
    with _target(asked) as target:
        try:
            return asyncio.run(run_all(target, _chosen(asked.only), long=asked.long))
        finally:
            target.clean_up()


@contextmanager
def _target(asked: argparse.Namespace) -> Iterator[Target]:
    if asked.ws_url:
        yield Target(asked.ws_url, asked.api_url, asked.token)
        return
    with deployed(asked.stage) as target:
        yield target


def _chosen(ids: str) -> list[Check]:
    wanted = ids.split(",") if ids else [one.id for one in CHECKS]
    return sorted(one for one in CHECKS if one.id in wanted)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
