"""A station's device model (block B, OCPP 2.x Part 1): its components, their variables, and what is known of them.

A variable has up to four attributes (its actual value, its target, and the bounds of what it may be set to) and
characteristics, which say what its values are. What a station has is known from its own words; what it should have is
the operator's wish beside it. Names mean the same in upper and lower case.
"""

import datetime as dt
import math
from collections.abc import Mapping
from typing import Literal, NamedTuple, get_args

AttributeType = Literal["Actual", "Target", "MinSet", "MaxSet"]
ATTRIBUTE_TYPES: tuple[AttributeType, ...] = get_args(AttributeType)
ACTUAL: AttributeType = "Actual"
"""What an attribute is that nobody names."""
Mutability = Literal["ReadOnly", "WriteOnly", "ReadWrite"]
DataType = Literal["string", "decimal", "integer", "dateTime", "boolean", "OptionList", "SequenceList", "MemberList"]
HIGHEST_NUMBER = 2**31 - 1
"""Stations read the numbers of EVSEs and connectors into 32 bits."""
UNKNOWN_STATUSES = ("UnknownComponent", "UnknownVariable", "NotSupportedAttributeType")
"""By which a station says that it has no such attribute."""
REBOOT_REQUIRED = "RebootRequired"


class VariableId(NamedTuple):
    """Which variable of which component of a station (Part 1, section 4). Without an EVSE it is the whole station's."""

    component: str
    variable: str
    component_instance: str | None = None
    evse_id: int | None = None
    connector_id: int | None = None
    variable_instance: str | None = None

    @property
    def normal(self) -> "VariableId":
        """The form in which equal ones are equal."""
        return VariableId(
            self.component.lower(),
            self.variable.lower(),
            (self.component_instance or "").lower() or None,
            self.evse_id,
            self.connector_id,
            (self.variable_instance or "").lower() or None,
        )

    def __str__(self) -> str:
        """`EVSE[a]#1.2.Power[b]`, for people."""
        place = ".".join(str(one) for one in (self.evse_id, self.connector_id) if one is not None)
        component = self.component + (f"[{self.component_instance}]" if self.component_instance else "")
        variable = self.variable + (f"[{self.variable_instance}]" if self.variable_instance else "")
        return f"{component}{'#' + place if place else ''}.{variable}"


class Characteristics(NamedTuple):
    """What the values of a variable are."""

    data_type: DataType
    supports_monitoring: bool
    unit: str | None = None
    min_limit: float | None = None
    max_limit: float | None = None
    """Of a text or a list its greatest length."""
    max_elements: int | None = None
    values_list: str | None = None
    """The values there are, with commas between them."""

    @property
    def values(self) -> tuple[str, ...]:
        return tuple(one.strip() for one in (self.values_list or "").split(",") if one.strip())


class Attribute(NamedTuple):
    """An attribute of a variable. Values are texts, as OCPP has them."""

    value: str | None = None
    """What the station said last, or was told and accepted; None: not known, or not to be known by anybody."""
    mutability: Mutability | None = None
    persistent: bool | None = None
    constant: bool | None = None
    is_known: bool | None = None
    """Whether the station has such an attribute; None: it has not said."""
    is_secret: bool = False
    """Whether it holds a secret, which is not kept."""
    status: str | None = None
    """Its latest answer when it was asked for the value or given one: `Accepted`, `Rejected`, `UnknownVariable`, …"""
    reason: str | None = None
    """The reason code of that answer; any text."""
    answered_at: dt.datetime | None = None
    read_at: dt.datetime | None = None
    """When the station told the value, or accepted it."""
    changed_at: dt.datetime | None = None
    """When it accepted a value for its next start."""
    previous: str | None = None
    """The value before this one."""
    previous_at: dt.datetime | None = None
    """Until when it was the value, as far as known."""
    wished: str | None = None
    """The value that the operator wishes."""
    wished_at: dt.datetime | None = None
    refused: str | None = None
    """The value that the station was given last, if it did not take it."""
    as_of: dt.datetime | None = None
    """Of when the latest that is known is: what is from before changes nothing."""

    def needs_reboot(self, booted_at: dt.datetime | None) -> bool:
        """Whether a value waits for the station's next start, if this was the latest."""
        return self.changed_at is not None and (booted_at is None or booted_at < self.changed_at)


