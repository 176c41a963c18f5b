"""TransactionEvent (2.0.1 blocks E and J): a transaction is what its events say, in the order of their seqNos.

The record of a transaction is a pure fold over the set of its distinct events, so neither repetition nor the order in
which they come can change it (rules TX-02 to TX-06). An event that comes after all that are folded is folded on top;
for any other the fold is made anew.
"""

import datetime as dt
import hashlib
from collections.abc import Iterable
from itertools import pairwise
from typing import Any, Literal, NamedTuple

from shared.domain.authorization import TransactionLimit, Verdict, is_same_group, normalize
from shared.domain.clocks import LONGEST, believed, is_credible, is_implausible
from shared.domain.metering import MeterValue, register_wh
from shared.domain.transactions import Flag, Folded, SeqNos, Transaction, abandon, energy_wh

EventType = Literal["Started", "Updated", "Ended"]
RESUMED = "TxResumed"
"""The trigger reason by which a station tells that a transaction goes on after it was started anew (2.1, E17)."""
FROM_EVENTS: tuple[Flag, ...] = (
    "conflicting",
    "meter_implausible",
    "refused",
    "start_missing",
    "stopped_by_other",
    "time_implausible",
)
"""The flags that follow from events."""
MOST_MISSING = 100
"""How many missing seqNos are told one by one."""
MOST_RUNS = 25
"""How many runs of seqNos a record knows, the latest ones: where a station counts through transactions that take turns
every event makes another, and each write of the record would be dearer than the one before."""


class TransactionEvent(NamedTuple):
    """One event, as the station told it and, from `received_at` on, as we took it."""

    event_type: EventType
    seq_no: int
    at: dt.datetime
    trigger_reason: str
    offline: bool = False
    charging_state: str | None = None
    evse_id: int | None = None
    connector_id: int | None = None
    id_token: str | None = None
    """Empty for the type NoAuthorization."""
    id_token_type: str | None = None
    additional_info: tuple[tuple[str, str], ...] = ()
    """Further ids of the token, each with its type."""
    stopped_reason: str | None = None
    remote_start_id: int | None = None
    reservation_id: int | None = None
    time_spent_charging_s: int | None = None
    number_of_phases: int | None = None
    cable_max_current_a: int | None = None
    operation_mode: str | None = None
    tariff_id: str | None = None
    transaction_limit: TransactionLimit | None = None
    preconditioning_status: str | None = None
    evse_sleep: bool | None = None
    cost_details: dict[str, Any] | None = None
    """OCPP 2.1's CostDetailsType as it came."""
    custom_data: dict[str, Any] | None = None
    meter_values: tuple[MeterValue, ...] = ()
    received_at: dt.datetime | None = None
    verdict: Verdict | None = None
    """What the station was told of the token; a repeated event is told the same."""
    group_id: str | None = None
    token_expires_at: dt.datetime | None = None
    """Until when it may remember that."""

    @property
    def content(self) -> str:
        """Sixteen hex digits that stand for what the station said. That it says so offline may only be because it did
        not hear our answer the first time."""
        said = self._replace(offline=False, received_at=None, verdict=None, group_id=None, token_expires_at=None)
        return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def in_order(event: TransactionEvent) -> tuple[int, dt.datetime, str]:
    """What events are sorted by."""
    return event.seq_no, event.at, event.content


def draft(
    transaction_id: str, station_id: str, event: TransactionEvent, generation: int = 0, own_id: str | None = None
) -> Transaction:
    """A transaction of which nothing is known, before its first event is folded."""
    at = believed(event).at
    blank = Folded(at, at, generation=generation, own_id=own_id)
    return Transaction(transaction_id, station_id, None, None, None, "active", revision=-1, folded=blank)


def refold(standing: Transaction, events: Iterable[TransactionEvent]) -> Transaction:
    """The transaction that all its events make, with what does not come from events as it stands."""
    assert standing.folded is not None  # noqa: S101  # only transactions of 2.x have events
    ordered = sorted(events, key=in_order)
    named = standing.folded.generation, standing.folded.own_id
    made = draft(standing.transaction_id, standing.station_id, ordered[0], *named)
    made = made._replace(
        flags=tuple(flag for flag in standing.flags if flag not in FROM_EVENTS and flag != "abandoned"),
        revision=standing.revision,
        remote_call_id=standing.remote_call_id,
        total_cost=standing.total_cost,
        station_cost=standing.station_cost,
        bill=standing.bill,
        messages_in_queue_at=standing.messages_in_queue_at,
        folded=_folded(made)._replace(founding=standing.folded.founding, closing=standing.folded.closing),
    )
    for event in ordered:
        made = fold(made, event)
    return _still_abandoned(standing, made)


def _still_abandoned(standing: Transaction, made: Transaction) -> Transaction:
    """Our own end of a transaction stands until an event says that it ended otherwise, or went on after that."""
    if "abandoned" not in standing.flags or standing.ended_at is None or made.state == "ended":
        return made
    if _folded(made).last_at > standing.ended_at:
        return made
    return abandon(made, standing.ended_at, _folded(made).last_register_wh)


