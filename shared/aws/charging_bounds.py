"""What a station says it can take of charging profiles: by its configuration in 1.6, by its device model in 2.x."""

from shared.domain.charging_profiles import RateUnit
from shared.domain.charging_rules import Bounds
from shared.domain.configuration import whole_number
from shared.domain.variables import VariableId
from shared.ocpp.messages import V2X
from shared.store import configuration, variables

STACK_KEY, PERIODS_KEY = "ChargeProfileMaxStackLevel", "ChargingScheduleMaxPeriods"
INSTALLED_KEY, UNITS_KEY = "MaxChargingProfilesInstalled", "ChargingScheduleAllowedChargingRateUnit"
UNITS: dict[str, RateUnit] = {"current": "A", "power": "W", "a": "A", "w": "W"}

CONTROLLER = "SmartChargingCtrlr"
STACK = VariableId(CONTROLLER, "ProfileStackLevel")
PERIODS = VariableId(CONTROLLER, "PeriodsPerSchedule")
RATE_UNIT = VariableId(CONTROLLER, "RateUnit")
PHASE_SWITCHING = VariableId(CONTROLLER, "ACPhaseSwitchingSupported")
LAST_EXTERNAL_ID = VariableId(CONTROLLER, "MaxExternalConstraintsId")
VALUES = (STACK, PERIODS, RATE_UNIT, PHASE_SWITCHING, LAST_EXTERNAL_ID)
INSTALLED = VariableId(CONTROLLER, "Entries", variable_instance="ChargingProfiles")


def bounds(station_id: str, ocpp_version: str) -> Bounds:
    return _of_model(station_id, ocpp_version) if ocpp_version in V2X else _of_configuration(station_id)


def _of_configuration(station_id: str) -> Bounds:
    known = configuration.values(station_id, STACK_KEY, PERIODS_KEY, INSTALLED_KEY, UNITS_KEY)
    return Bounds(
        max_stack_level=whole_number(known.get(STACK_KEY, "")),
        max_periods=whole_number(known.get(PERIODS_KEY, "")) or None,  # a 0 is no answer
        max_installed=whole_number(known.get(INSTALLED_KEY, "")) or None,
        units=_units(known.get(UNITS_KEY, "")),
        has_tenths=True,
    )


def _of_model(station_id: str, ocpp_version: str) -> Bounds:
    found = variables.find_many(station_id, (*VALUES, INSTALLED))
    known = {one: found[one.normal].actual.value or "" for one in VALUES if one.normal in found}
    entries = found.get(INSTALLED.normal)
    # The value of Entries is how many there are; how many there may be is its limit.
    most = entries.characteristics.max_limit if entries and entries.characteristics else None
    switches = known.get(PHASE_SWITCHING, "").strip().lower()
    return Bounds(
        max_stack_level=whole_number(known.get(STACK, "")),
        max_periods=whole_number(known.get(PERIODS, "")) or None,
        max_installed=int(most) if most else None,
        units=_units(known.get(RATE_UNIT, "")),
        switches_phases={"true": True, "false": False}.get(switches),
        last_external_id=whole_number(known.get(LAST_EXTERNAL_ID, "")),
        has_tenths=ocpp_version == "2.0.1",
    )


def _units(listed: str) -> tuple[RateUnit, ...] | None:
    words = [word.strip().lower() for word in listed.split(",")]
    return tuple(UNITS[word] for word in words if word in UNITS) or None
