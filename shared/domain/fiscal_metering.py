"""What a station's fiscal meter tells by events instead of meter values (use case J01 of OCPP 2.x)."""

from shared.domain.metering import ENERGY_REGISTER, MeterValue, SampledValue
from shared.domain.monitoring import VariableEvent

COMPONENT = "fiscalmetering"
MEASURANDS = {
    "current": "Current.Import",
    "energyexport": "Energy.Active.Export.Register",
    "energyexportregister": "Energy.Active.Export.Register",
    "energyimport": ENERGY_REGISTER,
    "energyimportregister": ENERGY_REGISTER,
    "frequency": "Frequency",
    "power": "Power.Active.Import",
    "powerfactor": "Power.Factor",
    "voltage": "Voltage",
}
"""The variables of the component FiscalMetering, in lower case, by what they measure. Others are named by the measurand
itself, which has a dot in it."""
PHASES = ("L1", "L2", "L3", "N", "L1-N", "L2-N", "L3-N", "L1-L2", "L2-L3", "L3-L1")


def meter_value(event: VariableEvent) -> MeterValue | None:
    """The measurement that an event brings; None: it is no periodic value of a fiscal meter.

    In which unit it is, the event does not say; the device model may.
    """
    variable = event.variable
    if variable.component.lower() != COMPONENT or event.trigger != "Periodic" or not event.actual_value:
        return None
    name = variable.variable
    measurand = MEASURANDS.get(name.lower()) or (name if "." in name else None)
    if measurand is None:
        return None
    instance = variable.variable_instance
    sample = SampledValue(event.actual_value, measurand, phase=instance if instance in PHASES else None)
    return MeterValue(event.at, (sample,))
