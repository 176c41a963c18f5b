"""What the local system is to reach under load, held against what was measured; of what was not, nothing is said."""

from collections.abc import Iterator
from typing import Any

from bench.report import Target

CLOSED_PER_S = {"1.6": 350.0, "2.0.1": 300.0}
P99_MS, P99_AT_PER_S = 100.0, 100.0
STORM_S = 10.0
MEMORY_MB = 400.0

Json = dict[str, Any]


def targets(results: Json) -> list[Target]:
    """Every target that these results tell of."""
    return [*_of_sessions(results.get("sessions", {})), *_of_storm(results.get("storm")), *_of_memory(results)]


def _of_sessions(sessions: Json) -> Iterator[Target]:
    for version, result in sessions.items():
        if closed := result.get("closed"):
            what = f"OCPP {version}, {result['stations']} stations with one call outstanding each"
            yield Target(what, closed["answered_per_s"], CLOSED_PER_S[version], "at least", "messages/s")
        for load in result["open"]:
            if load["rate_per_s"] == P99_AT_PER_S:
                what = f"OCPP {version}, p99 at {P99_AT_PER_S:g} messages/s"
                yield Target(what, load["ms"]["all"]["p99"], P99_MS, unit="ms")
        what = f"OCPP {version}, sessions that stations and system count differently"
        yield Target(what, result["books"]["differences"], 0)


def _of_storm(storm: Json | None) -> Iterator[Target]:
    if storm is None:
        return
    what = f"{storm['stations']} stations that all reconnect at once are back and booted"
    yield Target(what, storm["all_back_after_s"], STORM_S, unit="s")
    known = min(storm["booted"], storm["online_at_api"], storm["still_connected"])
    yield Target("Stations lost in the reconnect", storm["stations"] - known, 0)
    yield Target("Sessions lost in the reconnect, or of another energy", storm["books"]["differences"], 0)


def _of_memory(results: Json) -> Iterator[Target]:
    if memory := results.get("memory_mb"):
        yield Target("Memory of the system, after all of it", memory["resident"], MEMORY_MB, unit="MB")
    if idle := results.get("idle"):
        yield Target("Idle stations held", idle["held"], idle["stations"], "at least")
