"""The section of docs/performance.md about what messages cost (bench/units.py)."""

from pathlib import Path

from bench import plots
from bench.page import table
from bench.report import Json
from bench.scenarios import SESSION_2X, SESSION_16
from bench.units import units_text

INTRODUCTION = """## What messages cost

Request units of DynamoDB (writes/reads), counted by its rules on the local table, and the bytes that are billed.
*After* is what follows by the table's stream: history, lists, events for other systems. All of it is the same in every
run; tests hold the budgets ([test_budgets.py](../tests/integration/test_budgets.py)).
"""
HEADINGS = ("message", "OCPP", "units", "budget", "after", "log bytes", "stored bytes", "events", "frame bytes in/out")


def page(results: Json, plots_in: Path) -> str:
    """What comes in every session first, as a plot and a table; then everything else."""
    messages = results["messages"]
    named = {scenario.name for scenario in (*SESSION_16, *SESSION_2X)} | {"connect", "disconnect"}
    often = [one for one in messages if one["name"] in named]
    groups = {
        f"{one['name']} ({one['version']})": {
            "written": one["write_units"],
            "read": one["read_units"],
            "written after it": one["after"]["write_units"],
            "read after it": one["after"]["read_units"],
        }
        for one in often
    }
    title = "What a message costs in DynamoDB, and what follows from it"
    plots.bars(plots_in / "units_messages.svg", groups, title=title, x="request units", stacked=True)
    rest = [one for one in messages if one not in often]
    return "\n".join(
        [
            INTRODUCTION,
            "![Request units of messages](plots/units_messages.svg)\n",
            table(HEADINGS, map(_row, often)),
            "Messages that do not come in every session:\n",
            table(HEADINGS, map(_row, rest)),
        ]
    )


def _row(message: Json) -> tuple[object, ...]:
    return (
        message["name"],
        message["version"],
        units_text(message),
        units_text(message["budget"]),
        units_text(message["after"]),
        message["log_bytes"],
        message["stored_bytes"] + message["after"]["stored_bytes"],
        message["events"] + message["after"]["events"],
        f"{message['frame_bytes_in']}/{message['frame_bytes_out']}",
    )
