"""What each message costs: `python -m bench.units` (docs/bench.md).

The request units of DynamoDB, the bytes of logs and frames, and what follows by the table's stream, for every message
of a station in OCPP 1.6 and 2.0.1 (and in 2.1 what differs there), and for the begin and the end of a connection. The
functions run in this process, on a table that charges as DynamoDB does, at a clock that stands still: so two runs
give the same figures to the byte. Nothing here takes a station's time or Lambda's into account.

The results, `.local/bench/units.json`:

    {"messages": [{"name": "MeterValues, 8 samples", "version": "1.6", "action": "MeterValues",
                   "write_units": 1.0, "read_units": 0.0, "requests": 1,
                   "written_bytes": 640, "stored_bytes": 740, "expiring_bytes": 740, "expire_after_days": 400.0,
                   "log_bytes": 211, "frame_bytes_in": 1158, "frame_bytes_out": 25,
                   "invocations": 1, "events": 0, "queue_messages": 0, "stream_records": 1,
                   "budget": {"write_units": 1, "read_units": 0},
                   "after": {"write_units": 1.0, …}}]}

* `name` is the action's, with what tells one message of it from another after it: `TransactionEvent Started`,
  `MeterValues, 8 samples`; `connect` and `disconnect` are the connection's begin and end, whose `action` is empty.
* `version` is `1.6`, `2.0.1` or `2.1`; of 2.1 only messages that 2.0.1 does not have or that cost another amount.
* `requests` are those to DynamoDB, `written_bytes` the items that they wrote. `stored_bytes` is how much the table has
  grown, as DynamoDB bills it: items, and their entries in indexes, with 100 bytes each beside them. Of these,
  `expiring_bytes` go by themselves, after `expire_after_days` on average (0.0 if none do).
* `log_bytes` are of the lines that functions write, in UTF-8, with the 26 bytes that CloudWatch adds to each.
* `invocations` of Lambda functions, `events` put on the EventBridge bus, `queue_messages` sent to SQS.
* `stream_records` are the changes of items; reading them costs nothing.
* `after` has what follows from the message by the table's stream, with the same fields but those of frames, `budget`
  and `after`: `write_units read_units requests written_bytes stored_bytes expiring_bytes expire_after_days log_bytes
  invocations events queue_messages stream_records`. Each function behind the stream is counted as invoked for this
  message alone, which is the most there can be: under load one invocation takes up to 25 records.

`--write` keeps the same `messages`, of what happens in every session, as shared/cloud_units.json, from which the
system estimates bills where nothing was measured.
"""

import argparse
import json
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench import report
from bench.report import Json, Target
from bench.scenarios import (
    CONNECT,
    DISCONNECT,
    MORE_16,
    SESSION_2X,
    SESSION_16,
    Budget,
    Scenario,
    each,
    prepare,
)
from bench.scenarios_2x import MORE_2X
from bench.units_account import Account, Tally, account

KEPT = report.ROOT / "shared" / "cloud_units.json"
SESSION = (*SESSION_16, *SESSION_2X)
MORE = (*MORE_16, *MORE_2X)
COUNTED = ("write_units", "read_units", "requests", "invocations", "events", "queue_messages", "stream_records")
"""What tells whether a message costs the same in two versions; bytes differ already by the version's name."""


def main(arguments: list[str] | None = None) -> int:
    """0 if every message keeps its budget."""
    options = _options(arguments)
    messages = measured(SESSION, with_connection=True)
    if options.write:
        KEPT.write_text(kept_text(messages), "utf-8")
        print(f"{KEPT.relative_to(report.ROOT)} is written")
    messages += measured(MORE)
    targets = [target for kind in Budget._fields for target in _targets(messages, kind)]
    report.write(options.json, {"messages": messages}, targets)
    Console().print(_table(messages))
    over = [message for message in messages if not _is_within(message)]
    for message in over:
        print(f"{message['name']} in {message['version']} costs more than its budget", file=sys.stderr)
    return 1 if over else 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.units", description="What each message costs.")
    parser.add_argument("--write", action="store_true", help="keep the figures of sessions as shared/cloud_units.json")
    parser.add_argument("--json", type=Path, default=report.RESULTS / "units.json", metavar="FILE")
    return parser.parse_args(arguments)


