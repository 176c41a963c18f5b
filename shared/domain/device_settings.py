"""Variables of the standard whose meaning this system knows: passwords, network profiles, limits (OCPP 2.x Part 2,
referenced components and variables)."""

import string

from shared.domain.errors import Conflict
from shared.domain.variables import VariableId

PASSWORD = VariableId("SecurityCtrlr", "BasicAuthPassword")
SECURITY_PROFILE = VariableId("SecurityCtrlr", "SecurityProfile")
MAY_DOWNGRADE = VariableId("SecurityCtrlr", "AllowSecurityProfileDowngrade")
NETWORK_PRIORITY = VariableId("OCPPCommCtrlr", "NetworkConfigurationPriority")
ACTIVE_NETWORK_PROFILE = VariableId("OCPPCommCtrlr", "ActiveNetworkProfile")
VALUE_SIZE = VariableId("DeviceDataCtrlr", "ConfigurationValueSize")
"""The longest value that the station takes."""
RETRY_WAIT_MINIMUM = VariableId("OCPPCommCtrlr", "RetryBackOffWaitMinimum")
RETRY_RANDOM_RANGE = VariableId("OCPPCommCtrlr", "RetryBackOffRandomRange")
RETRY_REPEAT_TIMES = VariableId("OCPPCommCtrlr", "RetryBackOffRepeatTimes")
NETWORK_CONFIGURATION = "NetworkConfiguration"
"""The component of OCPP 2.1 that is a network profile; its instance is the slot."""

SHORTEST_PASSWORD, LONGEST_PASSWORD = 16, 40
LONGEST_PROFILE_PASSWORD = 64
"""What a network profile of OCPP 2.1 has room for."""
PASSWORD_CHARACTERS = frozenset(string.ascii_letters + string.digits + "*-_=:+|@.")


def is_password(variable: VariableId) -> bool:
    """Whether this is the password by which the station will let itself be known, now or with another network
    profile."""
    of = variable.normal
    return of.variable == PASSWORD.normal.variable and of.component in (
        PASSWORD.normal.component,
        NETWORK_CONFIGURATION.lower(),
    )


def is_of_profile(variable: VariableId) -> bool:
    """Whether this is a part of a network profile (OCPP 2.1)."""
    return variable.normal.component == NETWORK_CONFIGURATION.lower()


def touches_credentials(variable: VariableId) -> bool:
    """Whether a change of this variable decides who can connect as the station, and how."""
    of = variable.normal
    return is_password(variable) or is_of_profile(variable) or of in (NETWORK_PRIORITY.normal, SECURITY_PROFILE.normal)


def password_complaint(password: str, *, longest: int = LONGEST_PASSWORD) -> str | None:
    """What is wrong with a password to be sent, or None if nothing is (A00.FR.205 of OCPP 2.0.1)."""
    if not SHORTEST_PASSWORD <= len(password) <= longest:
        return f"A password has {SHORTEST_PASSWORD} to {longest} characters"
    if not PASSWORD_CHARACTERS.issuperset(password):
        return "A password has letters, digits and * - _ = : + | @ . only"
    return None


def refuse_downgrade(current: int | None, wanted: int, path: str, *, is_allowed: bool) -> None:
    """Raise Conflict if a station must not go to a lower security profile (rules T-86 and V-22): from 3 to 2 it may
    where it says so itself, and never to one without TLS."""
    if current is None or wanted >= current or (current == 3 and wanted == 2 and is_allowed):
        return
    reason = f"The station has security profile {current}, which must not get lower"
    if (current, wanted) == (3, 2):
        reason += "; it would have to say AllowSecurityProfileDowngrade"
    raise Conflict(reason, path=path)
