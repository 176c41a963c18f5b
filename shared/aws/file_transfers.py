"""Files that a station is asked to fetch or to bring, checked by what is known of it."""

from shared.aws.spoken import Target
from shared.domain import file_transfers
from shared.domain.file_transfers import PROTOCOLS_KEY
from shared.domain.variables import VariableId
from shared.ocpp.messages import V2X
from shared.store import configuration, variables

PROTOCOLS_VARIABLE = VariableId("OCPPCommCtrlr", "FileTransferProtocols")
LONGEST_LOCATION = {"2.1": 2_000}
"""Of the versions that have more room for a location than the others."""


def check_location(location: str, target: Target, path: str) -> None:
    """Raise Invalid if the station cannot use a location: a URI of a protocol that it supports, as far as it has told.
    `path` names the field."""
    longest = LONGEST_LOCATION.get(target.ocpp_version, file_transfers.LONGEST_LOCATION)
    file_transfers.check_location(location, None if target.unchecked else _protocols(target), path, longest=longest)


def _protocols(target: Target) -> str | None:
    if target.ocpp_version in V2X:
        return variables.text(target.station_id, PROTOCOLS_VARIABLE)
    return configuration.values(target.station_id, PROTOCOLS_KEY).get(PROTOCOLS_KEY)