class Variable(NamedTuple):
    """A variable of a station."""

    id: VariableId
    """As the station spells it."""
    attributes: Mapping[AttributeType, Attribute] = {}  # never changed in place
    characteristics: Characteristics | None = None
    named_at: dt.datetime | None = None
    """When a report named it last."""

    @property
    def told_at(self) -> dt.datetime | None:
        """When the station said anything of it last."""
        times = [self.named_at, *(one.as_of for one in self.attributes.values())]
        return max((at for at in times if at is not None), default=None)

    @property
    def actual(self) -> Attribute:
        return self.attribute(ACTUAL)

    def attribute(self, which: AttributeType) -> Attribute:
        return self.attributes.get(which, Attribute())

    def differs_in(self, which: AttributeType) -> bool:
        """Whether the station is known not to have the value of this attribute that it should have."""
        one = self.attribute(which)
        if one.wished is None or one.is_secret or (one.value is None and one.is_known is not False):
            return False
        return one.value is None or not same_value(self.characteristics, one.value, one.wished)

    @property
    def differs(self) -> bool:
        return any(self.differs_in(which) for which in self.attributes)

    def with_attribute(self, which: AttributeType, attribute: Attribute) -> "Variable":
        return self._replace(attributes={**self.attributes, which: attribute})


class Said(NamedTuple):
    """What a report says of a variable."""

    id: VariableId
    attributes: Mapping[AttributeType, Attribute]
    characteristics: Characteristics | None = None


# ---------------------------------------------------------------------- what a station tells


def reported(known: Variable, said: Said, at: dt.datetime) -> Variable:
    """What a report says is what is known. It may leave values out (a summary does, and what is write-only)."""
    changed = known._replace(
        id=said.id,
        characteristics=said.characteristics or known.characteristics,
        named_at=max(at, known.named_at or at),
    )
    for which, attribute in said.attributes.items():
        before = known.attribute(which)
        if before.as_of and before.as_of > at:
            continue
        after = before._replace(
            mutability=attribute.mutability or before.mutability,
            persistent=before.persistent if attribute.persistent is None else attribute.persistent,
            constant=before.constant if attribute.constant is None else attribute.constant,
            is_known=True,
            is_secret=attribute.is_secret or before.is_secret,
            as_of=at,
        )
        is_told = attribute.value is not None or attribute.is_secret
        changed = changed.with_attribute(which, _valued(after, attribute.value, at) if is_told else after)
    return changed


def read(known: Variable, which: AttributeType, said: Attribute, as_of: dt.datetime) -> Variable:
    """What the station answers when it is asked for a value: `said` has value, status, reason, time of the answer."""
    before = known.attribute(which)
    if before.as_of and before.as_of > as_of:
        return known
    after = _answered(before, said, as_of)
    if said.status == "Accepted":
        after = _valued(after._replace(is_known=True), said.value, said.answered_at)
    return known.with_attribute(which, after)


def written(known: Variable, which: AttributeType, said: Attribute, as_of: dt.datetime) -> Variable:
    """What the station answers when it is given a value: `said` has that value, status, reason, time of the answer.

    What it accepts it has, or will have from its next start on.
    """
    before = known.attribute(which)
    if before.as_of and before.as_of > as_of:
        return known
    after = _answered(before, said, as_of)
    if said.status in ("Accepted", REBOOT_REQUIRED):
        after = _valued(after._replace(is_known=True), said.value, said.answered_at)
        after = after._replace(changed_at=said.answered_at if said.status == REBOOT_REQUIRED else None, refused=None)
    else:
        after = after._replace(refused=None if after.is_secret else said.value)
    return known.with_attribute(which, after)


def _answered(before: Attribute, said: Attribute, as_of: dt.datetime) -> Attribute:
    after = before._replace(
        status=said.status,
        reason=said.reason,
        answered_at=said.answered_at,
        is_secret=said.is_secret or before.is_secret or before.mutability == "WriteOnly",
        as_of=as_of,
    )
    return _valued(after._replace(is_known=False), None, None) if said.status in UNKNOWN_STATUSES else after


def missing(known: Variable) -> Variable | None:
    """A variable that a full report does not name. None if nothing is left to be known of it: nobody wishes
    anything."""
    wished = {which: one for which, one in known.attributes.items() if one.wished is not None}
    if not wished:
        return None
    gone = {which: _valued(one, None, None)._replace(is_known=False) for which, one in wished.items()}
    return known._replace(attributes=gone)


