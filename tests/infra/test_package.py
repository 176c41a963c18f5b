"""The deployment package, built from the sources alone: installing wheels is left to `make check`."""

import ssl
import subprocess
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from infra import package, trust_store
from infra.check import UNCHECKED_HASH, digests

PINNED = "=="


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The package twice, without wheels."""
    first, second = tmp_path_factory.mktemp("first"), tmp_path_factory.mktemp("second")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(package, "_install", lambda _directory, _requirements: None)
        for directory in (first, second):
            package.build(directory)
    return first, second


def test_two_builds_are_the_same_to_the_byte(built: tuple[Path, Path]) -> None:
    first, second = built
    assert digests(first) == digests(second)


def test_every_module_has_byte_code_that_needs_no_look_at_its_source(built: tuple[Path, Path]) -> None:
    directory, _ = built
    sources = list(directory.rglob("*.py"))
    assert sources
    for source in sources:
        compiled = source.parent / "__pycache__" / f"{source.stem}.cpython-3{package.compiler()[1]}.pyc"
        assert compiled.read_bytes()[4:8] == UNCHECKED_HASH


def test_it_holds_what_functions_run_and_nothing_else(built: tuple[Path, Path]) -> None:
    directory, _ = built
    assert {path.name for path in directory.iterdir()} == {"functions", "shared", trust_store.FILE}
    assert (directory / "functions" / "actions" / "heartbeat.py").exists()
    assert not list(directory.rglob("generate.py"))
    assert not list(directory.rglob("*.txt"))


def test_it_trusts_amazons_certificate_authorities_and_no_others(built: tuple[Path, Path]) -> None:
    directory, _ = built
    context = ssl.create_default_context(cafile=str(directory / trust_store.FILE))
    subjects = [str(root["subject"]) for root in context.get_ca_certs()]
    assert len(subjects) == len(trust_store.ROOTS)
    assert all(any(f"'{name}'" in subject for subject in subjects) for name in trust_store.ROOTS)


def test_a_traceback_names_the_file_where_lambda_has_it(built: tuple[Path, Path]) -> None:
    directory, _ = built
    compiled = directory / "shared" / "__pycache__" / f"catalog.cpython-3{package.compiler()[1]}.pyc"
    assert b"/var/task/shared/catalog.py" in compiled.read_bytes()
    assert str(directory).encode() not in compiled.read_bytes()


def test_what_is_installed_is_pinned_because_pip_resolves_nothing() -> None:
    for requirements in (package.REQUIREMENTS, package.CRYPTOGRAPHY):
        lines = requirements.read_text("utf-8").splitlines()
        assert all(PINNED in line for line in lines if line and not line.startswith("#"))


@pytest.mark.parametrize("distribution", ["aws-lambda-powertools", "pydantic", "cryptography"])
def test_what_a_shipped_distribution_needs_is_shipped_too(distribution: str) -> None:
    shipped = {
        line.partition(PINNED)[0].lower().replace("_", "-")
        for requirements in (package.REQUIREMENTS, package.CRYPTOGRAPHY)
        for line in requirements.read_text("utf-8").splitlines()
        if PINNED in line
    }
    needed = [Requirement(line) for line in metadata.requires(distribution) or ()]
    always = {
        one.name.lower().replace("_", "-") for one in needed if not one.marker or one.marker.evaluate({"extra": ""})
    }
    assert always <= shipped


def test_the_compiler_is_a_python_that_lambda_runs() -> None:
    command, minor = package.compiler()
    version = subprocess.run(
        [command, "-c", "import sys; print(sys.version_info.minor)"], capture_output=True, text=True, check=True
    )
    assert int(version.stdout) == minor
    assert minor in package.RUNTIMES