# ---------------------------------------------------------------------- measuring


def measured(scenarios: tuple[Scenario, ...], *, with_connection: bool = False) -> list[Json]:
    """The `messages` of the results for some scenarios, and for the connection's begin and end."""
    found = [_of_message(version, scenario) for version, scenario in each(*scenarios)]
    known = {(one["name"], one["version"]): one for one in found}
    messages = [one for one in found if one["version"] != "2.1" or _differs(one, known.get((one["name"], "2.0.1")))]
    if with_connection:
        messages += [message for version in ("1.6", "2.0.1") for message in _of_connection(version)]
    return messages


def _of_message(version: str, scenario: Scenario) -> Json:
    with account(version) as station:
        payload = prepare(scenario, station.send)
        station.flow()
        with station.counting() as spent:
            received, sent = station.frame(scenario.action, payload)
        said = _named(scenario.name, version, scenario.action)
        said |= {"frame_bytes_in": len(received.encode()), "frame_bytes_out": len(sent.encode())}
        return _result(said, spent, Budget(scenario.write_units, scenario.read_units), station)


def _of_connection(version: str) -> list[Json]:
    """The two hours are over: the station is cut off and dials again."""
    with account(version) as station:
        with station.counting() as spent:
            station.disconnect()
        end = _result(_named("disconnect", version, ""), spent, DISCONNECT, station)
        with station.counting() as spent:
            station.connect("L0SNBd7PvHcCJxw=")
        return [_result(_named("connect", version, ""), spent, CONNECT, station), end]


def _named(name: str, version: str, action: str) -> Json:
    return {"name": name, "version": version, "action": action, "frame_bytes_in": 0, "frame_bytes_out": 0}


def _result(said: Json, spent: Tally, budget: Budget, station: Account) -> Json:
    """One of the results; what follows by the stream is let happen."""
    with station.counting() as after:
        station.flow()
    return {**said, **spent.as_json(), "budget": budget._asdict(), "after": after.as_json()}


def _differs(message: Json, other: Json | None) -> bool:
    return other is None or any(
        message[name] != other[name] or message["after"][name] != other["after"][name] for name in COUNTED
    )


# ---------------------------------------------------------------------- results


def kept_text(messages: list[Json]) -> str:
    """shared/cloud_units.json: a line per message."""
    lines = [json.dumps({name: value for name, value in one.items() if name != "budget"}) for one in messages]
    return '{"messages": [\n' + ",\n".join(lines) + "\n]}\n"


def _is_within(message: Json) -> bool:
    return all(message[kind] <= message["budget"][kind] for kind in Budget._fields)


def _targets(messages: list[Json], kind: str) -> list[Target]:
    """Of what comes in every session a line each; of everything together how many keep their budget."""
    named = {scenario.name for scenario in SESSION} | {"connect", "disconnect"}
    return [
        Target(
            f"{message['name']} in {message['version']}: {kind.replace('_', ' ')}",
            message[kind],
            message["budget"][kind],
        )
        for message in messages
        if message["name"] in named
    ] + [
        Target(
            f"all {len(messages)} messages: those above their budget of {kind.replace('_', ' ')}",
            sum(message[kind] > message["budget"][kind] for message in messages),
            0,
        )
    ]


def _table(messages: list[Json]) -> Table:
    table = Table(title="What messages cost, and what follows from them", box=None, padding=(0, 1, 0, 0))
    table.add_column(no_wrap=True)
    for heading in ("OCPP", "w/r", "of", "log B", "stored B", "then w/r", "events"):
        table.add_column(heading, justify="right", no_wrap=True)
    for one in messages:
        color = "" if _is_within(one) else "[red]"
        units, budget, later = (units_text(part) for part in (one, one["budget"], one["after"]))
        sizes = (f"{one[name]}" for name in ("log_bytes", "stored_bytes"))
        table.add_row(one["name"], one["version"], color + units, budget, *sizes, later, f"{one['after']['events']}")
    return table


def units_text(units: Json) -> str:
    """Write and read units: `3/2`."""
    return f"{units['write_units']:g}/{units['read_units']:g}"


if __name__ == "__main__":
    sys.exit(main())
