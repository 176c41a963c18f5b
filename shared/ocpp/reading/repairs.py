"""What the reading of one payload brings to light: its findings, and the originals of what a repair had to change."""

import json
from datetime import datetime

from shared.domain.findings import Finding
from shared.ocpp.reading.times import format_time

LONGEST_RAW = 200


class Repairs:
    """The repairs of one payload.

    `kept` maps the path of a field to what the station sent there, as text (None: nothing), wherever the payload now
    says something else or less.
    """

    def __init__(self, received_at: datetime, utc_offset_min: int) -> None:
        self.received_at = received_at
        self.utc_offset_min = utc_offset_min
        self.findings: list[Finding] = []
        self.kept: dict[str, str | None] = {}

    @property
    def receipt(self) -> str:
        """The time of receipt as it stands in for a time the station did not tell."""
        return format_time(self.received_at)

    def found(self, code: str, path: str, text: str, raw: object = "") -> None:
        self.findings.append(Finding(code, path, text, text_of(raw)[:LONGEST_RAW]))

    def keep(self, path: str, raw: object) -> None:
        self.kept[path] = None if raw is None else text_of(raw)


def text_of(value: object) -> str:
    """A text as it is, any other JSON value as JSON text; always encodable as UTF-8."""
    if isinstance(value, str):
        return well_formed(value)
    try:
        return well_formed(json.dumps(value, ensure_ascii=False, separators=(",", ":")))
    except (RecursionError, ValueError):
        return "(too deep or too long to print)"


def well_formed(text: str) -> str:
    """The text with U+FFFD for every half of a surrogate pair, which a station leaves when it cuts an escaped emoji.

    Neither UTF-8 nor the database can carry such a half.
    """
    return text if text.isascii() else text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def inside(path: str, name: str) -> str:
    """The path of a property of the object at `path` (empty: of the payload)."""
    return f"{path}.{name}" if path else name
