"""docs/performance.md and the table in README.md say what was measured, and what was missed and by how much."""

from typing import Any

import pytest

from bench.page import MARK, performance_page, with_measured
from bench.report import Target, machine


def latest(**targets: list[Target]) -> dict[str, Any]:
    results = {
        name: {"targets": [{**one._asdict(), "reached": one.is_reached} for one in of_one]}
        for name, of_one in targets.items()
    }
    return {"machine": machine(), "took_s": 540, "results": results}


SPEED = Target("speed", 351.23, 300, "at least", "/s")
PRICE = Target("price", 0.11, 0.1, why="Copper is dear.")


def test_the_page_has_every_target_and_why_one_is_missed() -> None:
    page = performance_page(latest(load=[SPEED], cost=[PRICE]), {"load": "## Load\n", "cost": "## Cost\n"})
    assert "| speed | 351.2 /s | ≥ 300 /s | yes |" in page
    assert "| price | 0.11 | ≤ 0.1 | **no** |" in page
    assert "* price: +10%. Copper is dear." in page
    assert page.index("## Load") < page.index("## Cost")
    assert "took 9 min" in page


def test_a_page_without_a_miss_has_no_list_of_them() -> None:
    assert "not reached" not in performance_page(latest(load=[SPEED]), {})


def test_the_readme_has_the_last_run_between_its_marks_however_often_it_is_written() -> None:
    readme = f"before\n{MARK}old\n{MARK}after\n"
    once = with_measured(readme, latest(load=[SPEED], units=[PRICE]))
    assert once.startswith("before\n")
    assert once.endswith(f"{MARK}after\n")
    assert "speed" in once
    assert "old" not in once
    assert "price" not in once
    assert with_measured(once, latest(cost=[PRICE])).count("speed") == 0


def test_a_readme_without_the_marks_is_left_alone() -> None:
    with pytest.raises(ValueError, match="unpack"):
        with_measured("nothing to fill in\n", latest(load=[SPEED]))
