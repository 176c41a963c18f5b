"""What a simulated station does when it is asked to, whatever the version of OCPP."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from local.simulation.connector import Connector
from local.simulation.line import Json, Reply, Request
from local.simulation.session import Invitation, Reservation, StopReason
from local.simulation.words import Words

if TYPE_CHECKING:
    from local.simulation.station import Station


class Do(Protocol):
    """Answers a payload, and says what is to follow."""

    def __call__(self, station: "Station", payload: Json, /) -> Reply: ...


def always(**answer: Any) -> Do:
    """The same answer to everything, and nothing done."""
    return lambda _station, _payload: Reply(answer)


def status(word: str, then: Callable[[], Awaitable[None]] | None = None) -> Reply:
    return Reply({"status": word}, then)


def connectors_at(station: "Station", number: int | None) -> Sequence[Connector]:
    """The connector of a number, or of an EVSE; all of them for 0 and None."""
    return [one for one in station.connectors if number in (None, 0, one.connector_id)]


def remote_start(station: "Station", number: int | None, invitation: Invitation, profile: Json | None) -> Reply:
    """Begin a transaction where there is room for one."""
    free = [one for one in connectors_at(station, number) if one.may_be_invited(invitation.card)]
    if not free:
        return status("Rejected")
    # Where a car waits already, rather than where one has yet to come.
    chosen = min(free, key=lambda one: (one.condition().state != "Preparing", one.connector_id))

    async def invite() -> None:
        if profile:
            station.profiles.keep(chosen.connector_id, profile)
        chosen.invite(invitation)

    return status("Accepted", invite)


def remote_stop(station: "Station", transaction_id: str | int) -> Reply:
    """End a transaction, by the number or the id that it has."""
    for connector in station.connectors:
        session = connector.session
        if session and transaction_id in (session.number, session.own_id):
            return status("Accepted", _stopping(connector, "Remote"))
    return status("Rejected")


def reserve(station: "Station", number: int | None, wanted: Reservation) -> Reply:
    """Keep a connector free; a reservation takes the place of another one with its number."""
    held = _holding(station, wanted.reservation_id)
    concerned = connectors_at(station, number)
    chosen = next((one for one in concerned if one in held or one.may_be_reserved()), None)
    if chosen is None:
        states = {one.condition().state for one in concerned}
        why = states.pop() if len(states) == 1 else None
        return status(why if why in ("Faulted", "Unavailable") else "Occupied" if concerned else "Rejected")

    async def keep() -> None:
        for one in held:
            one.reserve(None)
        chosen.reserve(wanted)

    return status("Accepted", keep)


def cancel_reservation(station: "Station", reservation_id: int) -> Reply:
    held = _holding(station, reservation_id)

    async def release() -> None:
        for one in held:
            one.reserve(None)

    return status("Accepted" if held else "Rejected", release)


def _holding(station: "Station", reservation_id: int) -> Sequence[Connector]:
    """The connectors with a reservation, of which there is one at most."""
    return [one for one in station.connectors if one.reservation and one.reservation.reservation_id == reservation_id]


def unlock(connector: Connector) -> Reply:
    """Let go of the cable; what charges is ended."""
    return status("Unlocked", _stopping(connector, "UnlockCommand"))


def _stopping(connector: Connector, reason: StopReason) -> Callable[[], Awaitable[None]]:
    async def stop() -> None:
        connector.stop(reason)

    return stop


def change_availability(station: "Station", number: int | None, *, is_operative: bool) -> Reply:
    """At once, or when the visitors have left."""
    concerned = connectors_at(station, number)
    if not concerned:
        return status("Rejected")
    is_late = not is_operative and any(one.is_visited for one in concerned)

    async def change() -> None:
        for connector in concerned:
            connector.put(is_operative=is_operative)
        if not number:
            for request in station.words.whole_station(is_operative=is_operative, at=station.clock.text()):
                await station.send(request)

    return status("Scheduled" if is_late else "Accepted", change)


def set_profile(station: "Station", number: int, profile: Json) -> Reply:
    """Keep a limit; one of a transaction only while it runs."""
    concerned = connectors_at(station, number)
    of_transaction = profile["chargingProfilePurpose"] == "TxProfile"
    if not concerned or (of_transaction and (number == 0 or concerned[0].session is None)):
        return status("Rejected")
    station.profiles.keep(number, profile)
    for connector in concerned:
        connector.heed_limits()
    return status("Accepted")


def clear_profiles(
    station: "Station", profile_id: int | None, number: int | None, purpose: str | None, stack_level: int | None
) -> Reply:
    is_found = station.profiles.clear(profile_id, number, purpose, stack_level)
    for connector in station.connectors:
        connector.heed_limits()
    return status("Accepted" if is_found else "Unknown")


def schedule(station: "Station", number: int, duration_s: int, unit: str | None) -> Json | None:
    """What a connector may give from now on, if nothing changes; None if there is no such connector."""
    found = connectors_at(station, number)
    if not found:
        return None
    one = found[0]
    now = station.clock.present()
    limit_w = min(one.outlet.most_w, station.profiles.limit_w(one.connector_id, one.outlet, now, 0.0))
    limit = limit_w if unit == "W" else limit_w / one.outlet.watts(1)
    periods = [{"startPeriod": 0, "limit": round(limit, 1)}]
    return {"duration": duration_s, "chargingRateUnit": unit or "A", "chargingSchedulePeriod": periods}


def send_local_list(station: "Station", payload: Json) -> Reply:
    """Only its version is kept."""
    version: int = payload["listVersion"] if "listVersion" in payload else payload["versionNumber"]
    station.local_list_version = version
    return status("Accepted")


def trigger(station: "Station", message: str, number: int | None) -> Reply:
    """Send a message now, if it is one that this station can send at any time."""
    concerned = connectors_at(station, number)
    if not concerned:
        return status("Rejected")
    if message == "BootNotification":
        return status("Accepted", lambda: station.boot("Triggered"))
    if message in ("MeterValues", "TransactionEvent"):
        return _measure(concerned)
    if message not in TRIGGERED:
        return status("NotImplemented")

    async def tell() -> None:
        for request in TRIGGERED[message](station.words, concerned):
            await station.send(request)

    return status("Accepted", tell)


TRIGGERED: Mapping[str, Callable[[Words, Sequence[Connector]], list[Request]]] = {
    "DiagnosticsStatusNotification": lambda words, _: [words.log_status("Idle", None)],
    "FirmwareStatusNotification": lambda words, _: words.firmware_status("Idle", None),
    "Heartbeat": lambda *_: [Request("Heartbeat", {})],
    "StatusNotification": lambda words, places: [
        request for one in places for request in words.condition(one.condition())
    ],
}
"""By the name of the message, 1.6's where versions differ: what says how things are."""


def _measure(concerned: Sequence[Connector]) -> Reply:
    charging = [one for one in concerned if one.session]

    async def measure() -> None:
        for one in charging:
            await one.measure(is_asked_for=True)

    return status("Accepted", measure) if charging else status("Rejected")
