"""The section on load of docs/performance.md."""

from pathlib import Path
from typing import Any

from bench import plots
from bench.load_targets import P99_AT_PER_S, P99_MS

Json = dict[str, Any]

INTRODUCTION = """## What the local system bears

The system and the stations that make the load share this machine's cores; the system is one process, with all of its
account in memory. A session is a Heartbeat, an Authorize, the start of a transaction, five reports of eight meter
values and its end; in 2.0.1 the transaction's messages are TransactionEvents. These figures say what one developer's
machine plays, not what the cloud bears; [bench.md](bench.md) says how they are made.
"""


def page(results: Json, plot_folder: Path) -> str:
    """The section, from the results alone."""
    parts = [INTRODUCTION]
    if sessions := results.get("sessions"):
        parts += [_throughput(results, sessions), _rates(sessions, plot_folder), _actions(sessions, plot_folder)]
        parts.append(_books(sessions))
    if storm := results.get("storm"):
        parts.append(_storm(storm, plot_folder))
    if memory := results.get("memory_mb"):
        parts.append(
            f"The system held {memory['resident']} MB after all of it, and {memory['peak']} MB at the most, "
            "its start included.\n"
        )
    return "\n".join(parts)


def _throughput(results: Json, sessions: Json) -> str:
    lines = [
        "### As fast as it answers\n",
        "Each station sends its next message when the last is answered (a closed loop). *Per CPU second* is of the",
        "system's process. *Our own limit* is the same against a server that does nothing but answer.\n",
        "| | stations | answered/s | p50 ms | p99 ms | cores | per CPU second | history behind | our own limit/s |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for version, result in sessions.items():
        if load := result.get("closed"):
            limit = results.get("echo", {}).get(version)
            ms, behind = load["ms"]["all"], load["history_behind_s"]
            lines.append(
                f"| OCPP {version} | {result['stations']} | {load['answered_per_s']:g} | {ms['p50']:g} | {ms['p99']:g} "
                f"| {load.get('cores', '')} | {load.get('answered_per_cpu_s', '')} | {behind} s "
                f"| {round(limit['answered_per_s']) if limit else ''} |"
            )
    return "\n".join(lines) + "\n"


def _rates(sessions: Json, folder: Path) -> str:
    offered = {
        f"OCPP {version}": ([load["rate_per_s"] for load in result["open"]], result["open"])
        for version, result in sessions.items()
        if result["open"]
    }
    if not offered:
        return ""
    plots.lines(
        folder / "load_throughput.svg",
        {name: (rates, [load["answered_per_s"] for load in loads]) for name, (rates, loads) in offered.items()},
        title="Answered of what is offered",
        x="messages/s offered",
        y="messages/s answered",
    )
    plots.lines(
        folder / "load_p99.svg",
        {name: (rates, [load["ms"]["all"]["p99"] for load in loads]) for name, (rates, loads) in offered.items()},
        title="The slowest percent",
        x="messages/s offered",
        y="p99 in ms",
        y_scale="log",
        limits={f"target at {P99_AT_PER_S:g}/s": P99_MS},
    )
    lines = [
        "### At given rates\n",
        "Messages are due at times of their own (an open loop), and their time counts from then. *Late* is how late",
        "the generator itself was for the slowest percent.\n",
        "| | offered/s | answered/s | p50 ms | p95 ms | p99 ms | cores | history behind | late |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name, (_, loads) in offered.items():
        for load in loads:
            ms = load["ms"]["all"]
            lines.append(
                f"| {name} | {load['rate_per_s']:g} | {load['answered_per_s']:g} | {ms['p50']:g} | {ms['p95']:g} "
                f"| {ms['p99']:g} | {load.get('cores', '')} | {load['history_behind_s']} s "
                f"| {load['generator_late_ms']['p99']:g} ms |"
            )
    lines += ["", "![answered of what is offered](plots/load_throughput.svg)", "", "![p99](plots/load_p99.svg)"]
    return "\n".join(lines) + "\n"


def _actions(sessions: Json, folder: Path) -> str:
    groups = {
        f"{version} {action}": {name: ms[name] for name in ("p50", "p95", "p99")}
        for version, result in sessions.items()
        for load in result["open"][:1]
        for action, ms in load["ms"].items()
        if action != "all"
    }
    if not groups:
        return ""
    rate = next(load["rate_per_s"] for result in sessions.values() for load in result["open"][:1])
    plots.bars(folder / "load_actions.svg", groups, title=f"By action, at {rate:g} messages/s", x="ms to the answer")
    return "![percentiles per action](plots/load_actions.svg)\n"


def _books(sessions: Json) -> str:
    lines = [
        "After all of that the books are compared: sessions whose end was answered, and their energy.\n",
        "| | sessions sent | kept | kWh sent | kept | different |",
        "|---|---|---|---|---|---|",
    ]
    for version, result in sessions.items():
        sent, kept = result["books"]["sent"], result["books"]["kept"]
        lines.append(
            f"| OCPP {version} | {sent['sessions']} | {kept['sessions']} | {sent['energy_wh'] / 1000:g} "
            f"| {kept['energy_wh'] / 1000:g} | {result['books']['differences']} |"
        )
    return "\n".join(lines) + "\n"


def _storm(storm: Json, folder: Path) -> str:
    course, ms = storm["course"], storm["handshake_ms"]
    plots.lines(
        folder / "load_storm.svg",
        {"back and booted": (course["seconds"], course["back"])},
        title=f"{storm['stations']} stations lose their connections at once",
        x="seconds since",
        y="stations back and booted",
    )
    failures = ", ".join(f"{count} of {name}" for name, count in storm["failures"].items()) or "none"
    return (
        "### When everybody comes back at once\n\n"
        f"{storm['stations']} stations of both versions, every tenth charging, drop in the same moment and dial at "
        f"once. All were back and had booted after {storm['all_back_after_s']:g} s: {storm['online_at_api']} are "
        f"online by the API, {storm['still_connected']} sockets were still open when the sessions had ended, and of "
        f"those {storm['books']['differences']} differ. Handshakes took {ms['p50']:g} ms in the middle and "
        f"{ms['max']:g} ms at the most; failed on the way: {failures}.\n\n"
        "![stations back over time](plots/load_storm.svg)\n"
    )
