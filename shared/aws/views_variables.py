"""The shapes of a station's device model in the operator API."""

import datetime as dt
from typing import Annotated, Any

from pydantic import ConfigDict, Field, JsonValue

from shared.aws.paging import NextCursor
from shared.aws.views import View
from shared.domain import variables as domain
from shared.domain.reports import Report
from shared.domain.variables import ACTUAL, AttributeType, DataType, Mutability

Name = Annotated[str, Field(min_length=1, max_length=50)]


class VariableRef(View):
    """Which variable of which component; letter case does not count. Without an EVSE it is the whole station's."""

    model_config = ConfigDict(extra="forbid", strict=True)

    component: Name
    variable: Name
    component_instance: Name | None = None
    evse_id: Annotated[int, Field(ge=0, le=domain.HIGHEST_NUMBER)] | None = None
    connector_id: Annotated[int, Field(ge=0, le=domain.HIGHEST_NUMBER)] | None = None
    """Only with an EVSE."""
    variable_instance: Name | None = None
    attribute: AttributeType = ACTUAL


class WishedVariable(VariableRef):
    """A value that a variable should have."""

    value: Annotated[str, Field(max_length=2500)] | None
    """Null: whatever the station has is right; nothing is sent."""


class Attribute(View):
    """An attribute of a variable: what the station has, as it said last, and what it should have."""

    value: str | None
    """Null: not known, or a secret."""
    mutability: Mutability | None
    persistent: bool | None
    constant: bool | None
    known: bool | None
    """Whether the station has it; null: it has not said."""
    secret: bool
    """Whether the value is a secret, or can only be written; then it is not kept."""
    status: str | None
    """The station's answer when it was asked for the value, or given one, last: Accepted, Rejected, RebootRequired,
    UnknownComponent, UnknownVariable, NotSupportedAttributeType."""
    reason_code: str | None
    """The reason that it gave; any text."""
    reboot_required: bool
    """Whether the value counts from the station's next boot on."""
    read_at: dt.datetime | None
    """When the station told the value, or accepted it."""
    previous_value: str | None
    changed_at: dt.datetime | None
    """When the value before this one was over, as far as known."""
    wished: str | None
    """The value that it should have: the last that was wished, or accepted by the station; null: any."""
    wished_at: dt.datetime | None
    differs: bool
    """Whether the station is known not to have the value that it should have."""


class Characteristics(View):
    """What the values of a variable are."""

    data_type: DataType
    unit: str | None
    min_limit: float | None
    max_limit: float | None
    """Of a text or a list its greatest length."""
    max_elements: int | None
    values: list[str] | None
    """The values there are; null: the station names none."""
    supports_monitoring: bool


class Variable(View):
    """A variable of a station."""

    component: str
    component_instance: str | None
    evse_id: int | None
    connector_id: int | None
    variable: str
    variable_instance: str | None
    attributes: dict[AttributeType, Attribute]
    characteristics: Characteristics | None
    reported_at: dt.datetime | None
    """When a report named it last."""
    differs: bool


class VariableList(View):
    """A page of a station's device model, in order of components, places and variables."""

    items: list[Variable]
    next_cursor: NextCursor


class StationReport(View):
    """What a station was asked to report, or reports by itself, under a request id."""

    request_id: int
    kind: str
    """The action that brings its pages."""
    call_id: str | None
    """The call that asked for it; null: nobody did."""
    asked: dict[str, JsonValue]
    requested_at: dt.datetime
    state: str
    """open: pages may come. partial: no page has come for a minute, and the last is missing. complete: all have come.
    empty: the station has nothing to report. refused: it will not report. unanswered: it never said whether it will."""
    status: str | None
    """The station's answer to the call."""
    pages: int
    """How many have come."""
    missing: list[int]
    """The numbers of pages that have not come, below the highest that has."""
    last_page_at: dt.datetime | None


class StationReportList(View):
    """A page of a station's reports, newest first."""

    items: list[StationReport]
    next_cursor: NextCursor


class StationReportWithPages(StationReport):
    """A report, and the content of its pages where it is kept with it."""

    content: list[JsonValue]


def variable_view(variable: domain.Variable, booted_at: dt.datetime | None) -> Variable:
    """A variable, given when the station booted last."""
    of = variable.characteristics
    return Variable(
        **variable.id._asdict(),
        attributes={which: _attribute(variable, which, booted_at) for which in variable.attributes},
        characteristics=Characteristics(
            data_type=of.data_type,
            unit=of.unit,
            min_limit=of.min_limit,
            max_limit=of.max_limit,
            max_elements=of.max_elements,
            values=list(of.values) if of.values_list is not None else None,
            supports_monitoring=of.supports_monitoring,
        )
        if of
        else None,
        reported_at=variable.named_at,
        differs=variable.differs,
    )


def _attribute(variable: domain.Variable, which: AttributeType, booted_at: dt.datetime | None) -> Attribute:
    one = variable.attribute(which)
    return Attribute(
        value=one.value,
        mutability=one.mutability,
        persistent=one.persistent,
        constant=one.constant,
        known=one.is_known,
        secret=one.is_secret,
        status=one.status,
        reason_code=one.reason,
        reboot_required=one.needs_reboot(booted_at),
        read_at=one.read_at,
        previous_value=one.previous,
        changed_at=one.previous_at,
        wished=one.wished,
        wished_at=one.wished_at if one.wished is not None else None,
        differs=variable.differs_in(which),
    )


MOST_MISSING = 100


def report_fields(report: Report, now: dt.datetime, *, is_unanswered: bool) -> dict[str, Any]:
    """The fields of a report. `is_unanswered`: the call that asked for it has ended without an answer."""
    state = "partial" if report.is_partial(now) else report.state
    return {
        "request_id": report.request_id,
        "kind": report.kind,
        "call_id": report.call_id,
        "asked": report.asked,
        "requested_at": report.requested_at,
        "state": "unanswered" if is_unanswered and report.state == "open" and not report.pages else state,
        "status": report.status,
        "pages": report.pages,
        "missing": list(report.missing(MOST_MISSING)),
        "last_page_at": report.last_page_at,
    }
