"""Synthesis: done when a source has changed, and only then."""

from pathlib import Path

import pytest

from local import synth
from local.synth import SynthesisError, assembly

APP = """
import json, os, pathlib
out = pathlib.Path(os.environ["CDK_OUTDIR"])
out.mkdir()
(out / "context.json").write_text(os.environ["CDK_CONTEXT_JSON"])
with open("runs.txt", "a") as file:
    file.write("run\\n")
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose app.py only counts its runs."""
    monkeypatch.setattr(synth, "ROOT", tmp_path)
    monkeypatch.setattr(synth, "CACHE", tmp_path / ".local")
    (tmp_path / "app.py").write_text(APP)
    (tmp_path / "infra").mkdir()
    (tmp_path / "infra" / "stack.py").write_text("one")
    return tmp_path


def runs(project: Path) -> int:
    return len((project / "runs.txt").read_text().splitlines())


def test_a_second_start_synthesises_nothing(project: Path) -> None:
    assert assembly() == assembly() == project / ".local" / "cdk.out"
    assert runs(project) == 1


@pytest.mark.parametrize("changed", ["infra/stack.py", "app.py", "cdk.json", "infra/new/file.js"])
def test_a_changed_source_is_synthesised_anew(project: Path, changed: str) -> None:
    assembly()
    (project / changed).parent.mkdir(parents=True, exist_ok=True)
    with (project / changed).open("a") as file:
        file.write("\n# changed")
    assembly()
    assert runs(project) == 2


def test_what_the_template_does_not_depend_on_may_change(project: Path) -> None:
    assembly()
    (project / "infra" / "__pycache__").mkdir()
    (project / "infra" / "__pycache__" / "stack.pyc").write_text("x")
    (project / "README.md").write_text("x")
    assembly()
    assert runs(project) == 1


def test_an_assembly_that_is_gone_is_made_again(project: Path) -> None:
    directory = assembly()
    for file in directory.iterdir():
        file.unlink()
    directory.rmdir()
    assembly()
    assert runs(project) == 2


def test_nothing_is_bundled_and_nothing_is_copied(project: Path) -> None:
    context = (assembly() / "context.json").read_text()
    assert '"aws:cdk:bundling-stacks": []' in context
    assert '"aws:cdk:disable-asset-staging": true' in context


def test_a_failing_app_says_why_and_is_tried_again(project: Path) -> None:
    (project / "app.py").write_text("raise SystemExit('no such stage')")
    with pytest.raises(SynthesisError, match="no such stage"):
        assembly()
    (project / "app.py").write_text(APP)
    assembly()
    assert runs(project) == 1
