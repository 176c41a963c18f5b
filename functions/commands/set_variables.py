"""SetVariables: a station is given values for its variables.

The variable BasicAuthPassword of SecurityCtrlr is the station's password. A new one is kept, as a hash, before it is
sent, so that the station is let in whatever becomes of the answer (rule T-82, shared/domain/passwords.py).
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from shared.aws import fleet_settings, password_changes, security_upgrades
from shared.aws.command import Command, Message, Settled, Target
from shared.aws.device_model import as_of, batches, kept_value, refuse_doubles
from shared.aws.masking import SECRETS
from shared.aws.orders import Names, Orders
from shared.domain.calls import Call, CallError, Json
from shared.domain.device_settings import (
    LONGEST_PASSWORD,
    LONGEST_PROFILE_PASSWORD,
    SECURITY_PROFILE,
    VALUE_SIZE,
    is_of_profile,
    is_password,
    password_complaint,
)
from shared.domain.errors import Conflict, Invalid
from shared.domain.variables import (
    ACTUAL,
    REBOOT_REQUIRED,
    Attribute,
    AttributeType,
    Variable,
    VariableId,
    complaint,
    wish,
    written,
)
from shared.ocpp.words_variables import attribute_type, component_and_variable, variable_id
from shared.store import variables

if TYPE_CHECKING:
    from shared.ocpp.v21.set_variables import SetVariableDataType, SetVariablesRequest, SetVariablesResponse

DATA = "payload.setVariableData"
TAKEN = ("Accepted", REBOOT_REQUIRED)

handler = Command("SetVariables")
handler.speaks("2.0.1", "2.1")

orders = Orders(handler)
"""Triples of a variable's id, the attribute that is meant, and the value."""

NAMES = Names(
    {
        "variables": "setVariableData",
        "variables[]": "setVariableData[]",
        "variables[].value": "setVariableData[].attributeValue",
    }
)


@orders.worded("2.0.1", "2.1", names=NAMES)
def word(wanted: Sequence[tuple[VariableId, AttributeType, str]]) -> Json:
    return {
        "setVariableData": [
            component_and_variable(one) | {"attributeType": which, "attributeValue": value}
            for one, which, value in wanted
        ]
    }


@handler.before("2.0.1", "2.1")
def check(request: "SetVariablesRequest", target: Target) -> list[Message]:
    """Use case B05. More than the station takes at once become several calls; a password is always one of its own, so
    that its answer tells of nothing else."""
    data = request.set_variable_data
    named = [(_id(one).normal, attribute_type(one.attribute_type)) for one in data]
    refuse_doubles(named, DATA)
    known = variables.find_many(target.station_id, [*map(_id, data), VALUE_SIZE])
    if not target.unchecked:
        _check(data, target, known)
    plain = [one for one in data if not is_password(_id(one))]
    parts = batches(target.station_id, handler.name, plain, [one.to_wire() for one in plain]) if plain else []
    messages = [Message(request.model_copy(update={"set_variable_data": part}), _notes(part, known)) for part in parts]
    for number, one in enumerate(data):
        if is_password(_id(one)):
            alone = request.model_copy(update={"set_variable_data": [one]})
            messages.append(_password(alone, target, f"{DATA}[{number}].attributeValue"))
    return messages


def _notes(data: "Sequence[SetVariableDataType]", known: Mapping[VariableId, Variable]) -> Json:
    """Where values stand that the station tells nobody, whatever their variables are called."""
    attributes = [_known(one, known).attribute(attribute_type(one.attribute_type)) for one in data]
    hidden = [one.is_secret or one.mutability == "WriteOnly" for one in attributes]
    paths = [f"setVariableData[{number}].attributeValue" for number, is_hidden in enumerate(hidden) if is_hidden]
    return {SECRETS: paths} if paths else {}


def _known(data: "SetVariableDataType", known: Mapping[VariableId, Variable]) -> Variable:
    return known.get(_id(data).normal, Variable(_id(data)))


def _password(request: "SetVariablesRequest", target: Target, path: str) -> Message:
    (one,) = request.set_variable_data
    is_for_later = is_of_profile(_id(one))
    longest = LONGEST_PROFILE_PASSWORD if is_for_later else LONGEST_PASSWORD
    if reason := password_complaint(one.attribute_value, longest=longest):
        raise Invalid(reason, path=path)
    password_id = password_changes.propose(target.station_id, one.attribute_value)
    return Message(request, {"password_id": password_id})


def _id(data: "SetVariableDataType") -> VariableId:
    return variable_id(data.component, data.variable)


