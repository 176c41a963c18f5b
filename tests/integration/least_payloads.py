"""The least that an action can be sent with: what its official schema requires, and what the checks beyond the
schema ask for."""

import itertools
from functools import cache
from typing import Any

from shared.catalog import Action
from shared.naming import snake
from shared.ocpp.generate import load
from shared.ocpp.messages import PACKAGES
from tests.integration.seed_charging import TRANSACTION_2X
from tests.pki import root

Json = dict[str, Any]
GIVEN = ("remoteStartId", "requestId")
"""What we fill in by ourselves, and another each time."""
LOCATION = "https://files.example.com/one"
_list_versions = itertools.count(2)
PROFILE_ID = 1
"""Of a Dynamic charging profile that a station of OCPP 2.1 has."""
FIXED_VAR = {"priority": 1, "setpoint": 10, "unit": "PctMaxVar"}
CONNECTION_DATA = {
    "ocppVersion": "OCPP20",
    "ocppTransport": "JSON",
    "ocppCsmsUrl": "wss://csms.example.com/ocpp",
    "messageTimeout": 30,
    "securityProfile": 2,
    "ocppInterface": "Wired0",
}


def profile(version: str) -> Json:
    """A charging profile of a version."""
    schedule = {"chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 16}]}
    common = {"stackLevel": 0, "chargingProfilePurpose": "TxDefaultProfile", "chargingProfileKind": "Relative"}
    if version == "1.6":
        return {
            "connectorId": 1,
            "csChargingProfiles": {"chargingProfileId": 2, **common, "chargingSchedule": schedule},
        }
    return {"evseId": 1, "chargingProfile": {"id": 2, **common, "chargingSchedule": [{"id": 1, **schedule}]}}


def _instead(action: str, version: str) -> Json:
    """What stands in place of the least that the schema of an action of ours requires."""
    firmware = {"location": LOCATION, "retrieveDateTime": "2030-01-01T00:00:00Z"}
    special: dict[str, Json] = {
        "CertificateSigned": {"certificateChain": root().pem},
        "ChangeTransactionTariff": {"transactionId": TRANSACTION_2X},
        "ClearChargingProfile": {"id": 1} if version == "1.6" else {"chargingProfileId": 1},
        "CustomerInformation": {"customerIdentifier": "somebody"},
        "GetChargingProfiles": {"chargingProfile": {"chargingProfileId": [1]}},
        "GetDiagnostics": {"location": LOCATION},
        "GetLog": {"log": {"remoteLocation": LOCATION}},
        "InstallCertificate": {"certificate": root().pem},
        "NotifyAllowedEnergyTransfer": {"transactionId": TRANSACTION_2X},
        "SendLocalList": {"listVersion" if version == "1.6" else "versionNumber": next(_list_versions)},
        "PublishFirmware": {"location": LOCATION, "checksum": "0" * 32},
        "SignedUpdateFirmware": {"firmware": {**firmware, "signingCertificate": root().pem, "signature": "c2lnbmVk"}},
        "SetChargingProfile": profile(version),
        "SetDERControl": {"isDefault": True, "controlId": "one", "controlType": "FixedVar", "fixedVar": FIXED_VAR},
        "SetNetworkProfile": {"configurationSlot": 1, "connectionData": CONNECTION_DATA},
        "UnpublishFirmware": {"checksum": "0" * 32},
        "UpdateDynamicSchedule": {"chargingProfileId": PROFILE_ID, "scheduleUpdate": {"setpoint": 1000}},
        "UpdateFirmware": {"location": LOCATION} if version == "1.6" else {"firmware": firmware},
        "UsePriorityCharging": {"transactionId": TRANSACTION_2X},
    }
    return special.get(action, {})


def payload(action: Action, version: str) -> Json:
    """A payload of a version that has the action, whoever sends it."""
    schema = _schemas(version)[action.module][f"{action.name}Request"]
    least = {**_least(schema, schema.get("definitions", {})), **_instead(action.name, version)}
    return least if action.sender == "station" else {name: least[name] for name in least if name not in GIVEN}


@cache
def _schemas(version: str) -> dict[str, Json]:
    return {snake(action): messages for action, messages in load(PACKAGES[version]).items()}


def _least(schema: Json, definitions: Json) -> Any:
    if "$ref" in schema:
        return _least(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema["type"]
    if kind == "object":
        return {name: _least(schema["properties"][name], definitions) for name in schema.get("required", ())}
    if kind == "array":
        return [_least(schema["items"], definitions)]
    if kind == "string":
        return "2030-01-01T00:00:00Z" if schema.get("format") == "date-time" else "x"
    return True if kind == "boolean" else 1
