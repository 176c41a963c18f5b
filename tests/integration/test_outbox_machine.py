"""The outbox under any interleaving of requests, connections, answers, time-outs and deaths."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from shared.settings import settings as stage
from tests.conftest import install_table
from tests.integration.outbox_machine import OutboxMachine

EXAMPLES = settings(max_examples=250, stateful_step_count=40, suppress_health_check=list(HealthCheck))


def test_no_interleaving_loses_a_call_or_sends_one_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """At most one call is outstanding; none is sent again once it went out; those of a priority keep their order; every
    call comes to its end, with its own answer."""
    machine = type("Machine", (OutboxMachine,), {"fresh_table": staticmethod(lambda: install_table(monkeypatch))})
    try:
        run_state_machine_as_test(machine, settings=EXAMPLES)
    finally:
        stage.cache_clear()
