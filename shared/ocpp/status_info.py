"""The reasons that messages of 2.x give for a status. Standard library only: frequent functions import it."""

from typing import Any


def status_info(message: Any) -> dict[str, Any]:
    """`{"status_info": {"reason_code", "additional_info"}}` of a message of any version; empty where it gives none."""
    given = getattr(message, "status_info", None)
    if given is None:
        return {}
    return {"status_info": {"reason_code": given.reason_code, "additional_info": given.additional_info}}
