"""GetVariables: a station is asked for values of its variables."""

import datetime as dt
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from shared.aws import security_upgrades
from shared.aws.command import Command, Message, Target
from shared.aws.device_model import as_of, batches, kept_value, refuse_doubles
from shared.aws.orders import Names, Orders
from shared.domain.calls import Call, Json
from shared.domain.variables import Attribute, AttributeType, Variable, VariableId, read
from shared.ocpp.words_variables import attribute_type, component_and_variable, variable_id
from shared.store import variables

if TYPE_CHECKING:
    from shared.ocpp.v21.get_variables import GetVariablesRequest, GetVariablesResponse

handler = Command("GetVariables")
handler.speaks("2.0.1", "2.1")

orders = Orders(handler)
"""Pairs of a variable's id and the attribute that is meant."""


@orders.worded("2.0.1", "2.1", names=Names({"variables": "getVariableData", "variables[]": "getVariableData[]"}))
def word(wanted: Sequence[tuple[VariableId, AttributeType]]) -> Json:
    return {"getVariableData": [component_and_variable(one) | {"attributeType": which} for one, which in wanted]}


@handler.before("2.0.1", "2.1")
def split(request: "GetVariablesRequest", target: Target) -> list[Message]:
    """Use case B06. More than the station takes at once become several calls."""
    asked = request.get_variable_data
    named = [(variable_id(one.component, one.variable).normal, attribute_type(one.attribute_type)) for one in asked]
    refuse_doubles(named, "payload.getVariableData")
    parts = batches(target.station_id, handler.name, asked, [one.to_wire() for one in asked])
    return [Message(request.model_copy(update={"get_variable_data": part})) for part in parts]


@handler.answered("2.0.1", "2.1")
def keep(_request: "GetVariablesRequest", response: "GetVariablesResponse", call: Call) -> None:
    """What the station says is what is known. Results name their variables, so their order does not matter."""
    now = dt.datetime.now(dt.UTC)
    said: dict[VariableId, tuple[VariableId, list[tuple[AttributeType, Attribute]]]] = {}
    for one in response.get_variable_result:
        named = variable_id(one.component, one.variable)
        value, is_secret = kept_value(named, one.attribute_value)
        told = Attribute(
            value=value,
            is_secret=is_secret,
            status=one.attribute_status,
            reason=one.attribute_status_info.reason_code if one.attribute_status_info else None,
            answered_at=now,
        )
        said.setdefault(named.normal, (named, []))[1].append((attribute_type(one.attribute_type), told))
    at = as_of(call, now)
    variables.change(call.station_id, {named: partial(_read, told=told, at=at) for named, told in said.values()})
    security_upgrades.conclude(call)


def _read(known: Variable, told: Sequence[tuple[AttributeType, Attribute]], at: dt.datetime) -> Variable:
    for which, attribute in told:
        known = read(known, which, attribute, at)
    return known
