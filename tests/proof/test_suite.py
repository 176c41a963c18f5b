"""The proof: what functions did while all tests ran, held against their roles in the template that they ran from.

It is a run of its own after the whole suite (`make test`), which names the folder of what was recorded: of some tests
alone nobody could say which right nothing used.
"""

import os
from pathlib import Path

import pytest

from local.accesses import Access, read
from local.synth import assembly
from tests.proof.roles import Roles
from tests.proof.verdict import missing, unused
from tests.rights import with_runners

RECORDED = "IDLEWATT_PROOF"

pytestmark = pytest.mark.skipif(RECORDED not in os.environ, reason="proved after the whole suite: make test")


@pytest.fixture(scope="module")
def accesses() -> set[Access]:
    return with_runners(read(Path(os.environ[RECORDED])))


@pytest.fixture(scope="module")
def roles() -> Roles:
    return Roles.of_assembly(assembly())


def test_every_call_that_was_made_is_allowed(roles: Roles, accesses: set[Access]) -> None:
    assert missing(roles, accesses) == []


def test_nothing_is_granted_that_was_not_used(roles: Roles, accesses: set[Access]) -> None:
    assert unused(roles, accesses) == []
