"""NotifyReport: a page of what a station tells of its device model, asked for or not."""

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from shared.aws.action import Action
from shared.aws.device_model import kept_value
from shared.aws.message import Call
from shared.domain.variables import Attribute, Characteristics, Said, VariableId, reported
from shared.ocpp.words_variables import attribute_type, variable_id
from shared.store import reports, variables

if TYPE_CHECKING:
    from shared.ocpp.v21.notify_report import (
        NotifyReportRequest,
        ReportDataType,
        VariableAttributeType,
        VariableCharacteristicsType,
    )

handler = Action("NotifyReport")

FULL = "FullInventory"


@handler.on("2.0.1", "2.1")
def keep(request: "NotifyReportRequest", call: Call) -> dict[str, Any]:
    """Use cases B07 and B08. What a full report does not name the station no longer has."""
    said = _said(request.report_data or ())
    at = call.received_at
    variables.change(call.station_id, {one.id: partial(reported, said=one, at=at) for one in said})
    report = reports.note_page(
        call.station_id, request.request_id, handler.name, seq_no=request.seq_no, more=bool(request.tbc), at=at
    )
    if report.state == "complete" and report.asked.get("report_base") == FULL:
        variables.remove_unnamed(call.station_id, report.requested_at)
    return {}


def _said(report_data: Iterable["ReportDataType"]) -> list[Said]:
    """Each variable once; some stations name it once per attribute."""
    found: dict[VariableId, Said] = {}
    for entry in report_data:
        named = variable_id(entry.component, entry.variable)
        told = {attribute_type(one.type): _attribute(named, one) for one in entry.variable_attribute}
        before = found.get(named.normal, Said(named, {}))
        characteristics = _characteristics(entry.variable_characteristics) or before.characteristics
        found[named.normal] = Said(named, {**before.attributes, **told}, characteristics)
    return list(found.values())


def _attribute(named: VariableId, said: "VariableAttributeType") -> Attribute:
    value, is_secret = kept_value(named, said.value)
    return Attribute(
        value=value,
        mutability=said.mutability,
        persistent=said.persistent,
        constant=said.constant,
        is_secret=is_secret or said.mutability == "WriteOnly",
    )


def _characteristics(said: "VariableCharacteristicsType | None") -> Characteristics | None:
    if said is None:
        return None
    return Characteristics(
        said.data_type,
        said.supports_monitoring,
        said.unit,
        said.min_limit,
        said.max_limit,
        getattr(said, "max_elements", None),
        said.values_list,
    )