def _check(data: "Sequence[SetVariableDataType]", target: Target, known: Mapping[VariableId, Variable]) -> None:
    """By what the station has told of these variables. Raises Invalid, Conflict."""
    longest = _longest(known.get(VALUE_SIZE.normal))
    for number, one in enumerate(data):
        path = f"{DATA}[{number}].attributeValue"
        which = attribute_type(one.attribute_type)
        variable = _known(one, known)
        if variable.attribute(which).mutability == "ReadOnly":
            raise Conflict(f"{_id(one)} is read-only, says the station", path=f"{DATA}[{number}]")
        if reason := complaint(variable, which, one.attribute_value):
            raise Invalid(f"{_id(one)}: {reason}", path=path)
        if longest is not None and len(one.attribute_value) > longest:
            raise Invalid(f"The station takes values of at most {longest} characters", path=path)
        if is_of_profile(_id(one)) and _id(one).normal.variable == SECURITY_PROFILE.normal.variable:
            _check_profile(one.attribute_value, target, path)


def _check_profile(value: str, target: Target, path: str) -> None:
    if not (value.isascii() and value.isdigit()):
        raise Invalid("A security profile is a number from 1 to 3", path=path)
    security_upgrades.check_profile(target, int(value), path)


def _longest(size: Variable | None) -> int | None:
    told = size.actual.value if size else None
    return int(told) if told and told.isascii() and told.isdigit() else None


@handler.answered("2.0.1", "2.1")
def keep(request: "SetVariablesRequest", response: "SetVariablesResponse", call: Call) -> Settled | None:
    """Results name their variables, so their order does not matter; what a result says counts for its variable only."""
    now = dt.datetime.now(dt.UTC)
    is_of_fleet = fleet_settings.OF_FLEET in call.notes
    given = {
        (_id(one).normal, attribute_type(one.attribute_type)): one.attribute_value for one in request.set_variable_data
    }
    said: dict[VariableId, tuple[VariableId, list[tuple[AttributeType, Attribute]]]] = {}
    statuses = {}
    for one in response.set_variable_result:
        named, which = variable_id(one.component, one.variable), attribute_type(one.attribute_type)
        if (named.normal, which) not in given:
            continue
        statuses[named.normal, which] = one.attribute_status
        if is_of_fleet and one.attribute_status not in TAKEN:
            fleet_settings.note_refusal(call, named, one.attribute_status)
        value, hidden = kept_value(named, given[named.normal, which])
        told = Attribute(
            value=value,
            is_secret=hidden,
            status=one.attribute_status,
            reason=one.attribute_status_info.reason_code if one.attribute_status_info else None,
            answered_at=now,
        )
        said.setdefault(named.normal, (named, []))[1].append((which, told))
    at, made_at = as_of(call, now), None if is_of_fleet else call.created_at
    variables.change(
        call.station_id,
        {named: partial(_written, told=told, at=at, made_at=made_at) for named, told in said.values()},
    )
    if password_id := call.notes.get("password_id"):
        _settle_password(call, password_id, statuses)
    return security_upgrades.follow_priority(call, {named: status for (named, _), status in statuses.items()})


def _settle_password(call: Call, password_id: str, statuses: Mapping[tuple[VariableId, AttributeType], str]) -> None:
    """One of a network profile counts from the moment when the station uses that profile, which is after a boot."""
    named, status = next((named, status) for (named, _), status in statuses.items()) if statuses else (None, None)
    is_for_later = named is not None and is_of_profile(named) and status == "Accepted"
    password_changes.settle(call, password_id, REBOOT_REQUIRED if is_for_later else status)


def _written(
    known: Variable, told: Sequence[tuple[AttributeType, Attribute]], at: dt.datetime, made_at: dt.datetime | None
) -> Variable:
    """`made_at` is when the values were wished; None: nobody did."""
    for which, attribute in told:
        known = written(known, which, attribute, at)
        if made_at and attribute.status in TAKEN and attribute.value is not None:
            known = wish(known, which, attribute.value, made_at)
    return known


@handler.refused("2.0.1", "2.1")
def give_up(request: "SetVariablesRequest", error: CallError, call: Call) -> None:
    """A station that does not know the action has changed nothing; after another error nobody knows. The fleet's
    settings it is not given again in any case."""
    if fleet_settings.OF_FLEET in call.notes:
        _note_refused(request, error, call)
    security_upgrades.follow_priority(call, {_id(one).normal: error.code for one in request.set_variable_data})
    if password_id := call.notes.get("password_id"):
        password_changes.give_up(call, password_id, error)


def _note_refused(request: "SetVariablesRequest", error: CallError, call: Call) -> None:
    now = dt.datetime.now(dt.UTC)
    for one in request.set_variable_data:
        said = Attribute(value=one.attribute_value, status=error.code, answered_at=now)
        change = partial(written, which=ACTUAL, said=said, as_of=as_of(call, now))
        variables.change(call.station_id, {_id(one): change})
        fleet_settings.note_refusal(call, _id(one), error.code)