def lost(standing: Transaction) -> Transaction:
    """The transaction ended by us, since the station knows no more of it (rule TX-14): when it was last heard of."""
    if standing.state == "ended":
        return standing
    return abandon(standing, _folded(standing).last_at, _folded(standing).last_register_wh)


def may_be_folded_on_top(standing: Transaction, event: TransactionEvent) -> bool:
    """Whether an event that is new comes after all that are folded, and nothing else makes the fold doubtful."""
    if standing.state == "ended" or event.event_type != "Updated":
        return False
    return not _folded(standing).seq_nos or event.seq_no > _folded(standing).seq_nos[-1][1]


def is_folded(standing: Transaction, event: TransactionEvent) -> bool:
    """Whether an event that was known before is part of the record for certain."""
    folded = _folded(standing)
    return not folded.is_conflicting and any(first <= event.seq_no <= last for first, last in folded.seq_nos)


def is_another_transaction(standing: Transaction, event: TransactionEvent) -> bool:
    """Whether a Started begins a new transaction under the id of one that has ended (rule TX-01)."""
    if event.event_type != "Started" or standing.state != "ended" or standing.ended_at is None:
        return False
    at = believed(event).at
    return _folded(standing).has_start and at >= standing.ended_at and at != standing.started_at


def fold(state: Transaction, event: TransactionEvent) -> Transaction:
    """The transaction after its next event in order."""
    is_running = state.state != "ended"
    if not is_credible(event):
        state = state._replace(folded=_folded(state)._replace(has_wrong_times=True))
    event = believed(event)
    state = state._replace(
        evse_id=event.evse_id if state.evse_id is None else state.evse_id,
        connector_id=event.connector_id if state.connector_id is None else state.connector_id,
        remote_start_id=event.remote_start_id if state.remote_start_id is None else state.remote_start_id,
        reservation_id=event.reservation_id if state.reservation_id is None else state.reservation_id,
        charging_state=(event.charging_state if is_running else None) or state.charging_state,
        trigger_reason=event.trigger_reason,
        time_spent_charging_s=_or(event.time_spent_charging_s, state.time_spent_charging_s),
        number_of_phases=_or(event.number_of_phases, state.number_of_phases),
        cable_max_current_a=_or(event.cable_max_current_a, state.cable_max_current_a),
        operation_mode=event.operation_mode or state.operation_mode,
        tariff_id=event.tariff_id or state.tariff_id,
        transaction_limit=event.transaction_limit or state.transaction_limit,
    )
    if event.event_type == "Started" and not _folded(state).has_start:
        state = state._replace(started_at=event.at)
    if event.event_type == "Ended":
        state = state._replace(state="ended", ended_at=event.at, stopped_reason=event.stopped_reason or "Local")
    return _with_flags(_with_energy(_with_events(_with_token(state, event), event)))


def _or(new: int | None, known: int | None) -> int | None:
    return known if new is None else new


def _folded(state: Transaction) -> Folded:
    assert state.folded is not None  # noqa: S101  # only transactions of 2.x have events
    return state.folded


def _with_token(state: Transaction, event: TransactionEvent) -> Transaction:
    """The first token started the transaction, unless it was refused and another was not; one that comes later to stop
    it is the other's (rule TX-07)."""
    if event.id_token is None:
        return state
    is_stop = event.event_type == "Ended" or event.trigger_reason == "StopAuthorized"
    is_better = state.verdict != "Accepted" and event.verdict == "Accepted" and not is_stop
    if state.verdict is None or is_better:
        return state._replace(
            id_token=event.id_token or None,
            id_token_type=event.id_token_type,
            verdict=event.verdict,
            group_id=event.group_id,
            token_expires_at=event.token_expires_at,
        )
    if is_stop:
        folded = _folded(state)._replace(stop_group_id=event.group_id)
        return state._replace(stop_id_token=event.id_token or None, stop_verdict=event.verdict, folded=folded)
    return state


def _with_events(state: Transaction, event: TransactionEvent) -> Transaction:
    """What has been folded now, and the meter's readings so far."""
    folded, is_start = _folded(state), event.event_type == "Started"
    known = any(first <= event.seq_no <= last for first, last in folded.seq_nos)
    begin_wh, end_wh = _marked(event, "Transaction.Begin"), _marked(event, "Transaction.End")
    others = [wh for value in _by_time(event) if (wh := _register_unless(value, "Transaction.End")) is not None]
    meter_start_wh = state.meter_start_wh
    if begin_wh is not None and not folded.has_begin_reading:
        meter_start_wh = begin_wh
    elif meter_start_wh is None and others:
        meter_start_wh = others[0]
    return state._replace(
        meter_start_wh=meter_start_wh,
        folded=folded._replace(
            last_at=max(folded.last_at, event.at),
            seq_nos=add(folded.seq_nos, event.seq_no),
            has_start=folded.has_start or is_start,
            has_begin_reading=folded.has_begin_reading or begin_wh is not None,
            end_reading_wh=_or(end_wh, folded.end_reading_wh),
            last_register_wh=others[-1] if others else folded.last_register_wh,
            is_conflicting=folded.is_conflicting or known,
        ),
    )


