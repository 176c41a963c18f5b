"""How OCPP 2.x writes which variable of which component is meant: `{"component": {…}, "variable": {…}}`."""

from typing import Any, Protocol

from shared.domain.variables import ACTUAL, AttributeType, VariableId


class Component(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def instance(self) -> str | None: ...
    @property
    def evse(self) -> Any: ...


class Name(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def instance(self) -> str | None: ...


def variable_id(component: Component, variable: Name) -> VariableId:
    """The variable that a message names."""
    return VariableId(
        component=component.name,
        variable=variable.name,
        component_instance=component.instance or None,
        evse_id=component.evse.id if component.evse else None,
        connector_id=component.evse.connector_id if component.evse else None,
        variable_instance=variable.instance or None,
    )


def component_and_variable(of: VariableId) -> dict[str, Any]:
    """The fields of a message that name a variable."""
    component: dict[str, Any] = {"name": of.component}
    if of.component_instance:
        component["instance"] = of.component_instance
    if of.evse_id is not None:
        component["evse"] = {"id": of.evse_id}
        if of.connector_id is not None:
            component["evse"]["connectorId"] = of.connector_id
    variable = {"name": of.variable} | ({"instance": of.variable_instance} if of.variable_instance else {})
    return {"component": component, "variable": variable}


def attribute_type(named: AttributeType | None) -> AttributeType:
    """Which attribute a message means; without a word it is the actual value."""
    return named or ACTUAL
