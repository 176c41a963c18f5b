"""Network connection profiles of a station (use cases B09, B10, A05): how it reaches a central system, by slots of
which it tries one after the other, and the upgrade of its security profile, which takes a new one."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple
from urllib.parse import unquote

from shared.domain.errors import Conflict, Invalid

LONGEST_URL = {"2.0.1": 512, "2.1": 2_000}
TRANSPORT = "JSON"
"""The only one there is: SOAP is no OCPP of version 2."""


class NetworkProfile(NamedTuple):
    """What a station was last given for a slot, and what became of it."""

    slot: int
    connection: dict[str, Any]
    """The connection data in the words of OCPP, without its secrets."""
    status: str | None
    """The station's answer: `Accepted`, `Rejected`, `Failed`, or the code of a CALLERROR; None: none yet."""
    call_id: str
    sent_at: dt.datetime
    reason: str | None = None
    """The reason code of the answer."""
    answered_at: dt.datetime | None = None
    accepted: dict[str, Any] | None = None
    """The connection data that the station accepted last."""
    accepted_at: dt.datetime | None = None


UpgradeState = Literal["profile", "priority", "reset", "check", "succeeded", "failed"]
"""profile: the network profile is on its way. priority: the order of the slots is. reset: the station is to restart.
check: it has, and is asked which profile it uses."""


class SecurityUpgrade(NamedTuple):
    """A change of a station's security profile (use case A05), the latest one."""

    upgrade_id: str
    """The call that sends the network profile; those that follow have ids that follow from it."""
    security_profile: int
    slot: int
    priority: str
    """The order in which the station is to try its slots: `2,1`."""
    started_at: dt.datetime
    state: UpgradeState = "profile"
    reason: str | None = None
    """Why it failed."""
    calls: tuple[str, ...] = ()
    """The calls by which it goes on, in order."""
    reset_at: dt.datetime | None = None
    """When the station was to restart; a boot from before is none of it."""
    ended_at: dt.datetime | None = None
    revision: int = 0

    @property
    def has_ended(self) -> bool:
        return self.state in ("succeeded", "failed")


def slots(text: str | None) -> list[int]:
    """The slots in a list of them, `2,1`."""
    return [int(one) for one in (text or "").replace(" ", "").split(",") if one.isascii() and one.isdigit()]


def check_slot(slot: int, there_are: Sequence[int], path: str) -> None:
    """Raise Invalid for a slot that the station does not have. `there_are` is empty where it has not said."""
    if there_are and slot not in there_are:
        listed = ", ".join(map(str, there_are))
        raise Invalid(f"The station has the slots {listed}, as it says of NetworkConfigurationPriority", path=path)


def free_slot(there_are: Sequence[int], priority: Sequence[int], active: int | None) -> int:
    """The slot in which a new profile harms nothing: one that the station does not try, else the last that it does
    and is not using. Raises Conflict if it has not said which there are, or has but one."""
    unused = [one for one in there_are if one not in priority and one != active]
    others = [one for one in reversed(priority) if one != (active if active is not None else priority[0])]
    free = [*unused, *others]
    if not free:
        reason = "It is not known which slot is free: name one, or ask the station for NetworkConfigurationPriority"
        raise Conflict(reason, path="slot")
    return free[0]


def url_complaint(url: str, station_id: str, security_profile: int, longest: int) -> str | None:
    """What is wrong with the address of a central system, or None if nothing is. The station adds its identity."""
    if len(url) > longest:
        return f"The address has at most {longest} characters"
    scheme, separator, rest = url.partition("://")
    if not separator or scheme.lower() not in ("ws", "wss") or not rest.partition("/")[0]:
        return "The address is one of a WebSocket, such as wss://csms.example.com/ocpp"
    if any(one.isspace() or not one.isprintable() for one in url):
        return "The address has no blanks"
    if security_profile > 1 and scheme.lower() != "wss":
        return f"Security profile {security_profile} has TLS: the address begins with wss://"
    path = rest.partition("/")[2].rstrip("/")
    if unquote(path.rpartition("/")[2]) == station_id:
        return "The station adds its identity to the address by itself"
    return None


def begun(upgrade: SecurityUpgrade, state: UpgradeState, call_id: str | None, at: dt.datetime) -> SecurityUpgrade:
    """The upgrade once its next step is under way."""
    known = upgrade.calls if call_id is None or call_id in upgrade.calls else (*upgrade.calls, call_id)
    return upgrade._replace(state=state, calls=known, reset_at=at if state == "reset" else upgrade.reset_at)


def ended(upgrade: SecurityUpgrade, at: dt.datetime, reason: str | None = None) -> SecurityUpgrade:
    """The upgrade at its end; with a reason it has failed."""
    return upgrade._replace(state="failed" if reason else "succeeded", reason=reason, ended_at=at)