def _by_time(event: TransactionEvent) -> list[MeterValue]:
    return sorted(event.meter_values, key=lambda value: value.at)


def _marked(event: TransactionEvent, context: str) -> int | None:
    """The register at the start or at the end, where the station marks it as such."""
    marked = (
        MeterValue(value.at, tuple(one for one in value.samples if one.context == context)) for value in _by_time(event)
    )
    return next((wh for value in marked if (wh := register_wh(value)) is not None), None)


def _register_unless(value: MeterValue, context: str) -> int | None:
    return register_wh(MeterValue(value.at, tuple(one for one in value.samples if one.context != context)))


def _with_energy(state: Transaction) -> Transaction:
    if state.state != "ended":
        return state
    folded = _folded(state)
    meter_stop_wh = _or(folded.end_reading_wh, folded.last_register_wh)
    energy = energy_wh(state.meter_start_wh, meter_stop_wh)
    if energy is None:
        energy = energy_wh(state.meter_start_wh, folded.last_register_wh)
    if energy is None and state.stopped_reason == "Timeout":  # no vehicle was ever connected
        energy = 0
    return state._replace(meter_stop_wh=meter_stop_wh, energy_wh=energy)


def _with_flags(state: Transaction) -> Transaction:
    folded = _folded(state)
    found: dict[Flag, bool] = {
        "conflicting": folded.is_conflicting,
        "meter_implausible": state.meter_start_wh is not None
        and state.meter_stop_wh is not None
        and state.meter_stop_wh < state.meter_start_wh,
        "refused": state.verdict not in (None, "Accepted"),
        "start_missing": not folded.has_start,
        "stopped_by_other": _was_stopped_by_other(state),
        "time_implausible": folded.has_wrong_times
        or folded.last_at - folded.first_at > LONGEST
        or is_implausible(state.started_at, state.ended_at),
    }
    kept = (flag for flag in state.flags if flag not in FROM_EVENTS)
    return state._replace(flags=()).flagged(*kept, *(flag for flag, holds in found.items() if holds))


def _was_stopped_by_other(state: Transaction) -> bool:
    """Whether the token that stopped it may not act for the one that started it; a master pass may stop any (C16)."""
    if state.stop_id_token is None or state.id_token is None or state.stopped_reason == "MasterPass":
        return False
    if normalize(state.stop_id_token) == normalize(state.id_token):
        return False
    return not is_same_group(_folded(state).stop_group_id, state.group_id)


def energy_so_far_wh(transaction: Transaction) -> int | None:
    """The energy of a transaction that runs, by its latest reading."""
    return energy_wh(transaction.meter_start_wh, _folded(transaction).last_register_wh)


def is_minor(before: Transaction, after: Transaction) -> bool:
    """Whether a change is nothing that anything follows from: another reading, another seqNo."""
    return _of_note(before) == _of_note(after) and not was_resumed(before, after)


def was_resumed(before: Transaction, after: Transaction) -> bool:
    """Whether a transaction has gone on after a forced restart of its station (use case E17), perhaps once more."""
    if after.trigger_reason != RESUMED:
        return False
    return before.trigger_reason != RESUMED or _folded(before).last_at != _folded(after).last_at


def _of_note(transaction: Transaction) -> Transaction:
    same = transaction._replace(revision=0, folded=None, time_spent_charging_s=None, bill=None)
    if transaction.trigger_reason != RESUMED:
        same = same._replace(trigger_reason=None)
    if transaction.state == "ended":
        return same
    same = same._replace(total_cost=None)
    return same._replace(meter_start_wh=None, number_of_phases=None, cable_max_current_a=None)


def add(seq_nos: SeqNos, number: int) -> SeqNos:
    """The sequence numbers with one more, as far as a record keeps them."""
    merged: list[tuple[int, int]] = []
    for first, last in sorted((*seq_nos, (number, number))):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return tuple(merged[-MOST_RUNS:])


def missing_seq_nos(transaction: Transaction) -> list[int]:
    """The numbers between the known ones, the first of them only if there are many. A station whose numbers run through
    all its transactions has such gaps by nature (rule TX-03)."""
    missing: list[int] = []
    seq_nos = _folded(transaction).seq_nos
    for (_, before), (after, _) in pairwise(seq_nos):
        missing += range(before + 1, min(after, before + 1 + MOST_MISSING - len(missing)))
    return missing


def is_complete(transaction: Transaction) -> bool | None:
    """Whether all events are known. None: it still runs, or there are gaps, which need not mean anything."""
    folded = _folded(transaction)
    if transaction.state != "ended" or "abandoned" in transaction.flags:
        return None
    if not folded.has_start:
        return False
    return True if len(folded.seq_nos) == 1 else None
