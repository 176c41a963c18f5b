"""A station's configuration (block B): what OCPP 1.6 calls configuration keys and 2.0.1 variables.

What a station has is known from its own answers; what it should have is the operator's wish beside it. Names mean the
same in upper and lower case (section 9 of OCPP 1.6).
"""

import datetime as dt
from typing import Literal, NamedTuple

Kind = Literal["boolean", "integer", "list", "text"]

PASSWORD_KEY = "AuthorizationKey"  # noqa: S105  # the name of a key
SECURITY_PROFILE_KEY = "SecurityProfile"
MOST_KEYS_KEY = "GetConfigurationMaxKeys"
CONNECTION_TIMEOUT_KEY = "ConnectionTimeOut"
BIGGEST = 2**31 - 1


class Variable(NamedTuple):
    """A configuration key of a station. Values are texts, as OCPP 1.6 has them."""

    key: str
    """As the station spells it."""
    value: str | None = None
    """What the station said last, or was told and accepted; None: not known, or not to be known by anybody."""
    readonly: bool | None = None
    """None: it has not said."""
    is_known: bool | None = None
    """Whether the station has such a key; None: it has not said."""
    is_secret: bool = False
    """Whether it holds a secret, which is not kept."""
    read_at: dt.datetime | None = None
    """When it said so."""
    changed_at: dt.datetime | None = None
    """When it accepted a value for its next start."""
    wished: str | None = None
    """The value that the operator wishes."""
    wished_at: dt.datetime | None = None

    @property
    def differs(self) -> bool:
        """Whether the station is known not to have the value that it should have."""
        if self.wished is None or self.is_secret or (self.value is None and self.is_known is not False):
            return False
        return self.value is None or not same_value(self.key, self.value, self.wished)

    def needs_reboot(self, booted_at: dt.datetime | None) -> bool:
        """Whether a value waits for the station's next start, if this was the latest."""
        return self.changed_at is not None and (booted_at is None or booted_at < self.changed_at)


class Standard(NamedTuple):
    """A key that OCPP 1.6 or its security extension defines."""

    kind: Kind
    least: int = 0
    most: int = BIGGEST


_BOOLEANS = (
    "AllowOfflineTxForUnknownId",
    "AuthorizationCacheEnabled",
    "AuthorizeRemoteTxRequests",
    "LocalAuthorizeOffline",
    "LocalPreAuthorize",
    "StopTransactionOnEVSideDisconnect",
    "StopTransactionOnInvalidId",
    "UnlockConnectorOnEVSideDisconnect",
    "LocalAuthListEnabled",
    "ReserveConnectorZeroSupported",
    "ConnectorSwitch3to1PhaseSupported",
    "AdditionalRootCertificateCheck",
)
_INTEGERS = (
    "BlinkRepeat",
    "ClockAlignedDataInterval",
    "ConnectionTimeOut",
    "ConnectorPhaseRotationMaxLength",
    "GetConfigurationMaxKeys",
    "HeartbeatInterval",
    "MaxEnergyOnInvalidId",
    "MessageTimeout",
    "MeterValuesAlignedDataMaxLength",
    "MeterValuesSampledDataMaxLength",
    "MeterValueSampleInterval",
    "MinimumStatusDuration",
    "NumberOfConnectors",
    "ResetRetries",
    "StopTransactionMaxMeterValues",
    "StopTxnAlignedDataMaxLength",
    "StopTxnSampledDataMaxLength",
    "SupportedFeatureProfilesMaxLength",
    "TransactionMessageAttempts",
    "TransactionMessageRetryInterval",
    "WebSocketPingInterval",
    "LocalAuthListMaxLength",
    "SendLocalListMaxLength",
    "ChargeProfileMaxStackLevel",
    "ChargingScheduleMaxPeriods",
    "MaxChargingProfilesInstalled",
    "CertificateSignedMaxChainSize",
    "CertificateStoreMaxLength",
)
_LISTS = (
    "ConnectorPhaseRotation",
    "MeterValuesAlignedData",
    "MeterValuesSampledData",
    "StopTxnAlignedData",
    "StopTxnSampledData",
    "SupportedFeatureProfiles",
    "SupportedFileTransferProtocols",
    "ChargingScheduleAllowedChargingRateUnit",
)


