"""The instrument that counts what messages cost: it sees what is there, and what it has kept is true."""

import json
from pathlib import Path
from typing import Any

import pytest

from bench import units, units_page
from bench.scenarios import SESSION_16
from bench.units_account import LOG_EVENT_BYTES, account
from shared.aws.telemetry import logger
from shared.store import connections, stations

HEARTBEAT = SESSION_16[:1]


def test_the_figures_that_estimates_are_made_of_are_those_of_a_fresh_measurement() -> None:
    fresh = units.kept_text(units.measured(units.SESSION, with_connection=True))
    assert fresh == units.KEPT.read_text("utf-8"), "python -m bench.units --write"


def test_a_read_and_a_line_more_show_up(monkeypatch: pytest.MonkeyPatch) -> None:
    (before,) = units.measured(HEARTBEAT)
    beat = connections.heartbeat

    def slow(station_id: str, *more: Any, **options: Any) -> bool:
        assert stations.find(station_id)
        logger.info("more")
        return beat(station_id, *more, **options)

    monkeypatch.setattr(connections, "heartbeat", slow)
    (after,) = units.measured(HEARTBEAT)
    assert after["read_units"] == before["read_units"] + 1
    assert after["requests"] == before["requests"] + 1
    assert after["log_bytes"] > before["log_bytes"] + LOG_EVENT_BYTES
    assert after["write_units"] == before["write_units"] == 1


def test_what_follows_from_a_message_is_counted_by_itself() -> None:
    messages = {one["name"]: one for one in units.measured(SESSION_16)}
    assert messages["Heartbeat"]["after"]["invocations"] == 0
    assert messages["StatusNotification"]["after"]["events"] == 1
    assert messages["StatusNotification"]["events"] == 0
    assert messages["MeterValues, 8 samples"]["expire_after_days"] == 400
    assert messages["MeterValues, 8 samples"]["after"]["invocations"] == 0
    assert messages["MeterValues, 8 samples, looked up"]["after"]["invocations"] == 1
    assert messages["MeterValues, 8 samples"]["frame_bytes_in"] > messages["Heartbeat"]["frame_bytes_in"]


def test_an_account_leaves_nothing_behind() -> None:
    def stored() -> int:
        with account("1.6") as station:
            station.send("StatusNotification", {"connectorId": 1, "status": "Available", "errorCode": "NoError"})
            return station.table.count

    assert stored() == stored()


def test_the_page_shows_every_message(tmp_path: Path) -> None:
    messages = units.measured(SESSION_16)
    page = units_page.page(json.loads(json.dumps({"messages": messages})), tmp_path)
    assert page.startswith("## ")
    assert all(f"| {one['name']} |" in page for one in messages)
    assert (tmp_path / "units_messages.svg").read_text("utf-8").count("</svg>") == 1
