"""GetConfiguration: a station is asked for its configuration, all of it or some keys."""

import datetime as dt
from collections.abc import Iterator

from shared.aws.command import Command, Message, Target
from shared.aws.masking import MASK, masked_value
from shared.aws.orders import Names, Orders
from shared.domain.calls import Call, Json
from shared.domain.configuration import MOST_KEYS_KEY, Variable, normal
from shared.ocpp.v16.get_configuration import GetConfigurationRequest, GetConfigurationResponse
from shared.store import configuration

LONGEST_VALUE = 500
"""What the message has room for."""

handler = Command("GetConfiguration")
handler.speaks("1.6")

orders = Orders(handler)
"""Keys; none means every key."""


@orders.worded("1.6", names=Names({"keys": "key", "keys[]": "key[]"}))
def word(keys: list[str]) -> Json:
    return {"key": keys} if keys else {}


@handler.before("1.6")
def split(request: GetConfigurationRequest, target: Target) -> list[Message]:
    """Section 5.8 of OCPP 1.6. No key means every key; more than the station takes at once become several calls."""
    names = list({normal(key): key for key in request.key or []}.values())
    if len(names) < 2:
        return [Message(request)]
    most = configuration.number(target.station_id, MOST_KEYS_KEY) or 0
    size = most if most > 0 else len(names)
    parts = [names[first : first + size] for first in range(0, len(names), size)]
    return [Message(GetConfigurationRequest(key=part)) for part in parts]


@handler.answered("1.6")
def keep(_request: GetConfigurationRequest, response: GetConfigurationResponse, call: Call) -> None:
    """What the station says is what is known. What it leaves out stays known: many do not list all that they have."""
    now = dt.datetime.now(dt.UTC)
    for variable in _said(response, call, now):
        configuration.note_read(call.station_id, variable, call.created_at)


def _said(response: GetConfigurationResponse, call: Call, now: dt.datetime) -> Iterator[Variable]:
    whole = _long_values(call)
    for one in response.configuration_key or []:
        value = masked_value(one.key, whole.get(one.key, one.value))
        is_secret = value == MASK
        yield Variable(
            one.key,
            value=None if is_secret else value,
            readonly=one.readonly,
            is_known=True,
            is_secret=is_secret,
            read_at=now,
        )
    for key in response.unknown_key or []:
        yield Variable(key, is_known=False, read_at=now)


def _long_values(call: Call) -> dict[str, str]:
    """Values that are longer than they may be, by their keys, as the station sent them (quirk Q-44)."""
    said = (call.answer or {}).get("configurationKey")
    entries = [one for one in said if isinstance(one, dict)] if isinstance(said, list) else []
    return {
        one["key"]: one["value"]
        for one in entries
        if isinstance(one.get("key"), str) and isinstance(one.get("value"), str) and len(one["value"]) > LONGEST_VALUE
    }
