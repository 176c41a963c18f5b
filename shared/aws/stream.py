"""The shell around functions on the table's stream: one change at a time, in order."""

from collections.abc import Callable
from typing import Any

from shared.aws.telemetry import logger
from shared.store.changes import Change, changes


def each_change(event: dict[str, Any], act: Callable[[Change], None]) -> dict[str, Any]:
    """Act on every change; at the first that fails, stop and tell Lambda to go on from there.

    What is acted on twice must come to the same, because a batch may be delivered again.
    """
    for change in changes(event):
        try:
            act(change)
        except Exception:  # noqa: BLE001  # whatever it is, Lambda retries from this record and at last sets it aside
            logger.exception("failed", extra={"entity": change.entity, "id": change.id})
            return {"batchItemFailures": [{"itemIdentifier": change.sequence}]}
    return {"batchItemFailures": []}
