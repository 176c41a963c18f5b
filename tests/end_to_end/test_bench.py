"""The load that the benchmarks make is load as stations make it: everything is answered and understood."""

import json
from pathlib import Path

from bench import load
from local.system import LocalSystem
from tests.end_to_end.clients import Api


def test_the_load_is_understood(system: LocalSystem, api: Api, tmp_path: Path) -> None:
    kept = tmp_path / "load.json"
    arguments = ["rates", "--port", str(system.port), "--stations", "4", "--rates", "40", "--seconds", "1"]
    load.main([*arguments, "--json", str(kept)])
    rates = json.loads(kept.read_text())["rates"]
    (measured,) = rates["loads"]
    assert rates["connected"] == 4
    assert rates["failures_beside"] == {}
    assert measured["failures"] == {}
    assert measured["due"] == measured["answered"] > 20

    sessions = api.items("transactions")
    assert len(sessions) == 4
    assert {one["authorization_status"] for one in sessions} == {"Accepted"}
    assert {one["state"] for one in sessions} == {"ended"}
    for station in api.items("stations"):
        assert not api.items("stations", station["station_id"], "findings")
