"""How long a page of a list takes, and what it reads: `python -m bench.lists` (docs/bench.md).

A local system in this process gets 10,000 stations and 100,000 transactions, of which 1,000 run. Each list that a page
of the console shows is asked for over HTTP, in turns, a page of fifty each.

The results, `.local/bench/lists.json`:

    {"stations": 10000, "transactions": 100000,
     "lists": [{"list": "/stations?status=offline", "p50_ms": 30.1, "p95_ms": 41.5, "read_units": 96.0, "items": 50}]}

`read_units` are those of a page, of which a unit is two items, or some eighty keys: the median, since what the system
does by itself meanwhile counts too.
"""

import argparse
import http.client
import json
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench import lists_table, report
from bench.report import Json, Target
from local import dynamodb, logs
from local.capacity import recording
from local.system import LocalSystem
from shared.settings import settings

P95_MS = 500.0
STATION, TOKEN, CAMPAIGN = lists_table.STATION, lists_table.TOKEN, lists_table.CAMPAIGN
LISTS = (
    "/stations",
    "/stations?order=desc",
    *(f"/stations?status={status}" for status in ("online", "offline", "charging", "faulted")),
    "/stations?search=site+77",
    "/stations?search=nowhere",
    "/stations?status=offline&search=0042",
    "/stations?status=charging&search=site+1",
    "/station-positions",
    "/transactions",
    "/transactions?state=active",
    "/transactions?state=ended",
    f"/transactions?station_id={STATION}",
    f"/transactions?station_id={STATION}&state=active",
    f"/transactions?station_id={STATION}&state=ended",
    f"/transactions?id_token={TOKEN}",
    f"/transactions?id_token={TOKEN}&state=ended",
    f"/transactions?id_token={TOKEN}&station_id={STATION}",
    "/transactions?from=2000-01-01T00:00:00Z&to=2100-01-01T00:00:00Z",
    "/id-tokens",
    "/id-tokens?search=0123",
    "/id-tokens?search=nobody",
    f"/stations/{STATION}/calls",
    f"/stations/{STATION}/events",
    f"/stations/{STATION}/findings",
    f"/stations/{STATION}/reservations",
    "/reservations",
    "/faults",
    "/jobs",
    "/alarms",
    "/firmware",
    "/firmware-campaigns",
    f"/firmware-campaigns/{CAMPAIGN}/stations",
    "/diagnostics",
)


def main(arguments: list[str] | None = None) -> int:
    """Fill a table and read from it; 1 if a list takes too long."""
    options = _options(arguments)
    terminal = logs.to_file(report.ROOT / ".local" / "lists.log")
    with LocalSystem.of_project() as system:
        now = datetime.now(UTC).replace(microsecond=0)
        lists_table.fill(dynamodb.table(settings().table_name).store, options.stations, options.transactions, now)
        system.wait_idle()
        lists = list(measured(system.port, options.rounds))
    targets = [Target(f"{one['list']}: p95 of a page", one["p95_ms"], P95_MS, unit="ms") for one in lists]
    whole = {"stations": options.stations, "transactions": options.transactions, "lists": lists}
    report.write(options.json, whole, targets)
    Console(file=terminal).print(_table(lists))
    return 0 if all(target.is_reached for target in targets) else 1


def measured(port: int, rounds: int) -> Iterator[Json]:
    """What each list took, over as many pages; they take turns, so that what slows the machine slows all of them."""
    took_ms: dict[str, list[float]] = {one: [] for one in LISTS}
    units: dict[str, list[float]] = {one: [] for one in LISTS}
    items: dict[str, int] = {}
    with closing(http.client.HTTPConnection("127.0.0.1", port)) as connection:
        for _ in range(rounds):
            for one in LISTS:
                with recording() as meter:
                    began = time.perf_counter()
                    page = _get(connection, one)
                    took_ms[one].append((time.perf_counter() - began) * 1000)
                units[one].append(meter.read_units)
                items[one] = len(page["items"])
    for one, values in took_ms.items():
        yield {
            "list": one,
            "p50_ms": round(report.quantile(values, 0.5), 1),
            "p95_ms": round(report.quantile(values, 0.95), 1),
            "read_units": report.quantile(units[one], 0.5),
            "items": items[one],
        }


def _get(connection: http.client.HTTPConnection, path: str) -> Json:
    connection.request("GET", f"/api/v1{path}")
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status} {body.decode()}")
    page: Json = json.loads(body)
    return page


def _table(lists: list[Json]) -> Table:
    table = Table("list", *("p50 ms", "p95 ms", "read units", "items"))
    for one in lists:
        table.add_row(*(str(one[name]) for name in ("list", "p50_ms", "p95_ms", "read_units", "items")))
    return table


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.lists", description=__doc__)
    parser.add_argument("--stations", type=int, default=10_000, metavar="N")
    parser.add_argument("--transactions", type=int, default=100_000, metavar="N")
    parser.add_argument("--rounds", type=int, default=20, metavar="N", help="pages of each list (20)")
    parser.add_argument("--json", type=Path, default=report.RESULTS / "lists.json", metavar="FILE")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
