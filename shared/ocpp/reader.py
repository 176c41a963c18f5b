"""The tolerant reader: from what a station sent to what the schema of its OCPP version accepts.

Stations cannot be changed, and one whose message is refused sends it again until it is thrown away. So what a message
plainly means is put in the standard's form before it is validated; each repair is a finding, told to the operator.
docs/quirks.md lists the quirks.

What is lost in the standard's form is kept beside it, in `Reading.kept`. For what decides about money and identity,
read the field through it: `kept.get("idTag") or request.id_tag`. And:

- A time that could not be told is the time of receipt in the payload. A repeated message gets another one, so what
  identifies a transaction is the station's own text: `kept["timestamp"]` if that is there (None: there was none).
- A sample that the schema has no words for (unknown measurand, unit, phase, location or format), or whose value is no
  number, has the value "" in the payload, which nobody can take for energy. All of it is found in `kept`, at
  `meterValue[0].sampledValue[2].value`, `….measurand`, `….unit`, `….phase`, `….location`, `….format`. A value ""
  without an original was never there: nothing to store.
"""

from datetime import datetime
from typing import Any, NamedTuple

from shared.domain.findings import Finding
from shared.domain.stations import Options
from shared.ocpp.reading.messages16 import MESSAGES_16
from shared.ocpp.reading.repairs import Repairs


class Reading(NamedTuple):
    """The payload of a CALL as the schema has it, as far as that could be achieved.

    `payload` is a JSON object; only what is no object at all, and so cannot be a payload, stays what it is, and the
    schema refuses it. `findings` has one row per repair. `kept` maps the path of a field to the station's own text of
    it (other JSON values as JSON text, None if there was nothing) where the payload says something else or less.
    """

    payload: Any
    findings: list[Finding]
    kept: dict[str, str | None]


def read(action: str, version: str, payload: object, *, received_at: datetime, options: Options) -> Reading:
    """Reads the payload of a CALL from a station: any JSON value, which is not changed itself.

    Never raises. A clean payload comes back as the same object; `null` is the empty object (rule T-20). `received_at`
    is aware. With `options.strict` nothing is repaired.
    """
    if payload is None:
        payload = {}
    shape = MESSAGES_16.get(action) if version == "1.6" else None
    if options.strict or shape is None or not isinstance(payload, dict):
        return Reading(payload, [], {})
    repairs = Repairs(received_at, options.utc_offset_min)
    return Reading(shape.read(payload, "", repairs), repairs.findings, repairs.kept)
