"""How far a firmware update has come, by what the station told: answers, statuses, boots.

What a station tells comes late, twice, in another order, or not at all. So nothing here depends on the order: each fact
is kept with its time, a later status implies the earlier ones, and only a boot with the version that was wished for
makes a success. Statuses are in the words of OCPP 2.0.1 (FirmwareStatusEnumType), which 1.6's embed in.
"""

import bisect
import datetime as dt
from typing import Any

from shared.domain.calls import CallState
from shared.domain.firmware_updates import Entry, Update

IDLE = "Idle"
"""Says that nothing is going on, mostly because somebody has asked: it changes nothing."""
FETCHING = frozenset({"DownloadScheduled", "Downloading", "DownloadPaused"})
INSTALLED = "Installed"
INSTALLING = frozenset({"Downloaded", "SignatureVerified", "InstallScheduled", "Installing", "InstallRebooting"})
"""What a station tells once it has the firmware."""
FAILED = {
    "DownloadFailed": "The station could not download the firmware",
    "InvalidSignature": "The station found that the signature does not fit the firmware",
    "InstallationFailed": "The station could not install the firmware",
    "InstallVerificationFailed": "The station installed the firmware, and found it not to work",
}
REFUSED = {
    "Rejected": "The station rejected the update",
    "InvalidCertificate": "The station takes the signing certificate for invalid",
    "RevokedCertificate": "The station takes the signing certificate for revoked",
}
"""What is wrong by the status of an answer. Accepted and AcceptedCanceled (in place of an earlier update) are not."""
ON_ITS_WAY = (
    *("DownloadScheduled", "Downloading", "DownloadPaused", "DownloadFailed", "Downloaded"),
    *("SignatureVerified", "InvalidSignature", "InstallScheduled", "Installing", "InstallRebooting"),
    *("InstallationFailed", "InstallVerificationFailed", INSTALLED),
)
"""The statuses in the order in which an update comes to them: of two with the same time the further one counts, in
whatever order they are noted."""
FINAL = frozenset({"InvalidSignature", *REFUSED})
"""What would be the same again."""
UNKNOWN_ACTION = frozenset({"NotImplemented", "NotSupported"})
"""The codes by which a station says that it does not know a request."""
LONGEST_HISTORY = 200
CONCLUDE = "conclude"
"""What the state machine is to do when its wait is over since nothing is left to wait for."""

Output = dict[str, Any]


# ---------------------------------------------------------------------- what a station tells


def note_status(update: Update, status: str, at: dt.datetime, request_id: int | None = None) -> Update:
    """A status that the station told at a moment; with the id of the request that it is of, if it named one.

    A plain status is of the update under way, signed or not: some stations mix both. What names an update that the boot
    has ended tells that it was installed; stations of 2.x do so once they have booted.
    """
    if status == IDLE or not _is_of(update, at, request_id):
        return update
    entry = Entry(at, "status", status)
    if entry in update.history:
        return update
    is_latest = update.status_at is None or (at, _way(status)) > (update.status_at, _way(update.status))
    if is_latest and status == update.status:
        return update._replace(status_at=at)  # some stations tell every few seconds that they go on
    update = _with(update, entry)
    if is_latest:
        if status in FETCHING and update.status in FAILED:  # the station tries again by itself
            update = update._replace(downloaded_at=None, installed_at=None)
        update = update._replace(status=status, status_at=at)
    if status not in FETCHING and status != "DownloadFailed":
        update = update._replace(downloaded_at=_earlier(update.downloaded_at, at))
    if status == INSTALLED:
        update = update._replace(installed_at=_earlier(update.installed_at, at))
        if update.state == "succeeded":
            update = update._replace(reason=None)
    return update


def _way(status: str | None) -> int:
    return ON_ITS_WAY.index(status) if status in ON_ITS_WAY else -1


def note_boot(update: Update, version: str | None, at: dt.datetime) -> Update:
    """The station has booted with a version of its firmware; None: it did not say which."""
    is_known = update.booted_at is not None and at <= update.booted_at
    if not update.is_open or is_known or update.sent_at is None or at < update.sent_at:
        return update
    version = (version or "").strip() or None
    entry = Entry(at, "booted", version or "without a version")
    return _with(update, entry)._replace(booted_at=at, version_reported=version)


