"""What a cold start may cost: what a function brings with it, and CPU ceilings as ratios to the AWS SDK's.

`python -m bench.imports` measures the same with more care and for every function (docs/bench.md).
"""

from collections.abc import Iterator

import pytest

from bench.fresh import BASELINE, Cost, Fresh, fresh_processes, least
from bench.imports import HEARTBEAT, ceiling, functions
from tests.architecture import hot_imports
from tests.architecture.hot_imports import HOT

ROUNDS = 2
ATTEMPTS = 6
"""A busy machine only ever adds to the CPU time of a process, so the least of several rounds is compared; every attempt
adds rounds to those of the attempts before."""

OURS = {"functions", "shared"}
TELEMETRY = {"aws_lambda_powertools", "jmespath", "typing_extensions", "botocore"}
"""Powertools and what it needs. Of botocore it takes the empty top, to see whether there is one."""
MODELS = {"pydantic_core", "typing_extensions"}
CERTIFICATES = {"cryptography"}

TOO_HEAVY = {"asyncio", "concurrent.futures", "multiprocessing", "sqlite3", "subprocess", "unittest", "xml"}
"""Modules of the standard library that nothing here needs and that something imported by mistake brings along."""

ACTIONS = {name: statement for name, statement in functions().items() if name.startswith("actions.")}
CONNECTION = {name: statement for name, statement in functions().items() if name.startswith("connection.")}
WAITED_FOR = {**CONNECTION, **ACTIONS}


def allowed(name: str) -> set[str]:
    """The packages that a function on a station's way may bring."""
    if name == HEARTBEAT or name.startswith("connection."):
        return OURS | TELEMETRY
    return OURS | TELEMETRY | MODELS | (CERTIFICATES if name == "actions.sign_certificate" else set())


@pytest.fixture(scope="module")
def fresh() -> Iterator[Fresh]:
    with fresh_processes() as processes:
        yield processes


@pytest.fixture(scope="module")
def first(fresh: Fresh) -> dict[str, Cost]:
    """What each function brings. That it is compiled on the way spoils the times of this one run."""
    (costs,) = fresh.rounds({"baseline": BASELINE, **WAITED_FOR}, 1)
    return costs


def test_a_function_on_a_stations_way_brings_only_what_it_needs(first: dict[str, Cost]) -> None:
    brought = {name: first[name].packages - allowed(name) for name in WAITED_FOR}
    assert not {name: packages for name, packages in brought.items() if packages}


@pytest.mark.parametrize("name", HOT)
def test_a_hot_function_imports_what_is_listed_and_nothing_else(first: dict[str, Cost], name: str) -> None:
    found, listed = hot_imports.imports_of(first[name]), hot_imports.kept()[name]
    changes = {"came in": sorted(found - listed), "gone": sorted(listed - found)}
    assert changes == {"came in": [], "gone": []}, "see tests/architecture/hot_imports.py"


def test_the_list_of_imports_is_as_it_would_be_written(first: dict[str, Cost]) -> None:
    imports = {name: hot_imports.imports_of(first[name]) for name in HOT}
    assert hot_imports.FILE.read_text("utf-8") == hot_imports.text(imports)


def test_no_function_on_a_stations_way_loads_the_aws_sdk(first: dict[str, Cost]) -> None:
    loaded = {
        name: {module for module in first[name].modules if module.startswith(("botocore.", "boto3"))}
        for name in WAITED_FOR
    }
    assert not {name: modules for name, modules in loaded.items() if modules}


def test_no_function_on_a_stations_way_loads_heavy_parts_of_the_standard_library(first: dict[str, Cost]) -> None:
    loaded = {name: first[name].modules & TOO_HEAVY for name in WAITED_FOR}
    assert not {name: modules for name, modules in loaded.items() if modules}


@pytest.mark.usefixtures("first")
def test_no_import_that_a_station_waits_for_exceeds_its_ceiling(fresh: Fresh) -> None:
    suspects, rounds = WAITED_FOR, list[dict[str, Cost]]()
    for _ in range(ATTEMPTS):
        rounds += fresh.rounds({"baseline": BASELINE, **suspects}, ROUNDS)
        cpu_ms = least(rounds)
        ratios = {name: cpu_ms[name] / cpu_ms["baseline"] for name in suspects}
        over = {name: round(ratio, 2) for name, ratio in ratios.items() if ratio > (ceiling(name) or 0)}
        if not over:
            return
        suspects = {name: WAITED_FOR[name] for name in over}
    pytest.fail(f"more CPU than allowed, as ratios to {BASELINE!r}: {over}")
