"""What follows when an EV tells what it needs, and when a transaction goes on after its station was started anew."""

import datetime as dt

from shared.aws import charging_profiles as at_work
from shared.aws import charging_transactions, command, orders
from shared.aws.charging_answers import waiting
from shared.aws.charging_bounds import bounds
from shared.aws.command import Terms
from shared.aws.telemetry import logger
from shared.domain.calls import first_id_at, follow_up_id
from shared.domain.charging_needs import LONGEST_S, ChargingNeeds, plan
from shared.domain.charging_profiles import ChargingProfile, RateUnit
from shared.domain.composite_schedules import composite
from shared.domain.errors import DomainError
from shared.domain.known_profiles import current, number_for
from shared.domain.transaction_events import was_resumed
from shared.domain.transactions import Transaction
from shared.store import charging_needs, charging_profiles
from shared.store.changes import Change
from shared.store.keys import NEEDS


def follow(change: Change) -> None:
    """An EV has told what it needs, and its station was told that a profile comes."""
    new, old = change.new or {}, change.old or {}
    if not new.get("sk", "").startswith(NEEDS) or new.get("noted_at") == old.get("noted_at"):
        return
    needs = charging_needs.from_item(new)
    transaction = charging_transactions.active(change.id, needs.evse_id)
    if needs.status != "Accepted" or transaction is None:
        return
    profiles = waiting(change.id, needs) or [_planned(change.id, needs, transaction)]
    for profile in profiles:
        _send(change.id, profile, needs.noted_at, "needs")


def renew(transaction: Transaction, before: Transaction | None) -> None:
    """A transaction goes on after a forced restart of its station, which has lost its TxProfile (rule V-08)."""
    if transaction.folded is None or (before is not None and not was_resumed(before, transaction)):
        return
    for known in charging_profiles.of_station(transaction.station_id):
        if known.state == "accepted" and known.profile.transaction_id == transaction.transaction_id:
            _send(transaction.station_id, current(known), transaction.folded.last_at, "resumed")


def _planned(station_id: str, needs: ChargingNeeds, transaction: Transaction) -> ChargingProfile:
    now = dt.datetime.now(dt.UTC)
    version = command.target(station_id).ocpp_version
    known = bounds(station_id, version)
    wanted: RateUnit = "W" if needs.is_dc else "A"
    unit = wanted if known.units is None or wanted in known.units else known.units[0]
    made = plan(needs, _least(station_id, needs, transaction, unit, now), unit, now)
    profile = ChargingProfile(
        profile_id=0,
        evse_id=needs.evse_id,
        purpose="TxProfile",
        kind=made.kind,
        stack_level=0,
        schedules=made.schedules,
        transaction_id=transaction.transaction_id,
    )
    number = number_for(profile, charging_profiles.everybodys(station_id), (known.last_external_id or 0) + 1)
    return profile._replace(profile_id=number)


def _least(
    station_id: str, needs: ChargingNeeds, transaction: Transaction, unit: RateUnit, now: dt.datetime
) -> float | None:
    """The least limit of the EVSE until the EV departs, without what its transaction has had so far."""
    others = [one for one in at_work.counting(station_id) if one.purpose != "TxProfile"]
    until = needs.departure_at or now + dt.timedelta(days=1)
    found = composite(
        others,
        evse_id=needs.evse_id,
        begin_at=now,
        duration_s=min(max(1, int((until - now).total_seconds())), LONGEST_S),
        unit=unit,
        transaction_began_at=transaction.started_at,
    )
    return min((one.limit.value for one in found if one.limit), default=None)


def _send(station_id: str, profile: ChargingProfile, at: dt.datetime, reason: str) -> None:
    """Send a profile, once for a moment and a reason. What cannot be sent is logged: nobody waits for it here."""
    base = f"{first_id_at(at)}-7000-8000-000000000000"
    call_id = follow_up_id(base, f"{station_id}#{reason}#{profile.profile_id}")
    try:
        orders.of("SetChargingProfile").submit(
            command.target(station_id), profile, Terms(call_id=call_id, deferred=True)
        )
    except DomainError as error:
        logger.warning("no profile sent", extra={"station_id": station_id, "reason": error.reason})
