"""Transactions (block E): a charging session from its start to its end, exactly once, and its energy.

A station's message about a transaction is a fact, never a question (rule S-01): it is recorded whatever it says.
"""

import datetime as dt
import hashlib
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, NamedTuple

from shared.domain.authorization import TransactionLimit, Verdict, normalize
from shared.domain.clocks import is_implausible

if TYPE_CHECKING:
    from shared.domain.bills import Bill

State = Literal["active", "ended"]
Flag = Literal[
    "abandoned",
    "conflicting",
    "cost_differs",
    "matched",
    "meter_implausible",
    "orphan",
    "refused",
    "reused",
    "start_missing",
    "stopped_by_other",
    "tariff_missing",
    "time_implausible",
]
"""What an operator should know of a transaction:

abandoned: no stop came, ended by us with the last known reading; a stop that comes later replaces that.
conflicting: two events of it have the same seqNo and say different things; both count, in the order of their times.
cost_differs: what the station has calculated (2.1) is not what we have, by the tariff that the transaction has here.
meter_implausible: the stop's reading cannot follow the start's; the energy comes from the last sample, or is unknown.
orphan: a stop without a start that we know.
matched: the stop named no usable transaction id (0, -1) and was matched by token, connector and time.
refused: the token was not accepted at the start; the station should have ended it (rule S-02).
reused: the station has begun another transaction under the same id since (rule TX-01).
start_missing: its Started event has not come (rule TX-05).
stopped_by_other: stopped with a token that is neither the same nor of the same group.
tariff_missing: the tariff that it was to be billed by is not there; it is billed by none.
time_implausible: its times cannot be (1970, 2099, a month long): no money moves for it by itself.
"""


OF_THE_END: tuple[Flag, ...] = ("abandoned", "meter_implausible", "time_implausible")
"""The flags that follow from how a transaction of OCPP 1.6 ends."""
SeqNos = tuple[tuple[int, int], ...]
"""Sequence numbers as closed intervals in order: `((0, 5), (7, 7))`."""


class Folded(NamedTuple):
    """Which events of OCPP 2.x a transaction has been made of, and what is needed to go on with it
    (shared/domain/transaction_events.py)."""

    first_at: dt.datetime
    last_at: dt.datetime
    seq_nos: SeqNos = ()
    generation: int = 0
    """How many transactions with the same id the station has had before (rule TX-01)."""
    has_start: bool = False
    has_begin_reading: bool = False
    """Whether the reading at the start was marked as such (Transaction.Begin); else it is the first one that came."""
    end_reading_wh: int | None = None
    """The reading that was marked as the one at the end (Transaction.End)."""
    last_register_wh: int | None = None
    """The last reading that was not."""
    is_conflicting: bool = False
    stop_group_id: str | None = None
    own_id: str | None = None
    """What the station calls it, where that is not our name of it."""
    has_wrong_times: bool = False
    """Whether an event came with a time that cannot be."""
    founding: bytes | None = None
    """The event that the record began with, if it is kept in it and not beside it."""
    closing: bytes | None = None
    """The event that ended it, likewise."""


class Transaction(NamedTuple):
    """One transaction. Energies are Wh of the import register; times are the station's, in UTC."""

    transaction_id: str
    station_id: str
    evse_id: int | None
    connector_id: int | None
    id_token: str | None
    state: State
    number: int | None = None
    """1.6's transactionId."""
    started_at: dt.datetime | None = None
    ended_at: dt.datetime | None = None
    meter_start_wh: int | None = None
    meter_stop_wh: int | None = None
    """As the station said, even if it cannot be."""
    energy_wh: int | None = None
    stopped_reason: str | None = None
    stop_id_token: str | None = None
    verdict: Verdict | None = None
    """What the station was told about the token at the start; a repeated start gets the same."""
    group_id: str | None = None
    token_expires_at: dt.datetime | None = None
    stop_verdict: Verdict | None = None
    reservation_id: int | None = None
    remote_call_id: str | None = None
    identity: str = ""
    flags: tuple[Flag, ...] = ()
    revision: int = 0
    id_token_type: str | None = None
    """OCPP 2.0.1's type of the id token."""
    charging_state: str | None = None
    """OCPP 2.0.1's chargingState: EVConnected, Charging, SuspendedEV, SuspendedEVSE, Idle."""
    trigger_reason: str | None = None
    """Of its latest event."""
    remote_start_id: int | None = None
    time_spent_charging_s: int | None = None
    number_of_phases: int | None = None
    cable_max_current_a: int | None = None
    operation_mode: str | None = None
    tariff_id: str | None = None
    transaction_limit: TransactionLimit | None = None
    """Where it ends by itself, as the station said last (2.1, E16)."""
    total_cost: Decimal | None = None
    """With tax; of an active one so far. 0: free. None: not known, as it has no tariff."""
    station_cost: Decimal | None = None
    """The total that the station has calculated (2.1, I12)."""
    bill: "Bill | None" = None
    """How the cost comes about; None: no tariff applies."""
    messages_in_queue_at: dt.datetime | None = None
    """When the station last said that it has messages of it still to send."""
    folded: Folded | None = None
    """Of a transaction in OCPP 2.x, which is made of events; None in 1.6."""

    @property
    def own_id(self) -> str:
        """What the station itself calls it. Ours says more where another station has the same id, or where the station
        has used it again (shared/store/transaction_events.py)."""
        known = self.folded.own_id if self.folded else None
        return self.transaction_id if known is None else known

    def flagged(self, *flags: Flag) -> "Transaction":
        return self._replace(flags=tuple(sorted({*self.flags, *flags})))