def normal(key: str) -> str:
    """The key in the form in which equal ones are equal."""
    return key.lower()


STANDARD = {
    **{normal(key): Standard("boolean") for key in _BOOLEANS},
    **{normal(key): Standard("integer") for key in _INTEGERS},
    **{normal(key): Standard("list") for key in _LISTS},
    normal("LightIntensity"): Standard("integer", most=100),
    normal(SECURITY_PROFILE_KEY): Standard("integer", most=3),
    normal("CpoName"): Standard("text"),
    normal(PASSWORD_KEY): Standard("text"),
}
"""By the key in normal form. A station may have others, whose values nobody but their vendor knows."""


def is_password(key: str) -> bool:
    return normal(key) == normal(PASSWORD_KEY)


def touches_credentials(key: str) -> bool:
    """Whether a change of this key decides who can connect as the station, and how."""
    return normal(key) in (normal(PASSWORD_KEY), normal(SECURITY_PROFILE_KEY))


def complaint(key: str, value: str) -> str | None:
    """What is wrong with a value for a key of the standard, or None if nothing is, as far as we know."""
    standard = STANDARD.get(normal(key))
    if standard is None:
        return None
    if standard.kind == "boolean" and value.lower() not in ("true", "false"):
        return f"{key} is true or false"
    if standard.kind == "integer":
        return _number_complaint(key, value, standard)
    if standard.kind == "list" and value and not all(one.strip() for one in value.split(",")):
        return f"{key} is a list with commas between its entries, of which one is empty"
    return None


def _number_complaint(key: str, value: str, standard: Standard) -> str | None:
    number = whole_number(value)
    if number is None:
        return f"{key} is a whole number"
    if number < standard.least:
        return f"{key} is {standard.least} or more"
    return f"{key} is {standard.most} or less" if number > standard.most else None


def whole_number(value: str) -> int | None:
    """The whole number that a text is, or None."""
    digits = value.strip().removeprefix("-")
    return int(value) if digits.isascii() and digits.isdigit() and len(digits) < 20 else None


def key_complaint(password: str, *, may_be_text: bool) -> str | None:
    """What is wrong with an AuthorizationKey to be sent, or None if nothing is.

    It is 16 to 20 bytes, written as hex digits (security extension, A00.FR.205). With `may_be_text` other texts do, of
    16 to 40 characters: some stations use the text itself (quirk Q-35). What a station might read in both ways it is
    not sent.
    """
    is_hex = password.isascii() and all(one in "0123456789abcdefABCDEF" for one in password)
    if is_hex and 32 <= len(password) <= 40 and len(password) % 2 == 0:
        return None
    if is_hex or not may_be_text:
        return f"{PASSWORD_KEY} is 16 to 20 bytes, written as 32 to 40 hex digits"
    if not 16 <= len(password) <= 40 or not (password.isascii() and password.isprintable()):
        return f"{PASSWORD_KEY} is 32 to 40 hex digits, or a text of 16 to 40 characters of ASCII"
    return None


def same_value(key: str, one: str, other: str) -> bool:
    """Whether two texts are the same value of a key."""
    standard = STANDARD.get(normal(key))
    if one == other or standard is None:
        return one == other
    if standard.kind == "boolean":
        return one.strip().lower() == other.strip().lower()
    if standard.kind == "integer":
        return whole_number(one) is not None and whole_number(one) == whole_number(other)
    return standard.kind == "list" and _entries(one) == _entries(other)


def _entries(text: str) -> list[str]:
    return [entry.strip() for entry in text.split(",")]
