"""docs/scale.md: it says what is shipped, and is what the simulation makes of it."""

from pathlib import Path

import pytest

from bench import report, simulate
from bench.scale_page import FLEETS, shipped_table
from bench.simulate_page import page
from bench.simulation import scenarios
from bench.simulation.fleets import fast, home, idle
from bench.simulation.quotas import default_quotas, published
from bench.simulation.scenarios import Scenario
from bench.simulation.steady import largest_fleets, limits, steady
from bench.simulation.storm import simulate as run
from shared.fleet import HEARTBEAT_INTERVAL_S, retry_settings

DOCUMENT = (report.ROOT / "docs" / "scale.md").read_text("utf-8")
SMALL = 2_000


def test_the_document_has_the_settings_that_are_shipped() -> None:
    assert shipped_table() in DOCUMENT
    for size in FLEETS:
        settings = retry_settings(size)
        assert settings is not None
        row = f"| {size:,} | {' | '.join(map(str, settings))} |"
        assert row in DOCUMENT


@pytest.mark.parametrize("size", scenarios.SIZES)
def test_the_document_has_what_comes_of_them(size: int) -> None:
    assert f"| {size:,} | cut | {scenarios.shipped(size).name} |" in DOCUMENT


def test_a_figure_of_the_document_is_what_the_simulation_gives() -> None:
    retry = scenarios.shipped(10_000)
    storm, _ = simulate.storm(Scenario("cut", 10_000, ((1.0, retry),)))
    all_back_s = storm["back_within_s"]["1.0"]
    (row,) = (line for line in DOCUMENT.splitlines() if line.startswith(f"| 10,000 | cut | {retry.name} |"))
    assert f"{all_back_s:,.0f} s" in row


def test_every_quota_has_a_source_and_a_date() -> None:
    for entry in published().values():
        assert entry["quota"]
        assert entry["source"]
        assert entry["read_on"] >= "2026-11-22"


def test_what_uses_eight_tenths_of_a_quota_is_told() -> None:
    for kind in (idle, home, fast):
        traffic = kind(HEARTBEAT_INTERVAL_S)
        for name, size in largest_fleets(traffic, default_quotas()).items():
            used, limit = getattr(steady(size, traffic), name), getattr(limits(default_quotas()), name)
            assert used == pytest.approx(0.8 * limit, rel=0.01)


def test_random_ages_flatten_the_wave_that_follows() -> None:
    scenario = Scenario("cut", SMALL, ((1.0, scenarios.shipped(SMALL)),))
    before = run(scenario.case())
    planned, together = (scenarios.echo(scenario, before, planned=is_planned) for is_planned in (True, False))
    assert planned.peak("connects") < 0.3 * together.peak("connects")
    assert planned.attempts_per_station == 1.0
    ends = scenarios.cut_again_at(scenario, before, planned=True) - before.connected_at
    assert ends.min() >= 90 * 60
    assert ends.max() <= 7200


def test_the_section_of_the_page_is_made_of_the_results_alone(tmp_path: Path) -> None:
    scenario = Scenario("cut", SMALL, ((1.0, scenarios.shipped(SMALL)),))
    storm, curve = simulate.storm(scenario)
    results = {
        "storms": [storm],
        "curves": {str(SMALL): {storm["retry"]: curve}},
        "echo_curves": {"closed": [[90.0, 91.0], [1.0, 2.0]]},
    }
    text = page(results, tmp_path)
    assert text.startswith("## ")
    assert "2,000" in text
    assert {one.name for one in tmp_path.iterdir()} == {f"simulate_cut_{SMALL}.svg", "simulate_echo.svg"}
