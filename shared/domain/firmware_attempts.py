"""The attempts of a firmware update: how a station is asked, what a new attempt begins with, what comes after one."""

import datetime as dt
from typing import Literal, NamedTuple, get_args

from shared.domain.calls import Json, request_id_of
from shared.domain.firmware_progress import failed, is_final, is_under_way, is_unknown, is_updated
from shared.domain.firmware_updates import Command, Entry, Terms, Update

End = Literal["succeeded", "failed", "cancelled"]
COMMANDS: tuple[Command, ...] = get_args(Command)

EXPIRES_IN_S = 300
"""How long a request may wait to be sent. Its station was online when its turn came; if it is not any more, the update
waits for it again."""
ANSWERS_WITHIN_S = 900
"""By then a call that was sent has ended, whatever the station's own time-out is."""
SIGN_WITHIN_S = 300
"""How long a station that has not answered is listened to: it may have got the request all the same."""
TIMEOUT = "States.Timeout"
NOT_TOLD = "The station did not tell that it had installed the firmware, but booted with it"
ASKED, FOLLOWED = "asked", "followed"
ASKED_IN_VAIN_AT_MOST = 20
"""How many requests may expire before they are sent, beyond the attempts that a station has."""
FOLLOWED_AT_MOST = 20
"""How often a station that has failed is followed as it goes on by itself, so that it comes to an end."""


class FirmwareOrder(NamedTuple):
    """What a station is asked, in no version's words."""

    location: str
    """Where it downloads the firmware from, a URI."""
    retrieve_at: dt.datetime
    install_at: dt.datetime | None = None
    retries: int | None = None
    retry_interval_s: int | None = None
    signature: str | None = None
    """Base64, of the SHA-256 of the file; only where the station is to check it."""
    signing_certificate: str | None = None
    """PEM."""


class Way(NamedTuple):
    """How a station is asked: by which request, in which OCPP version, and whether it is to check the signature."""

    command: Command
    ocpp_version: str
    signed: bool


class Fault(NamedTuple):
    """What broke off a state of the machine: the name of the error, and what it says."""

    name: str
    text: str = ""


class Conclusion(NamedTuple):
    """What comes after an attempt: an end, or None and another attempt after a while."""

    state: End | None
    reason: str | None = None
    wait_s: int = 0


def order_json(order: FirmwareOrder) -> Json:
    """As a command's function takes it."""
    return {
        name: value.isoformat() if isinstance(value, dt.datetime) else value for name, value in order._asdict().items()
    }


def choose(
    terms: Terms, *, has_signature: bool, unknown: frozenset[str] = frozenset(), ocpp_version: str = "1.6"
) -> Way | None:
    """How to ask a station that does not know these actions; None if there is no way to.

    In 1.6 a station that wants signed firmware does not take the plain request (rule W-08), and one that does not know
    the signed request gets the plain one (rule W-10), unless the signature must be checked. From 2.0.1 on one request
    serves for both, and carries the signature wherever there is one (L01.FR.11).
    """
    usable: list[Way] = []
    if has_signature:
        usable.append(Way("SignedUpdateFirmware" if ocpp_version == "1.6" else "UpdateFirmware", ocpp_version, True))
    if terms.signing != "required":
        plain = Way("UpdateFirmware", ocpp_version, False)
        usable.insert(0 if terms.signing == "never" else len(usable), plain)
    return next((one for one in usable if one.command not in unknown), None)


def unknown_to(update: Update, remembered: frozenset[str]) -> frozenset[str]:
    """The actions that a station does not know: those that are remembered of it, and what it has just refused."""
    return remembered | {update.command} if is_unknown(update) else remembered


def needs_attempt(update: Update) -> bool:
    """Whether the station is to be asked, for the first time or again."""
    return update.state == "running" and (update.attempt == 0 or update.failure is not None)


def may_try(update: Update, terms: Terms) -> bool:
    """Whether the station may be asked once more."""
    asked = sum(entry.event == ASKED for entry in update.history)
    is_left = update.attempt < terms.attempts or not _was_attempt(update)
    return is_left and asked < terms.attempts + ASKED_IN_VAIN_AT_MOST


def _was_attempt(update: Update) -> bool:
    """What the station does not know, or what was not sent to it, does not count as an attempt."""
    return not is_unknown(update) and update.call_state != "expired"


def resume(update: Update, at: dt.datetime) -> Update | None:
    """The update of a station that has failed and goes on by itself, which is followed; None if it does not."""
    followed = sum(entry.event == FOLLOWED for entry in update.history)
    if not (needs_attempt(update) and is_under_way(update)) or followed >= FOLLOWED_AT_MOST:
        return None
    history = (*update.history, Entry(at, FOLLOWED, "The station goes on by itself"))
    return update._replace(failure=None, failed_at=None, history=history)