class Start(NamedTuple):
    """What identifies a StartTransaction: the same content is the same transaction, however often it is sent.

    `timestamp` is the station's own text of the time, or empty if it sent none that can be read.
    """

    station_id: str
    evse_id: int
    id_token: str
    timestamp: str
    meter_start_wh: int

    @property
    def identity(self) -> str:
        content = "\x1f".join(
            (self.station_id, str(self.evse_id), normalize(self.id_token), self.timestamp, str(self.meter_start_wh))
        )
        return hashlib.sha256(content.encode()).hexdigest()[:32]


class Stop(NamedTuple):
    """A StopTransaction. `reason` is never empty: none means Local (rule S-08)."""

    meter_stop_wh: int
    ended_at: dt.datetime
    reason: str
    id_token: str | None = None


def payer(transaction: Transaction) -> str | None:
    """The token, normalized, that a transaction is billed to: also one that was refused where it had taken energy
    already, unless it may be nobody's or another's of the same text."""
    if not transaction.id_token or transaction.verdict is None:
        return None
    is_of_2x = transaction.folded is not None
    if is_of_2x and transaction.verdict in ("Invalid", "Unknown"):
        return None
    return normalize(transaction.id_token)


def energy_wh(meter_start_wh: int | None, meter_stop_wh: int | None) -> int | None:
    """The energy between two register readings, or None where they cannot belong together (rule S-10)."""
    if meter_start_wh is None or meter_stop_wh is None or meter_stop_wh < meter_start_wh:
        return None
    return meter_stop_wh - meter_start_wh


def end(transaction: Transaction, stop: Stop, last_register_wh: int | None = None) -> Transaction:
    """The transaction after its stop. `last_register_wh` serves where the stop's own reading cannot be (quirk Q-18)."""
    energy = energy_wh(transaction.meter_start_wh, stop.meter_stop_wh)
    ended = transaction._replace(
        state="ended",
        ended_at=stop.ended_at,
        meter_stop_wh=stop.meter_stop_wh,
        energy_wh=energy if energy is not None else energy_wh(transaction.meter_start_wh, last_register_wh),
        stopped_reason=stop.reason,
        stop_id_token=stop.id_token,
        flags=tuple(flag for flag in transaction.flags if flag not in OF_THE_END),
    )
    return _with_time_flag(ended.flagged("meter_implausible") if energy is None else ended)


def _with_time_flag(ended: Transaction) -> Transaction:
    return ended.flagged("time_implausible") if is_implausible(ended.started_at, ended.ended_at) else ended


def abandon(transaction: Transaction, at: dt.datetime, last_register_wh: int | None) -> Transaction:
    """The transaction ended by us, since no stop came (rule S-13): with the last reading known, or no energy."""
    given_up = transaction._replace(
        state="ended",
        ended_at=at,
        meter_stop_wh=last_register_wh,
        energy_wh=energy_wh(transaction.meter_start_wh, last_register_wh),
        stopped_reason="Other",
    )
    return _with_time_flag(given_up.flagged("abandoned"))


def may_be_replaced(transaction: Transaction) -> bool:
    """Whether a stop may still change an ended transaction: it was ended by us, or its reading could not be."""
    return transaction.state == "active" or bool({"abandoned", "meter_implausible"} & set(transaction.flags))


def is_end_of(transaction: Transaction, stop: Stop) -> bool:
    """Whether a transaction has ended by this very stop, which is then a repetition."""
    if transaction.state != "ended" or transaction.started_at is None or "abandoned" in transaction.flags:
        return False
    end_of = (transaction.meter_stop_wh, transaction.ended_at, transaction.stopped_reason, transaction.stop_id_token)
    return end_of == (stop.meter_stop_wh, stop.ended_at, stop.reason, stop.id_token)


def matches(transaction: Transaction, stop: Stop, evse_id: int | None = None) -> bool:
    """Whether a stop without a usable transaction id can be the end of this transaction (rules S-05, S-06)."""
    if transaction.started_at is None or "orphan" in transaction.flags or not may_be_replaced(transaction):
        return False
    if evse_id is not None and transaction.evse_id != evse_id:
        return False
    if stop.id_token and transaction.id_token and normalize(stop.id_token) != normalize(transaction.id_token):
        return False
    return transaction.started_at <= stop.ended_at


def best_match(candidates: list[Transaction], stop: Stop) -> Transaction | None:
    """The transaction that a stop without a usable id most likely ends, or None if nothing fits.

    Of those that fit, one whose start reading the stop's can follow; then an active one before those we ended
    ourselves; then the one that began last.
    """
    fitting = [one for one in candidates if matches(one, stop)]
    plausible = [one for one in fitting if energy_wh(one.meter_start_wh, stop.meter_stop_wh) is not None]
    return max(plausible or fitting, key=lambda one: (one.state == "active", one.started_at), default=None)
