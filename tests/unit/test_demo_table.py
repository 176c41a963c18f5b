"""The live table of the demo: everything in it is what the operator API said."""

import io
from datetime import UTC, datetime
from typing import Any

import pytest
from rich.console import Console, ConsoleDimensions

from local.demo.operator import View
from local.demo.table import render

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


def station(station_id: str, *statuses: str, version: str | None = "1.6", online: bool = True) -> dict[str, Any]:
    evses = [
        {"evse_id": number, "connectors": [{"connector_id": 1, "reported_status": status, "changed_at": None}]}
        for number, status in enumerate(statuses, 1)
    ]
    told = {"station_id": station_id, "online": online, "ocpp_version": version, "evses": evses}
    return told | {"name": "Leipzig, Hof", "vendor": "Simulated", "model": "Street 22"}


def transaction(number: int, state: str, energy_wh: int | None, evse_id: int = 2) -> dict[str, Any]:
    return {
        "transaction_id": str(number),
        "station_id": "DEMO-01",
        "evse_id": evse_id,
        "id_token": "DEMO-01-CARD1",
        "state": state,
        "charging_state": None,
        "started_at": f"2026-11-01T1{number % 10}:00:00Z",
        "ended_at": None,
        "energy_wh": energy_wh,
    }


def finding(code: str, last_at: str) -> dict[str, Any]:
    return {"code": code, "path": "timestamp", "text": "no zone: read as UTC", "seen": 3, "last_at": last_at}


VIEW = View(
    stations=[station("DEMO-01", "Available", "Charging"), station("DEMO-02", online=False)],
    transactions={
        "1000000001": transaction(1000000001, "active", 1234),
        "1000000000": transaction(1000000000, "active", 1),  # its stop was lost
        "1000000002": transaction(1000000002, "ended", 20_000, evse_id=1),
    },
    power_w={"1000000001": 11_040.0},
    findings={"DEMO-01": [finding("Q-01", "2026-11-01T11:00:00Z"), finding("Q-07", "2026-11-01T10:00:00Z")]},
)


def shown(view: View, width: int, height: int = 40) -> list[str]:
    console = Console(file=io.StringIO(), width=width)
    with console.capture() as captured:
        console.print(render(view, NOW, ConsoleDimensions(width, height)))
    return captured.get().splitlines()


@pytest.mark.parametrize("width", [80, 120, 200])
def test_at_any_width_nothing_is_cut_but_the_finding(width: int) -> None:
    lines = shown(VIEW, width)
    charging = next(line for line in lines if "Charging" in line)
    for text in ("DEMO-01", "Available, Charging", "11.0 kW"):
        assert text in charging
    assert "Q-01" in charging
    rows = [line for line in lines if line.startswith("│")]
    assert {line[-1] for line in rows} == {"│"}
    assert {len(line) for line in rows} == {width}


def test_a_wide_terminal_also_shows_name_and_model() -> None:
    wide, narrow = "\n".join(shown(VIEW, 160)), "\n".join(shown(VIEW, 80))
    assert "Simulated Street 22" in wide
    assert "Leipzig, Hof" in wide
    assert "Simulated" not in narrow


def test_a_terminal_shows_as_many_stations_as_it_has_room_for() -> None:
    view = View(stations=[station(f"DEMO-{number:02}") for number in range(1, 21)])
    assert sum("DEMO-" in line for line in shown(view, 80, height=30)) == 20
    low = shown(view, 80, height=24)
    assert len(low) <= 24
    assert low[-1].strip().endswith("3 more stations")


def test_where_there_is_no_room_for_findings_there_is_no_column_of_them() -> None:
    assert not any("finding" in line for line in shown(VIEW, 50)[:3])


def test_the_title_counts_the_versions_and_each_station_shows_its_own() -> None:
    stations = [station("DEMO-01"), station("DEMO-02", version="2.1"), station("DEMO-03", version="2.1")]
    lines = shown(View(stations=[*stations, station("DEMO-04", version=None)]), 160)
    assert lines[0].rstrip().endswith("UTC · OCPP 1.6 (1), 2.1 (2)")
    assert " 2.1 " in next(line for line in lines if "DEMO-02" in line)


def test_where_a_connector_is_occupied_the_transaction_tells_what_goes_on() -> None:
    running = transaction(1, "active", 0, evse_id=1) | {"charging_state": "SuspendedEV"}
    view = View(stations=[station("DEMO-01", "Occupied", "Occupied", version="2.0.1")], transactions={"1": running})
    assert any("SuspendedEV, Occupied" in line for line in shown(view, 80))


def test_the_last_line_sums_up() -> None:
    assert shown(VIEW, 200)[-1].strip() == (
        "1 of 2 stations online · 2 charging with 11.0 kW · 1 transactions ended with 20.00 kWh · 2 kinds of findings"
    )


def test_a_station_that_told_nothing_yet_has_a_row() -> None:
    assert any("DEMO-02" in line for line in shown(VIEW, 80))


def test_what_is_known_of_no_station_is_shown_too() -> None:
    assert "0 of 0 stations online" in "\n".join(shown(View(), 80))


def test_the_latest_time_is_that_of_a_charge_or_a_change_of_status() -> None:
    assert View().latest_time() is None
    assert VIEW.latest_time() == datetime(2026, 11, 1, 12, tzinfo=UTC)
