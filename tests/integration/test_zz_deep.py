import pytest, sys
from hypothesis import settings, HealthCheck
from hypothesis.stateful import run_state_machine_as_test
from tests.conftest import install_table
from tests.integration.outbox_machine import OutboxMachine
def test_deep(monkeypatch):
    machine = type("Machine", (OutboxMachine,), {"fresh_table": staticmethod(lambda: install_table(monkeypatch))})
    run_state_machine_as_test(machine, settings=settings(max_examples=int(1500), stateful_step_count=60, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True))
