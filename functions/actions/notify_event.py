"""NotifyEvent: what a station noticed of its variables. An event is one write, and one more if it tells of a status
or of an alarm."""

from typing import TYPE_CHECKING, Any

from shared.aws import statuses
from shared.aws.action import Action
from shared.aws.device_model import kept_value
from shared.aws.masking import MASK
from shared.aws.message import Call
from shared.domain.availability import ConnectorStatus
from shared.domain.events import Event
from shared.domain.fiscal_metering import meter_value
from shared.domain.metering import MeterValue, merge
from shared.domain.monitoring import VariableEvent, alarms, event_shape
from shared.ocpp.words_monitoring import event_of, status_of
from shared.store import alarms as standing
from shared.store import events, variables
from shared.store.meter_values import MeterReport, record

if TYPE_CHECKING:
    from shared.ocpp.v21.notify_event import NotifyEventRequest

handler = Action("NotifyEvent", lambda _call: {})


@handler.on("2.0.1", "2.1")
def keep(request: "NotifyEventRequest", call: Call) -> dict[str, Any]:
    """Use cases G01, G05, J01, N07 and N08. Each page stands for itself; what comes twice is kept once."""
    told = [_without_secret(event_of(one)) for one in request.event_data]
    _keep_metered([(one, value) for one in told if (value := meter_value(one))], call)
    others = [one for one in told if meter_value(one) is None]
    happened = [Event("event.notified", call.station_id, one.at, event_shape(one)) for one in others]
    events.record_all(happened, call.received_at)
    for one in others:
        _keep_status(one, call)
        stands = alarms(one)
        if stands is not None:
            at = statuses.believed(one.at, call.received_at)
            standing.note(call.station_id, one._replace(at=at), stands=stands)
    return {}


def _without_secret(event: VariableEvent) -> VariableEvent:
    kept, is_secret = kept_value(event.variable, event.actual_value)
    return event._replace(actual_value=MASK if is_secret else kept or "")


def _keep_status(event: VariableEvent, call: Call) -> None:
    told = status_of(event)
    if told is None:
        return
    evse_id, connector_id, status = told
    statuses.note(
        call.station_id,
        ConnectorStatus(
            evse_id=evse_id,
            connector_id=connector_id,
            status=status,
            reported_status=status,
            error_code="NoError",
            changed_at=event.at,
            received_at=call.received_at,
        ),
    )


def _keep_metered(metered: list[tuple[VariableEvent, MeterValue]], call: Call) -> None:
    """What a fiscal meter tells from time to time is meter data: one write for an EVSE (use case J01)."""
    if not metered:
        return
    known = variables.find_many(call.station_id, {event.variable for event, _ in metered})
    by_evse: dict[int, list[MeterValue]] = {}
    for event, value in metered:
        about = known.get(event.variable.normal)
        unit = about.characteristics.unit if about and about.characteristics else None
        in_unit = value._replace(samples=tuple(one._replace(unit=unit) for one in value.samples))
        by_evse.setdefault(event.variable.evse_id or 0, []).append(in_unit)
    for evse_id, values in by_evse.items():
        record(MeterReport(call.station_id, evse_id, None, merge(values), call.received_at))