def note_call(update: Update, call_id: str, state: CallState, answer: str | None, at: dt.datetime) -> Update:
    """The call has ended, or its answer has come late. `answer`: the status in it, or the code of a CALLERROR."""
    if not update.is_open or update.call_id != call_id or (update.call_state, update.answer) == (state, answer):
        return update
    detail = " ".join(filter(None, (state.replace("_", " "), answer)))
    return _with(update, Entry(at, "call", detail))._replace(call_state=state, answer=answer)


def _is_of(update: Update, at: dt.datetime, request_id: int | None) -> bool:
    if update.sent_at is None or not (update.is_open or (update.state == "succeeded" and request_id is not None)):
        return False
    return at >= update.sent_at if request_id is None else request_id == update.request_id


def _with(update: Update, entry: Entry) -> Update:
    """With something in the history, at its place in time."""
    history = list(update.history)
    bisect.insort_right(history, entry, key=lambda one: one.at)
    return update._replace(history=tuple(history[-LONGEST_HISTORY:]))


def _earlier(one: dt.datetime | None, other: dt.datetime) -> dt.datetime:
    return min(one, other) if one else other


# ---------------------------------------------------------------------- what it comes to


def is_updated(update: Update) -> bool:
    """Whether the station has booted with the version that was wished for, whatever else it told."""
    return update.booted_at is not None and update.version_reported == update.version


def is_under_way(update: Update) -> bool:
    """Whether the station has told, since the latest attempt was given up, that it goes on."""
    told_at, given_up_at = update.status_at, update.failed_at
    return bool(update.status not in FAILED and told_at and given_up_at and told_at > given_up_at)


def is_final(update: Update) -> bool:
    """Whether the station would fail in the same way if it were asked again."""
    return update.answer in FINAL or (update.status in FINAL and update.installed_at is None)


def is_unknown(update: Update) -> bool:
    """Whether the station does not know the request that it was sent."""
    return update.call_state == "refused" and update.answer in UNKNOWN_ACTION


def failed(update: Update) -> str | None:
    """Why the latest attempt has failed, by what is known of it; None if it has not, or not yet."""
    if is_updated(update):
        return None
    return _failed_call(update) or _failed_status(update) or _failed_boot(update)


def _failed_call(update: Update) -> str | None:
    if update.answer in REFUSED:
        return f"{REFUSED[update.answer]} ({update.answer})"
    if update.call_state == "refused":
        return f"The station refused the request ({update.answer})"
    if update.call_state == "expired":
        return "The station was offline until the request had expired"
    if update.call_state == "cancelled":
        return "The request was taken back before it was sent"
    return None


def _failed_status(update: Update) -> str | None:
    """A failure that is told after what it would have prevented is an old one, and came late."""
    if update.status not in FAILED or update.installed_at is not None:
        return None
    if update.status == "DownloadFailed" and update.downloaded_at is not None:
        return None
    return f"{FAILED[update.status]} ({update.status})"


def _failed_boot(update: Update) -> str | None:
    """A boot before the firmware was installed says nothing: the station may have lost its power."""
    if not (update.booted_at and update.installed_at and update.booted_at > update.installed_at):
        return None
    came_back = f"with version {update.version_reported}" if update.version_reported else "without telling its version"
    return f"The station installed the firmware and came back {came_back} instead of {update.version}"


def verdict(update: Update) -> Output | None:
    """Whether what the state machine waits for is over, and with what output: `{"next"}`, as the machine calls it.

    A phase is over when the station has told so, or something that implies it, or when the attempt has failed. Then the
    phases after it are over as well, and the machine comes to look at what came of the attempt.
    """
    if update.task_token is None or update.awaits is None:
        return None
    if not update.is_open or is_updated(update):
        return {"next": CONCLUDE}
    if update.awaits == "turn":
        return _verdict_on_turn(update)
    is_over = {
        "sign": update.status is not None or update.answer is not None or update.call_state == "answered",
        "download": update.downloaded_at is not None,
        "install": update.installed_at is not None,
        "boot": False,
    }[update.awaits]
    return {"next": CONCLUDE if failed(update) else "go on"} if is_over or failed(update) else None


def _verdict_on_turn(update: Update) -> Output | None:
    if update.state == "queued" or update.attempt == 0 or update.failure is not None:
        return None
    is_asked = update.call_state is None and update.status is None
    return {"next": update.command if is_asked else "follow"}
