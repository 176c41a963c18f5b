"""Every action of stations, at its own function and at `$default`, which does their work should routes fail: whatever
the shell around it does, for a station that is accepted and one that is not, each may do."""

import json
from collections.abc import Iterator

import pytest

from local.dynamodb.storage import Store
from shared.catalog import FROM_STATION, Action
from shared.store import findings
from tests.integration.least_payloads import payload
from tests.integration.station import DirectStation

ROWS = [(action, version) for action in FROM_STATION for version in action.versions]
ADDED = {"noSuchProperty": 1}


def frames(action: Action, version: str) -> Iterator[str]:
    """The least message, and one with something in it that has to be left out."""
    least = payload(action, version)
    for number, one in enumerate((least, least | ADDED)):
        yield json.dumps([2, f"m{number}", action.name, one])


@pytest.mark.parametrize(("action", "version"), ROWS, ids=lambda one: getattr(one, "name", one))
def test_an_action_is_answered_wherever_it_comes(table: Store, action: Action, version: str) -> None:
    own = f"functions.actions.{action.module}"
    for registration in ("Accepted", "Rejected"):
        for module in (own, "functions.connection.default"):
            station = DirectStation(f"{registration}-{module}", version=version, registration=registration)
            for text in frames(action, version):
                answer = station.text(text, module)
                assert answer
                assert answer[0] in (3, 4)
                assert "InternalError" not in answer


def test_what_had_to_be_left_out_is_noted_by_either(table: Store) -> None:
    row = next(action for action in FROM_STATION if action.name == "StatusNotification")
    for module in ("functions.actions.status_notification", "functions.connection.default"):
        station = DirectStation(module)
        for text in frames(row, "1.6"):
            station.text(text, module)
        assert [one.finding.code for one in findings.page(module, None, 5)[0]] == ["Q-52"]
