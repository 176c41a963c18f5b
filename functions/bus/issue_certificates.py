"""From the bus: certificates that stations ask for. And once a day: those that should be renewed."""

from typing import Any

from shared.aws import issuing
from shared.store import patience

REQUESTED = "certificate.requested"


def handler(event: dict[str, Any], context: object) -> None:
    """An authority that cannot be asked is an exception: Lambda tries again twice, after one and two minutes."""
    patience.begin(context)
    if event["detail-type"] == REQUESTED:
        issuing.take(event["detail"])
    else:
        issuing.note_expiring()
