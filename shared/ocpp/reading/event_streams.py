"""NotifyPeriodicEventStream of OCPP 2.1, which the standard's own example writes in another way than its schema (V-20):
with a time for each value, and without the base time that the schema counts the values' seconds from."""

from datetime import datetime
from typing import Any

from shared.ocpp.reading.kinds import number_of
from shared.ocpp.reading.repairs import Repairs, inside, text_of
from shared.ocpp.reading.times import format_time, parse_time

CODE = "V-20"


class StreamShape:
    """The message's payload; what cannot be understood is left for the schema to refuse."""

    def read(self, value: dict[str, Any], path: str, repairs: Repairs) -> dict[str, Any]:
        data = value.get("data")
        if not isinstance(data, list):
            return value
        moments = [_moment(one, repairs) for one in data]
        if "basetime" in value and not any(moments):
            base, result = None, value
        else:
            base = _base(value.get("basetime"), moments, repairs)
            result = {**value, "basetime": format_time(base)}
            repairs.found(CODE, inside(path, "data[].t"), "times, read as seconds after the base time", data[:1])
        elements = [
            _element(one, moment, base, f"{inside(path, 'data')}[{index}]", repairs)
            for index, (one, moment) in enumerate(zip(data, moments, strict=True))
        ]
        return result if elements == data else {**result, "data": elements}


def _moment(element: Any, repairs: Repairs) -> datetime | None:
    """The moment that a value's `t` is; None: it is a number of seconds, or nothing that can be told."""
    said = element.get("t") if isinstance(element, dict) else None
    if not isinstance(said, str) or number_of(said) is not None:
        return None
    told = parse_time(said, repairs.received_at, repairs.utc_offset_min)
    return told.at if told.known else None


def _base(said: Any, moments: list[datetime | None], repairs: Repairs) -> datetime:
    """The base time: the one given, else the first moment, else the time of receipt."""
    told = parse_time(said, repairs.received_at, repairs.utc_offset_min) if isinstance(said, str) else None
    if told and told.known:
        return told.at
    return next((one for one in moments if one), repairs.received_at)


def _element(element: Any, moment: datetime | None, base: datetime | None, path: str, repairs: Repairs) -> Any:
    if not isinstance(element, dict):
        return element
    read = dict(element)
    number = number_of(element["t"]) if isinstance(element.get("t"), str) else None
    if moment is not None and base is not None:
        read["t"] = (moment - base).total_seconds()
    elif number is not None:
        read["t"] = number
        repairs.found(CODE, inside(path, "t"), "a text, read as a number", element["t"])
    said = element.get("v")
    if isinstance(said, int | float):
        read["v"] = text_of(said)
        repairs.found("Q-12", inside(path, "v"), "read as text", said)
    return read
