"""Local authorization lists at work: what of one still waits to be sent."""

from shared.aws import outbox
from shared.domain.calls import Call
from shared.store import calls
from shared.store import outbox as store

ACTION = "SendLocalList"
IS_FULL = "is_full"
"""The note of a call that says whether it replaces the whole list; 1 or 0."""


def withdraw(station_id: str) -> bool:
    """Take back the updates that wait, since what they build upon is not there, up to one that replaces the whole list.
    True if there is such a one: then the list will come right by itself."""
    for call in _waiting(station_id):
        if call.notes.get(IS_FULL):
            return True
        outbox.cancel(call)
    return False


def withdraw_all(station_id: str) -> None:
    """Take back all updates that wait, since a new list takes their place."""
    for call in _waiting(station_id):
        outbox.cancel(call)


def _waiting(station_id: str) -> list[Call]:
    """The updates of the list that wait, in their order."""
    waiting = [(station_id, one.call_id) for one in store.find(station_id).waiting]
    return [call for call in calls.find_many(waiting) if call.action == ACTION]
