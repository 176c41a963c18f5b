"""Functions have no more rights here than in the cloud."""

from collections.abc import Iterator

import pytest

from shared.store import dynamodb
from tests.integration.aws_answers import aws  # noqa: F401  # the fixture, for every file that asks for it
from tests.integration.clock import clock  # noqa: F401  # the fixture, for every file that asks for it
from tests.integration.letter_queue import letters  # noqa: F401  # likewise
from tests.integration.local_table import client  # noqa: F401  # likewise
from tests.integration.log_group import log  # noqa: F401  # likewise
from tests.rights import Enforcement


@pytest.fixture(autouse=True)
def rights(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Where a test has a table, functions reach it with the rights of their roles; asking for more fails the test."""
    if "table" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("table")
    enforcement = Enforcement(dynamodb._transport)
    monkeypatch.setattr(dynamodb, "_transport", enforcement)
    yield
    assert not enforcement.denied
