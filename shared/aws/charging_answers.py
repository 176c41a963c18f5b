"""What a station is told when its EV has told its needs (use case K15).

Apart from what follows from them, since the function of that message stands on it and must start quickly.
"""

from shared.domain.charging_needs import ChargingNeeds, NeedsStatus
from shared.domain.charging_profiles import ChargingProfile
from shared.domain.known_profiles import KnownProfile
from shared.domain.variables import VariableId
from shared.store import charging_profiles, variables

NEEDS_FIRST = "InvalidMessageSeq"
"""How a station has rejected a profile that came before the EV's needs (K15.FR.17)."""
V2X_CONTROLLER = "V2XChargingCtrlr"


def answer(station_id: str, needs: ChargingNeeds, planning: str, ocpp_version: str) -> NeedsStatus:
    """What the station is told (rule SCH-06): whether a profile comes at once, later, or never."""
    none: NeedsStatus = "NoChargingProfile" if ocpp_version == "2.1" else "Rejected"
    if planning == "off" or not _is_supported(station_id, needs):
        return none
    if needs.transaction_id is None:
        return "Processing"
    return "Accepted" if planning == "auto" or waiting(station_id, needs) else "Processing"


def _is_supported(station_id: str, needs: ChargingNeeds) -> bool:
    """Whether the EVSE gives energy in the way that the EV asks for; it does if it has not said."""
    if "BPT" not in needs.energy_transfer and "DER" not in needs.energy_transfer:
        return True
    for evse_id in (needs.evse_id, None):
        enabled = VariableId(V2X_CONTROLLER, "Enabled", evse_id=evse_id)
        modes = VariableId(V2X_CONTROLLER, "SupportedEnergyTransferModes", evse_id=evse_id)
        known = variables.values(station_id, enabled, modes)
        if known.get(enabled, "").lower() == "false":
            return False
        if modes in known:
            return needs.energy_transfer in [one.strip() for one in known[modes].split(",")]
    return True


def waiting(station_id: str, needs: ChargingNeeds) -> list[ChargingProfile]:
    """The profiles for the EV's transaction that came before its needs."""
    return [
        one.profile
        for one in charging_profiles.of_station(station_id)
        if one.status == NEEDS_FIRST and _is_of(one, needs)
    ]


def _is_of(known: KnownProfile, needs: ChargingNeeds) -> bool:
    profile = known.profile
    return profile.purpose == "TxProfile" and profile.transaction_id == needs.transaction_id