def begin(update: Update, way: Way, call_id: str, version: str | None, at: dt.datetime) -> Update | None:
    """The update with its next attempt begun; None if it is not the time for one. `version`: what the station runs
    now."""
    if not needs_attempt(update):
        return None
    attempt = update.attempt + 1 if _was_attempt(update) else update.attempt
    return update._replace(
        attempt=attempt,
        call_id=call_id,
        call_state=None,
        answer=None,
        sent_at=at,
        ocpp_version=way.ocpp_version,
        signed=way.signed,
        request_id=request_id_of(call_id) if way.signed or way.ocpp_version != "1.6" else None,
        status=None,
        status_at=None,
        downloaded_at=None,
        installed_at=None,
        failure=None,
        failed_at=None,
        version_before=update.version_before or version,
        history=(*update.history, Entry(at, ASKED, f"{way.command}, attempt {attempt}")),
    )


def give_up(update: Update, reason: str, at: dt.datetime) -> Update:
    """The update with its latest attempt over, while another may follow."""
    if update.state != "running" or update.failure is not None:
        return update
    history = (*update.history, Entry(at, "attempt failed", reason))
    return update._replace(failure=reason, failed_at=at, history=history)


def within_s(terms: Terms, now: dt.datetime) -> dict[str, int]:
    """How long the machine waits in each of its phases, in whole seconds from now: a station that is told to download
    or to install later has that much longer."""
    download_in_s = _seconds_until(terms.retrieve_at, now)
    install_in_s = _seconds_until(terms.install_at, now + dt.timedelta(seconds=download_in_s))
    return {
        "turn": terms.online_within_s,
        "expires": EXPIRES_IN_S,
        "send": EXPIRES_IN_S + ANSWERS_WITHIN_S,
        "sign": min(terms.download_within_s, SIGN_WITHIN_S) + download_in_s,
        "download": terms.download_within_s + download_in_s,
        "install": terms.install_within_s + install_in_s,
        "boot": terms.boot_within_s,
    }


def _seconds_until(at: dt.datetime | None, now: dt.datetime) -> int:
    return max(0, int((at - now).total_seconds())) if at else 0


# ---------------------------------------------------------------------- after an attempt


def conclude(
    update: Update, terms: Terms, *, campaign: str, way: Way | None, fault: Fault | None, was_asked: bool
) -> Conclusion:
    """What comes after an attempt, or after a wait for the station's turn in which it was not asked.

    `campaign` is the state of its campaign; `way` is how the station can be asked now, None if it cannot.
    """
    match update.state:
        case "succeeded" | "failed" | "cancelled" as ended:
            return Conclusion(ended, update.reason)
    if is_updated(update):
        return Conclusion("succeeded", None if update.installed_at else NOT_TOLD)
    reason = _why(update, terms, fault, was_asked=was_asked)
    if campaign == "cancelled":
        return Conclusion("cancelled", f"The campaign was cancelled{f'. {reason}' if update.attempt else ''}")
    if way is None:
        return Conclusion("failed", _no_way(update, terms))
    if not was_asked or is_final(update) or _is_refused(fault):
        return Conclusion("failed", reason)
    # A station that was told to try again by itself is given the time for it, even after our last attempt.
    tries_again = bool(terms.retries) and update.status == "DownloadFailed"
    if not (may_try(update, terms) or tries_again):
        return Conclusion("failed", reason)
    own_pause_s = (terms.retry_interval_s or 0) if tries_again else 0
    return Conclusion(None, reason, 0 if is_unknown(update) else max(terms.retry_after_s, own_pause_s))


def _is_refused(fault: Fault | None) -> bool:
    """Whether our own checks refuse the request, as they would again."""
    return fault is not None and fault.name in ("Invalid", "NotFound")


def _no_way(update: Update, terms: Terms) -> str:
    if terms.signing == "required":
        return "The signature must be checked, and there is none or the station does not know signed firmware"
    known = f" ({update.answer})" if update.answer else ""
    return f"The station knows no way to update its firmware that could be used{known}"


def _why(update: Update, terms: Terms, fault: Fault | None, *, was_asked: bool) -> str:
    """Why an attempt is over."""
    if fault is None:
        return failed(update) or update.failure or "The update was broken off"
    if fault.name != TIMEOUT:
        return f"{fault.text or 'The state machine failed'} ({fault.name})"
    told = f"; it told {update.status} last" if update.status else ""
    if update.awaits == "turn" and was_asked:
        return "Nothing became of the request to the station"
    if update.awaits == "turn":
        idle = " and idle" if terms.when_idle else ""
        before = f". {update.failure}" if update.failure else ""
        return f"The station's turn did not come within {_span(terms.online_within_s)}: it must be online{idle}{before}"
    if update.awaits == "sign":
        return "The station did not answer, and told nothing of an update"
    if update.awaits == "boot":
        return f"The station did not boot within {_span(terms.boot_within_s)} after it had installed the firmware"
    if update.awaits == "install":
        return f"The station did not install the firmware within {_span(terms.install_within_s)}{told}"
    return f"The station did not download the firmware within {_span(terms.download_within_s)}{told}"


def _span(seconds: int) -> str:
    """`90 s`, `15 min`, `1 h`, `7 d`: in the largest unit that it is a multiple of."""
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds and seconds % size == 0:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
