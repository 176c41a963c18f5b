"""A local system for every module of end-to-end tests. A module that wants another one says so in `SYSTEM`."""

import asyncio
from collections.abc import Iterator

import pytest

from local.system import LocalSystem
from tests.end_to_end.clients import Api


@pytest.fixture(scope="module")
def system(request: pytest.FixtureRequest) -> Iterator[LocalSystem]:
    """The whole system, from the synthesised template, on ports that the operating system chose."""
    with LocalSystem.of_project(**getattr(request.module, "SYSTEM", {})) as running:
        yield running


@pytest.fixture(scope="module")
def api(system: LocalSystem) -> Api:
    """The operator API; reads wait until everything that follows from earlier messages has happened."""
    return Api(system)


@pytest.fixture
def settle(system: LocalSystem) -> None:
    """Begin with nothing under way."""
    assert asyncio.run(asyncio.to_thread(system.wait_idle))
