"""The shell around functions on the table's stream: one change at a time, in order."""

from collections.abc import Callable
from typing import Any

from shared.aws.telemetry import logger
from shared.store import patience
from shared.store.changes import Change, changes

REDRIVEN = "redriven"
"""Beside the records of an event that comes from the dead letters: later changes of the same items may have come before
it."""


class FirstFailed(Exception):
    """The first change of several cannot be acted on. Lambda then halves the batch until that change is alone, and sets
    it aside without those behind it; told of a failed item it would in the end give up all of them."""


def each_change(event: dict[str, Any], context: object, act: Callable[[Change], None]) -> dict[str, Any]:
    """Act on every change; at the first that fails, stop and tell Lambda to go on from there. Raises FirstFailed.

    What is acted on twice must come to the same, because a batch may be delivered again.
    """
    patience.begin(context)
    for number, change in enumerate(changes(event)):
        try:
            act(change)
        except Exception as error:  # whatever it is, the batch comes again, and at last what fails is set aside
            logger.exception("failed", extra={"entity": change.entity, "id": change.id})
            if number == 0 and len(event["Records"]) > 1:
                raise FirstFailed(change.entity, change.id) from error
            return {"batchItemFailures": [{"itemIdentifier": change.sequence}]}
    return {"batchItemFailures": []}
