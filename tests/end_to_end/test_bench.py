"""The load that the benchmarks make is load as stations make it: everything is answered, understood and kept."""

import json
from pathlib import Path
from typing import Any

import pytest

from bench import load, load_page
from local.system import LocalSystem
from tests.end_to_end.clients import Api


def measured(system: LocalSystem, folder: Path, *arguments: str) -> dict[str, Any]:
    """What a short run on the system finds, the page that is made of it included."""
    kept = folder / "load.json"
    load.main([*arguments, "--port", str(system.port), "--json", str(kept)])
    results: dict[str, Any] = json.loads(kept.read_text())
    assert load_page.page(results, folder / "plots").startswith("## ")
    return results


def test_sessions_are_answered_and_kept_in_either_loop_and_version(
    system: LocalSystem, api: Api, tmp_path: Path
) -> None:
    short = ("--stations", "4", "--rates", "40", "--seconds", "1")
    results = measured(system, tmp_path, "closed", "open", *short)["sessions"]
    assert set(results) == {"1.6", "2.0.1"}
    for result in results.values():
        assert result["connected"] == 4
        assert result["failures_beside"] == {}
        assert result["books"]["differences"] == 0
        assert result["books"]["kept"]["sessions"] >= 4
        (offered,) = result["open"]
        for one in (result["closed"], offered):
            assert one["failures"] == {}
            assert one["due"] == one["answered"] > 0
    assert {one["authorization_status"] for one in api.items("transactions")} == {"Accepted"}
    assert {one["state"] for one in api.items("transactions")} == {"ended"}
    for station in api.items("stations"):
        assert not api.items("stations", station["station_id"], "findings")


@pytest.mark.requirement("M16-124")
def test_nobody_is_lost_when_all_reconnect_at_once(system: LocalSystem, tmp_path: Path) -> None:
    storm = measured(system, tmp_path, "storm", "--storm", "30")["storm"]
    assert storm["booted"] == storm["online_at_api"] == storm["still_connected"] == 30
    assert storm["books"]["sent"]["sessions"] == 3
    assert storm["books"]["differences"] == 0
    assert storm["failures_beside"] == {}
