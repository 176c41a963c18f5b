"""ReportDERControl: a page of the controls that a station has."""

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from shared.aws import der_controls as at_work
from shared.aws.action import Action
from shared.aws.message import Call
from shared.domain.der_controls import ControlType, DerControl, report
from shared.store import der_controls, reports

if TYPE_CHECKING:
    from shared.ocpp.v21.report_der_control import ReportDERControlRequest

handler = Action("ReportDERControl")

LISTS: dict[str, tuple[ControlType, str]] = {
    "enter_service": ("EnterService", "enter_service"),
    "fixed_pf_absorb": ("FixedPFAbsorb", "fixed_pf"),
    "fixed_pf_inject": ("FixedPFInject", "fixed_pf"),
    "fixed_var": ("FixedVar", "fixed_var"),
    "freq_droop": ("FreqDroop", "freq_droop"),
    "gradient": ("Gradients", "gradient"),
    "limit_max_discharge": ("LimitMaxDischarge", "limit_max_discharge"),
}
"""The lists of a page, the type of what is in them, and where its content stands; curves tell their type."""


@handler.on("2.1")
def note(request: "ReportDERControlRequest", call: Call) -> dict[str, Any]:
    """Use case R04. Pages have no numbers; the last one says that no more come."""
    for reported in _controls(request, call):
        der_controls.change(call.station_id, reported.control_id, partial(report, reported=reported))
    page = reports.note_page(
        call.station_id,
        request.request_id,
        handler.name,
        seq_no=None,
        more=bool(request.tbc),
        at=call.received_at,
        part=request.to_wire(),
    )
    if page.is_whole(call.connected_at) and not page.is_unsolicited:
        at_work.drop_unreported(page)
    return {}


def _controls(request: "ReportDERControlRequest", call: Call) -> Iterator[DerControl]:
    for one in request.curve or ():
        yield _control(one, one.curve_type, one.curve, call)
    for name, (control_type, content) in LISTS.items():
        for control in getattr(request, name) or ():
            yield _control(control, control_type, getattr(control, content), call)


def _control(one: Any, control_type: ControlType, content: Any, call: Call) -> DerControl:
    return DerControl(
        control_id=one.id,
        control_type=control_type,
        is_default=getattr(one, "is_default", True),  # EnterService and Gradients are nothing else
        control=content.to_wire(milliseconds=True),
        state="accepted",
        as_of=call.received_at,
        is_superseded=getattr(one, "is_superseded", False),
        reported_at=call.received_at,
    )
