"""Findings: what a station sends that the standard does not allow and that we repaired instead of refusing."""

import re
from typing import NamedTuple


class Finding(NamedTuple):
    """One repair of one field.

    `code` names the field quirk (`Q-07`; the list is in docs/quirks.md), `path` the place in the payload
    (`meterValue[0].timestamp`), `text` what was done in a sentence, `raw` the value as it came, cut to 200 characters.
    """

    code: str
    path: str
    text: str
    raw: str = ""

    @property
    def field(self) -> str:
        """The path without list positions, which is what a station does again and again: `meterValue[].timestamp`."""
        return re.sub(r"\[\d+\]", "[]", self.path)
