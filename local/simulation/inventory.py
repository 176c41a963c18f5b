"""A simulated station's device model as OCPP 2.x asks for it: reports, and variables by name."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from local.simulation.device import Place, Variable
from local.simulation.line import Json, Reply, Request
from local.simulation.words import given
from local.simulation.words_2x import status_of

if TYPE_CHECKING:
    from local.simulation.station import Station

PAGE = 10
"""Variables in a NotifyReport."""


def base_report(station: "Station", payload: Json) -> Reply:
    """GetBaseReport (use case B07)."""
    known = _variables(station)
    if payload["reportBase"] == "ConfigurationInventory":
        known = [one for one in known if one.is_writable]
    elif payload["reportBase"] == "SummaryInventory":
        known = [one for one in known if one.name in ("Available", "AvailabilityState")]
    return _reported(station, payload["requestId"], known)


def report(station: "Station", payload: Json) -> Reply:
    """GetReport (use case B08): of some components, or of those that are as they are wished to be."""
    known = _variables(station)
    if criteria := payload.get("componentCriteria"):
        known = [one for one in known if _fulfils(station, one, criteria)]
    if named := payload.get("componentVariable"):
        known = [one for one in known if any(_is_named(one, wanted) for wanted in named)]
    return _reported(station, payload["requestId"], known)


def get_variables(station: "Station", payload: Json) -> Reply:
    """GetVariables (use case B06). Every variable has its Actual value only."""
    _variables(station)
    return Reply({"getVariableResult": [_got(station, one) for one in payload["getVariableData"]]})


def set_variables(station: "Station", payload: Json) -> Reply:
    """SetVariables (use case B05)."""
    return Reply({"setVariableResult": [_set(station, one) for one in payload["setVariableData"]]})


# ---------------------------------------------------------------------- reports


def _variables(station: "Station") -> Sequence[Variable]:
    """All of them, with statuses as they are now."""
    for connector in station.connectors:
        status = status_of(connector.condition().state)
        for component, place in (("EVSE", (connector.connector_id, 0)), ("Connector", (connector.connector_id, 1))):
            found = station.device.find(component, "AvailabilityState", place)
            if found:
                found.value = status
    return station.device.variables


def _fulfils(station: "Station", one: Variable, criteria: Sequence[str]) -> bool:
    """Whether a component is as at least one criterion says; what has no such variable is Active and Enabled."""
    if "Active" in criteria or "Enabled" in criteria:
        return True
    found = station.device.find(one.component, "Available", one.place)
    return "Available" in criteria and (found is None or found.value == "true")


def _is_named(one: Variable, wanted: Json) -> bool:
    component, variable = wanted["component"], wanted.get("variable")
    place = _place(component)
    return (
        component["name"].lower() == one.component.lower()
        and place in ((0, 0), one.place)
        and (variable is None or variable["name"].lower() == one.name.lower())
    )


def _reported(station: "Station", request_id: int, told: Sequence[Variable]) -> Reply:
    if not told:
        return Reply({"status": "EmptyResultSet"})
    pages = [told[start : start + PAGE] for start in range(0, len(told), PAGE)]

    async def report_pages() -> None:
        for number, page in enumerate(pages):
            numbered = {"requestId": request_id, "seqNo": number, "tbc": number < len(pages) - 1}
            data = {"generatedAt": station.clock.text(), "reportData": [_data(one) for one in page]}
            await station.send(Request("NotifyReport", numbered | data))

    return Reply({"status": "Accepted"}, report_pages)


def _data(one: Variable) -> Json:
    mutability = "ReadWrite" if one.is_writable else "ReadOnly"
    return {
        "component": _component(one),
        "variable": given(name=one.name, instance=one.instance),
        "variableAttribute": [{"type": "Actual", "value": one.value, "mutability": mutability}],
        "variableCharacteristics": given(
            dataType=one.data_type, unit=one.unit, valuesList=one.values, supportsMonitoring=False
        ),
    }


def _component(one: Variable) -> Json:
    evse_id, connector_id = one.place
    evse = given(id=evse_id, connectorId=connector_id or None) if evse_id else None
    return given(name=one.component, evse=evse)


# ---------------------------------------------------------------------- single variables


def _got(station: "Station", wanted: Json) -> Json:
    found, answer = _find(station, wanted)
    if found:
        answer["attributeValue"] = found.value
    return answer


def _set(station: "Station", wanted: Json) -> Json:
    found, answer = _find(station, wanted)
    value = wanted["attributeValue"]
    if found and found.is_writable and found.may_be(value):
        found.value = value
    elif found:
        answer["attributeStatus"] = "Rejected"
    return answer


def _find(station: "Station", wanted: Json) -> tuple[Variable | None, Json]:
    """A variable with the answer to who wants it; None if it cannot be had."""
    component, variable, which = wanted["component"], wanted["variable"], wanted.get("attributeType", "Actual")
    place = _place(component)
    found = station.device.find(component["name"], variable["name"], place, variable.get("instance"))
    answer = {"component": component, "variable": variable, "attributeType": which, "attributeStatus": "Accepted"}
    if found and which == "Actual":
        return found, answer
    if found:
        answer["attributeStatus"] = "NotSupportedAttributeType"
    elif station.device.knows_component(component["name"], place):
        answer["attributeStatus"] = "UnknownVariable"
    else:
        answer["attributeStatus"] = "UnknownComponent"
    return None, answer


def _place(component: Json) -> Place:
    evse = component.get("evse", {})
    return evse.get("id", 0), evse.get("connectorId", 0)
