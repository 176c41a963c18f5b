"""What events say of alarms and of meters, and what is left of monitors after a reset."""

from datetime import UTC, datetime
from typing import Any

import pytest

from shared.domain.fiscal_metering import meter_value
from shared.domain.monitoring import (
    Monitor,
    MonitoringBase,
    MonitorType,
    Notification,
    VariableEvent,
    alarms,
    dropped_with,
    value_complaint,
)
from shared.domain.variables import VariableId

AT = datetime(2026, 11, 23, 8, tzinfo=UTC)
TEMPERATURE = VariableId("EVSE", "Temperature", evse_id=1)
LOCK = VariableId("ConnectorPlugRetentionLock", "problem", evse_id=1, connector_id=1)


def event(variable: VariableId = TEMPERATURE, value: str = "81", **fields: Any) -> VariableEvent:
    return VariableEvent(1, AT, fields.pop("trigger", "Alerting"), variable, value, "CustomMonitor", **fields)


@pytest.mark.parametrize(
    ("told", "stands"),
    [
        (event(), True),
        (event(cleared=False), True),
        (event(cleared=True), False),
        (event(trigger="Delta"), None),
        (event(trigger="Periodic"), None),
        (event(trigger="Periodic", cleared=True), False),
        (event(LOCK, "true", trigger="Delta"), True),
        (event(LOCK, "False", trigger="Delta"), False),
        (event(LOCK, "false"), False),
        (event(LOCK, "true", trigger="Periodic"), None),
        (event(LOCK, "jammed", trigger="Delta"), None),
        (event(LOCK, "jammed"), True),
    ],
)
def test_only_what_alerts_or_is_a_fault_is_an_alarm(told: VariableEvent, stands: bool | None) -> None:
    assert alarms(told) is stands


def test_an_alarm_is_of_its_monitor_or_else_of_its_variable_whatever_the_case() -> None:
    assert event(monitor_id=7).subject == event(LOCK, monitor_id=7).subject
    shouted = VariableId("EVSE", "TEMPERATURE", evse_id=1)
    assert event().subject == event(shouted).subject != event(LOCK).subject


@pytest.mark.parametrize(
    ("variable", "trigger", "measurand", "phase"),
    [
        (VariableId("FiscalMetering", "EnergyImportRegister"), "Periodic", "Energy.Active.Import.Register", None),
        (VariableId("fiscalmetering", "voltage", variable_instance="L2"), "Periodic", "Voltage", "L2"),
        (VariableId("FiscalMetering", "Current", variable_instance="main"), "Periodic", "Current.Import", None),
        (VariableId("FiscalMetering", "Power.Offered"), "Periodic", "Power.Offered", None),
        (VariableId("FiscalMetering", "Problem"), "Periodic", None, None),
        (VariableId("FiscalMetering", "EnergyImportRegister"), "Delta", None, None),
        (VariableId("EVSE", "Power"), "Periodic", None, None),
    ],
)
def test_a_periodic_value_of_a_fiscal_meter_is_a_measurement(
    variable: VariableId, trigger: str, measurand: str | None, phase: str | None
) -> None:
    value = meter_value(event(variable, "12.5", trigger=trigger))
    if measurand is None:
        assert value is None
    else:
        assert value is not None
        (sample,) = value.samples
        assert (value.at, sample.value, sample.measurand, sample.phase) == (AT, "12.5", measurand, phase)


@pytest.mark.parametrize(
    ("base", "left"),
    [("All", {0, 1, 2, 3}), ("FactoryDefault", {0, 1, 3}), ("HardWiredOnly", {0, 3})],
)
def test_a_base_leaves_what_is_not_known_to_go(base: MonitoringBase, left: set[int]) -> None:
    kinds: tuple[Notification | None, ...] = ("HardWiredMonitor", "PreconfiguredMonitor", "CustomMonitor", None)
    known = [Monitor(number, TEMPERATURE, "Delta", 1, 5, False, kind, AT) for number, kind in enumerate(kinds)]
    assert {one.monitor_id for one in known} - {one.monitor_id for one in dropped_with(base, known)} == left


@pytest.mark.parametrize(
    ("type_", "value", "is_possible"),
    [
        ("Periodic", 0, False),
        ("PeriodicClockAligned", 900, True),
        ("Delta", -1, False),
        ("Delta", 0, True),
        ("UpperThreshold", -40, True),
        ("TargetDeltaRelative", -0.1, False),
    ],
)
def test_an_interval_and_a_difference_are_not_negative(type_: MonitorType, value: float, is_possible: bool) -> None:
    assert (value_complaint(type_, value) is None) is is_possible
