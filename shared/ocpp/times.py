"""Times as they stand on the wire, in every version of OCPP."""

import datetime as dt


def wire_time(at: dt.datetime, *, milliseconds: bool = False) -> str:
    """UTC with Z, in whole seconds unless the station wants more: some know no other (quirk Q-08)."""
    timespec = "milliseconds" if milliseconds else "seconds"
    return at.astimezone(dt.UTC).replace(tzinfo=None).isoformat(timespec=timespec) + "Z"