def _valued(one: Attribute, value: str | None, read_at: dt.datetime | None) -> Attribute:
    """The attribute with a value; what it had before stands beside it if it was another. Of a secret nothing is kept,
    nor what was taken for none before."""
    if one.is_secret:
        return one._replace(value=None, previous=None, wished=None, refused=None, read_at=read_at)
    if one.value is not None and one.value != value:
        one = one._replace(previous=one.value, previous_at=read_at)
    return one._replace(value=value, read_at=read_at)


# ---------------------------------------------------------------------- what the operator wishes


def wish(known: Variable, which: AttributeType, value: str | None, at: dt.datetime) -> Variable:
    """The value that an attribute should have, unless another was wished since or it is a secret; None: any."""
    before = known.attribute(which)
    if before.is_secret or before.mutability == "WriteOnly" or (before.wished_at and before.wished_at > at):
        return known
    return known.with_attribute(which, before._replace(wished=value, wished_at=at))


def lacks_default(known: Variable, value: str) -> bool:
    """Whether a station is to be given a value that all stations have which nothing else is wished of: it is not known
    to have it, has not refused it, and may be given one."""
    one = known.actual
    if one.wished is not None or one.is_secret or one.mutability in ("ReadOnly", "WriteOnly"):
        return False
    given = [had for had in (one.value, one.refused) if had is not None]
    return not any(same_value(known.characteristics, had, value) for had in given)


def complaint(known: Variable, which: AttributeType, value: str) -> str | None:
    """What is wrong with a value by what the station has told of the variable, or None if nothing is."""
    if known.attribute(which).mutability == "ReadOnly":
        return "The station says that this is read-only"
    return value_complaint(known.characteristics, value) if known.characteristics else None


def value_complaint(of: Characteristics, value: str) -> str | None:
    """What is wrong with a value by the characteristics of its variable, or None if nothing is."""
    if of.data_type == "boolean":
        return None if value.lower() in ("true", "false") else "It is true or false"
    if of.data_type in ("integer", "decimal"):
        return _number_complaint(of, value)
    if of.data_type == "dateTime":
        return None if _is_time(value) else "It is a time of RFC 3339"
    if of.data_type == "OptionList":
        return _unlisted(of, [value])
    if of.data_type in ("SequenceList", "MemberList"):
        return _list_complaint(of, value)
    if of.max_limit is not None and len(value) > of.max_limit:
        return f"It has at most {of.max_limit:g} characters"
    return None


def _number_complaint(of: Characteristics, value: str) -> str | None:
    try:
        number = float(int(value)) if of.data_type == "integer" else float(value)
    except (ValueError, OverflowError):
        return "It is a whole number" if of.data_type == "integer" else "It is a number"
    if not math.isfinite(number):
        return "It is a number"
    if of.min_limit is not None and number < of.min_limit:
        return f"It is {of.min_limit:g} or more"
    if of.max_limit is not None and number > of.max_limit:
        return f"It is {of.max_limit:g} or less"
    return None


def _is_time(value: str) -> bool:
    try:
        return dt.datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def _list_complaint(of: Characteristics, value: str) -> str | None:
    entries = [one.strip() for one in value.split(",")] if value else []
    if of.max_elements is not None and len(entries) > of.max_elements:
        return f"It has at most {of.max_elements} entries"
    if len(set(entries)) < len(entries) and of.data_type == "MemberList":
        return "One of its entries stands twice"
    return _unlisted(of, entries)


def _unlisted(of: Characteristics, entries: list[str]) -> str | None:
    allowed = {one.lower() for one in of.values}
    odd = [one for one in entries if one.lower() not in allowed]
    return f"{odd[0]!r} is none of {', '.join(of.values)}" if allowed and odd else None


def same_value(of: Characteristics | None, one: str, other: str) -> bool:
    """Whether two texts are the same value of a variable."""
    if one == other or of is None:
        return one == other
    if of.data_type == "boolean":
        return one.strip().lower() == other.strip().lower()
    if of.data_type in ("integer", "decimal"):
        try:
            return float(one) == float(other)
        except ValueError:
            return False
    entries = [[entry.strip().lower() for entry in text.split(",")] for text in (one, other)]
    if of.data_type == "MemberList":
        return sorted(entries[0]) == sorted(entries[1])
    return of.data_type in ("OptionList", "SequenceList") and entries[0] == entries[1]
