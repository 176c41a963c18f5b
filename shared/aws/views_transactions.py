"""How the operator API shows transactions, their events and what was measured."""

import datetime as dt

from pydantic import JsonValue

from shared.aws.paging import NextCursor
from shared.aws.views import View
from shared.aws.views_costs import Cost
from shared.domain.authorization import Verdict
from shared.domain.transaction_events import EventType
from shared.domain.transactions import Flag, State


class TransactionLimit(View):
    """Where a transaction is to end by itself; null: no such limit."""

    max_cost: float | None
    """In the currency of the station's tariff."""
    max_energy_wh: int | None
    max_time_s: int | None
    max_soc_percent: int | None


class Transaction(View):
    """A charging session from its start to its end."""

    transaction_id: str
    number: int | None
    """OCPP 1.6's transactionId."""
    station_id: str
    evse_id: int | None
    connector_id: int | None
    id_token: str | None
    """The id token it began with."""
    group_id: str | None
    """That token's group."""
    authorization_status: Verdict | None
    """What the station was told of the token."""
    state: State
    started_at: dt.datetime | None
    """By the station's clock; null: the start is not known."""
    ended_at: dt.datetime | None
    """By the station's clock."""
    meter_start_wh: int | None
    meter_stop_wh: int | None
    """As the station said, even if it cannot be."""
    energy_wh: int | None
    """Of an ended transaction its energy, of an active one (not in lists) what the latest meter values say; null: not
    known."""
    stopped_reason: str | None
    """OCPP's reason of the stop."""
    stop_id_token: str | None
    """The id token it was stopped with."""
    reservation_id: int | None
    remote_call_id: str | None
    """The call of ours that it began with."""
    flags: list[Flag]
    """What should be known of it: abandoned (no stop came, it was ended with the last known reading), conflicting (two
    of its events have the same seqNo and differ), cost_differs (the station has calculated another cost), matched (the
    stop named no usable id), meter_implausible (the stop's reading cannot follow the start's), orphan (a stop without a
    known start), refused (the token was not accepted), reused (the station has begun another transaction with its id
    since), start_missing (its first event has not come), stopped_by_other (a token neither the same nor of the same
    group), tariff_missing (the tariff that was assigned is not there, so nothing bills it), time_implausible (its times
    cannot be, so no money moves for it by itself)."""
    id_token_type: str | None
    """OCPP 2.x's type of the id token."""
    charging_state: str | None
    """OCPP 2.x's: EVConnected, Charging, SuspendedEV, SuspendedEVSE, Idle."""
    trigger_reason: str | None
    """Why its latest event was sent (OCPP 2.x)."""
    remote_start_id: int | None
    """Of the remote start that it began with (OCPP 2.x)."""
    time_spent_charging_s: int | None
    number_of_phases: int | None
    cable_max_current_a: int | None
    operation_mode: str | None
    """OCPP 2.1's: ChargingOnly, CentralSetpoint, …"""
    tariff_id: str | None
    """The tariff that the station says it applies (OCPP 2.1)."""
    transaction_limit: TransactionLimit | None
    """Where it ends by itself, as the station said last (OCPP 2.1)."""
    total_cost: float | None
    """With tax, by the tariff that it has here; of an active one so far. 0: free; null: no tariff applies."""
    currency: str | None
    """Of the costs."""
    station_cost: float | None
    """The total that the station has calculated (OCPP 2.1); the flag cost_differs says that ours is another."""
    cost: Cost | None = None
    """How the total comes about; not in lists."""
    missing_seq_nos: list[int]
    """Numbers between those of the latest events that came, the first hundred at most. A station that numbers the
    events of all its transactions in one row leaves such gaps by nature."""
    complete: bool | None
    """Whether all events of an ended transaction of OCPP 2.x have come; null: not known."""


class TransactionList(View):
    """A page of transactions, newest start first."""

    items: list[Transaction]
    next_cursor: NextCursor


class AdditionalInfo(View):
    """A further id of a token."""

    additional_id_token: str
    type: str


class TransactionEvent(View):
    """One event of a transaction, as the station told it."""

    event_type: EventType
    seq_no: int
    at: dt.datetime
    """By the station's clock."""
    received_at: dt.datetime | None
    trigger_reason: str
    offline: bool
    """Whether it happened while the station was offline."""
    charging_state: str | None
    evse_id: int | None
    connector_id: int | None
    id_token: str | None
    id_token_type: str | None
    additional_info: list[AdditionalInfo]
    authorization_status: Verdict | None
    """What the station was told of the token."""
    stopped_reason: str | None
    remote_start_id: int | None
    reservation_id: int | None
    time_spent_charging_s: int | None
    number_of_phases: int | None
    cable_max_current_a: int | None
    operation_mode: str | None
    tariff_id: str | None
    transaction_limit: TransactionLimit | None
    preconditioning_status: str | None
    evse_sleep: bool | None
    cost_details: dict[str, JsonValue] | None
    """OCPP 2.1's CostDetailsType, as it came."""
    custom_data: dict[str, JsonValue] | None
    meter_values: int
    """How many it brought; they are listed with the meter values of the transaction."""


class TransactionEventList(View):
    """A page of a transaction's events, in the order of their seqNos."""

    items: list[TransactionEvent]
    next_cursor: NextCursor


class SignedValue(View):
    """A measurement as the meter signed it."""

    signed_data: str
    """Byte for byte."""
    signing_method: str | None
    encoding_method: str | None
    """`OCMF`, for example."""
    public_key: str | None


class SampledValue(View):
    """One measurement."""

    value: str
    """The station's text, byte for byte."""
    measurand: str
    unit: str | None
    """Null: the measurand's own, Wh for energy."""
    context: str
    location: str
    phase: str | None
    """Null: over all phases."""
    format: str
    """`Raw`, or `SignedData`."""
    multiplier: int | None
    """The exponent of ten by which OCPP 2.x multiplies the value; null: 0."""
    normalized_value: str | None
    """The value in the plain unit (Wh of kWh), its multiplier counted in; null: it is as it came."""
    normalized_unit: str | None
    signed: SignedValue | None
    """OCPP 2.x's signed meter value; in 1.6 the value itself is signed data."""


class MeterValue(View):
    """What was measured at one moment."""

    timestamp: dt.datetime
    """By the station's clock."""
    inferred: bool
    """The station did not name the transaction that these values are shown with; it follows from EVSE and time."""
    sampled_values: list[SampledValue]


class MeterValueList(View):
    """A page of a transaction's meter values, in order of time."""

    items: list[MeterValue]
    next_cursor: NextCursor


class MeterReport(View):
    """The meter values that one message brought."""

    evse_id: int
    """The EVSE; 0 is the station as a whole."""
    transaction_number: int | None
    """The transaction that the message names, whether it exists or not."""
    inferred: bool
    """A copy, filed under another transaction than the message named."""
    received_at: dt.datetime
    meter_values: list[MeterValue]


class MeterReportList(View):
    """A page of a station's meter values, by EVSE or transaction and then by time."""

    items: list[MeterReport]
    next_cursor: NextCursor
