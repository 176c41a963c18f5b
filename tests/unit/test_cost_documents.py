"""The figures of the bill in the documents are those of the model, and its page says what was worked out."""

import json
import re
from pathlib import Path

import pytest

from bench import cost, cost_docs
from bench.cost_page import page
from shared.cloud_units import units
from shared.domain.cloud_estimates import PROFILES, REACH_USD, estimate
from tests.architecture.sources import ROOT


@pytest.mark.parametrize("path", cost_docs.PAGES, ids=lambda path: path.name)
def test_a_page_has_the_figures_of_the_model(path: Path) -> None:
    assert cost_docs.is_current(path), "run: python -m bench.cost_docs"


def test_every_figure_has_its_place() -> None:
    places = {found["name"] for path in cost_docs.PAGES for found in cost_docs.BLOCK.finditer(path.read_text("utf-8"))}
    assert places == set(cost_docs.blocks())


def test_what_a_deployment_says_of_its_cost_is_what_the_model_says() -> None:
    note = (ROOT / "infra" / "stack.py").read_text("utf-8")
    idle, home = (estimate(PROFILES[profile], units()).usd for profile in ("idle", "home"))
    (said,) = re.findall(r'about (0\.\d\d) USD a month"\s+" idle and (0\.\d\d) charging', note)
    assert said == (f"{idle:.2f}", f"{home:.2f}")


def test_the_instrument_works_out_each_profile_in_both_versions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cost, "MEASURED", tmp_path / "units.json")
    monkeypatch.setattr(cost, "RESULT", tmp_path / "cost.json")
    assert cost.main([]) == 0
    results = json.loads((tmp_path / "cost.json").read_text("utf-8"))
    assert [target["target"] for target in results["targets"]] == [
        REACH_USD[profile] for profile in PROFILES for _ in range(2)
    ]
    assert all(target["reached"] or target["why"] for target in results["targets"])
    text = page(results, tmp_path)
    assert text.startswith("## ")
    plots = re.findall(r"\(plots/([\w.]+)\)", text)
    assert len(plots) == 5
    assert all((tmp_path / plot).exists() for plot in plots)
