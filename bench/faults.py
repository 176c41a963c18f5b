"""10,000 messages while everything goes wrong now and then: are the books what the stations have told?

    python -m bench.faults                     # about half a minute
    python -m bench.faults --rate 0.2 --seed 7

A local system runs in which each request that a function makes to the table or another service, and each delivery of
its stream and queues, goes wrong with the given probability (local/faults.py). Half of the stations speak OCPP 1.6,
half 2.0.1; their connections are cut at random moments, also between a message and its answer. Every third session is
told late: the station was offline while it lasted, and sends what it has queued. Then every transaction,
its readings, its energy and the statuses in the histories are held against what was told.
"""

import argparse
import asyncio
import sys
import time
from collections import Counter
from collections.abc import Callable

from bench import report
from bench.faults_books import Books
from bench.faults_stations import FaultyStation
from bench.faults_system import faulty
from bench.report import Json, Target

STATIONS = 50
REPORTS = 16


def main(arguments: list[str] | None = None) -> int:
    """0 if the books are equal."""
    options = _options(arguments)
    with faulty(options.rate, options.seed) as system:
        results = measure(
            system.ws_url,
            system.api_url,
            system.settle,
            sessions=options.sessions,
            seed=options.seed,
            is_cut=not options.no_cuts,
        )
    results |= {"rate": options.rate, "seed": options.seed, "injected": system.injected}
    targets = _targets(results)
    report.write(report.RESULTS / "faults.json", results, targets)
    for target in targets:
        print(f"{target.what}: {target.measured:g} {target.unit}".rstrip())
    wrong = sum(system.injected.values())
    print(f"{results['messages']} messages, {results['cuts']} cuts, {wrong} faults, {results['took_s']} s")
    for name in ("lost", "doubled", "wrong"):
        print(*results["examples"][name], sep="\n")
    return 0 if all(target.is_reached for target in targets) else 1


def measure(
    ws_url: str,
    api_url: str,
    settle: Callable[[], bool],
    *,
    sessions: int,
    seed: int,
    is_cut: bool = True,
    stations: int = STATIONS,
    reports: int = REPORTS,
) -> Json:
    """Let stations charge so many times each, and compare the books once all that follows is done (`settle`)."""
    began = time.monotonic()
    every = [
        FaultyStation(
            f"FAULTS-{number:03}",
            "2.0.1" if number % 2 else "1.6",
            ws_url,
            reports=reports,
            cuts=sessions if is_cut else 0,
            seed=seed,
        )
        for number in range(stations)
    ]
    asyncio.run(_run(every, sessions))
    told_s = time.monotonic() - began
    is_settled = settle()
    books = Books(api_url)
    statuses_missing, statuses_doubled = books.statuses_missing(every)
    compared = books.compare(every)
    letters = len(books.get("dead-letters")["items"])
    done: Counter[str] = sum((station.done for station in every), Counter())
    examples = {name: getattr(compared, name)[:10] for name in ("lost", "doubled", "wrong")}
    return {
        "stations": stations,
        "messages": sum(station.messages for station in every),
        "transactions": sum(len(station.sessions) for station in every),
        "cuts": done.pop("cut", 0),
        "attempts": dict(sorted(done.items())),
        "given_up": sum(len(station.given_up) for station in every),
        "lost": len(compared.lost),
        "doubled": len(compared.doubled),
        "wrong": len(compared.wrong),
        "told_wh": compared.told_wh,
        "known_wh": compared.known_wh,
        "statuses_missing": statuses_missing,
        "statuses_doubled": statuses_doubled,
        "dead_letters": letters,
        "settled": is_settled,
        "offline": sum(station.told_offline for station in every),
        "told_in_s": round(told_s, 1),
        "took_s": round(time.monotonic() - began, 1),
        "examples": examples,
    }


async def _run(stations: list[FaultyStation], sessions: int) -> None:
    await asyncio.gather(*(station.run(sessions) for station in stations))


def _targets(results: Json) -> list[Target]:
    return [
        Target("Faults: transactions and readings lost", results["lost"], 0),
        Target("Faults: transactions and readings doubled", results["doubled"], 0),
        Target("Faults: transactions with other content", results["wrong"], 0),
        Target("Faults: difference in energy", abs(results["told_wh"] - results["known_wh"]), 0, unit="Wh"),
        Target("Faults: messages that a station gave up", results["given_up"], 0),
        Target("Faults: changes of status missing in the history", results["statuses_missing"], 0),
        Target("Faults: changes of status twice in the history", results["statuses_doubled"], 0),
        Target("Faults: frames that are not OCPP", results["attempts"].get("frames that are not OCPP", 0), 0),
        Target("Faults: dead letters", results["dead_letters"], 0),
        Target("Faults: functions behind the stream that had not finished", int(not results["settled"]), 0),
        Target("Faults: messages", results["messages"], 10_000, "at least"),
        Target("Faults: forced reconnects", results["cuts"], 500, "at least"),
    ]


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.faults", description=__doc__)
    parser.add_argument("--rate", type=float, default=0.05, help="the share of requests that go wrong (0.05)")
    parser.add_argument("--seed", type=int, default=1, help="what is drawn (1)")
    parser.add_argument("--sessions", type=int, default=10, help="charging sessions of each station (10)")
    parser.add_argument("--no-cuts", action="store_true", help="leave the connections alone")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
