"""What a transaction uses of each price of its tariff, from what is known of it in order of time.

Between two readings of the meter the energy is spread evenly over the time in which the vehicle charged; where a price
begins or ends to count (by the clock, the energy or the time so far), the stretch is divided there. So one reading more
on the way changes nothing. Amounts are whole µWh and µs: what is divided adds up again.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from shared.domain.bills import Mode, PartKind, Piece, Usage, Volume
from shared.domain.conditions import Moment, boundaries, holds, thresholds
from shared.domain.tariffs import Tariff, TariffPart

UWH = 1_000_000
MODES: dict[str, Mode] = {"Charging": "charging", "EVConnected": "idle", "SuspendedEV": "idle"}
"""By OCPP 2.0.1's chargingState. What the station suspends the driver does not pay as idle."""
ONE_US = dt.timedelta(microseconds=1)


class Observation(NamedTuple):
    """Something that a station said of a transaction at a moment; None: it did not say."""

    at: dt.datetime
    register_wh: int | None = None
    charging_state: str | None = None
    power_w: int | None = None
    current_ma: int | None = None


Plan = Sequence[tuple[dt.datetime | None, Tariff]]
"""Tariffs in the order in which they apply, each with the moment from which; None: from the start."""


def observed(usage: Usage | None, plan: Plan, seen: Iterable[Observation]) -> Usage | None:
    """The usage after what was seen, which is in order of time and not before what is known already."""
    for one in seen:
        usage = _observe(usage or Usage(one.at, one.at, one.at), plan, one)
    return usage


def _observe(usage: Usage, plan: Plan, seen: Observation) -> Usage:
    before = usage.pieces[-1] if usage.pieces else Piece(usage.settled_at)
    if seen.register_wh is not None and (usage.register_wh is None or seen.register_wh >= usage.register_wh):
        # A register that falls has been read or written wrongly: nothing is used twice, nothing is given back.
        known = usage.register_wh is not None
        energy_wh = seen.register_wh - (usage.register_wh or 0) if known else 0
        usage = settled(usage, plan, seen.at, energy_wh * UWH, is_measured=known)
        usage = usage._replace(register_wh=seen.register_wh)
    mode = MODES.get(seen.charging_state, "waiting") if seen.charging_state else before.mode
    now = Piece(
        seen.at,
        mode,
        before.power_w if seen.power_w is None else seen.power_w,
        before.current_ma if seen.current_ma is None else seen.current_ma,
    )
    pieces = usage.pieces or (before._replace(from_at=usage.settled_at),)
    if now._replace(from_at=pieces[-1].from_at) != pieces[-1]:
        kept = pieces[:-1] if pieces[-1].from_at == now.from_at else pieces
        pieces = (*kept, now)
    return usage._replace(last_at=max(usage.last_at, seen.at), pieces=pieces)


def so_far(usage: Usage, plan: Plan) -> Usage:
    """The usage up to the latest thing that is known: time that has passed since the latest reading counts, energy that
    may have flowed since does not."""
    return settled(usage, plan, usage.last_at, 0, is_measured=False)


def settled(usage: Usage, plan: Plan, at: dt.datetime, energy_uwh: int, *, is_measured: bool) -> Usage:
    """The usage with everything up to a moment divided among prices. Stretches of which the station does not say what
    they are count by whether energy flowed, if that is measured, and otherwise cost nothing."""
    spans = list(_spans(usage, at, "charging" if energy_uwh else "idle" if is_measured else "waiting"))
    with_flow: set[Mode] = {"charging"} if any(span.mode == "charging" for span in spans) else {"idle", "waiting"}
    flow_us = sum(span.length_us for span in spans if span.mode in with_flow)
    meter = _Meter(usage, plan)
    if energy_uwh and not flow_us:
        meter.take_at_once(at, energy_uwh)
    flown_us = 0
    for span in spans:
        if span.mode not in with_flow or not energy_uwh:
            meter.pass_through(span, 0, 0)
            continue
        begin, flown_us = flown_us, flown_us + span.length_us
        meter.pass_through(span, energy_uwh * begin // flow_us, energy_uwh * flown_us // flow_us)
    last = usage.pieces[-1:] or (Piece(at),)
    return usage._replace(
        settled_at=at,
        energy_uwh=meter.energy_uwh,
        charging_us=meter.charging_us,
        idle_us=meter.idle_us,
        volumes=meter.volumes(),
        pieces=(last[0]._replace(from_at=at),),
    )


class Span(NamedTuple):
    """A stretch in which a transaction does one thing."""

    begin: dt.datetime
    end: dt.datetime
    mode: Mode
    power_w: int | None
    current_ma: int | None

    @property
    def length_us(self) -> int:
        return (self.end - self.begin) // ONE_US


def _spans(usage: Usage, until: dt.datetime, unknown: Mode) -> Iterator[Span]:
    pieces = usage.pieces or (Piece(usage.settled_at),)
    ends = [*(one.from_at for one in pieces[1:]), until]
    for piece, end in zip(pieces, ends, strict=True):
        first, last = max(piece.from_at, usage.settled_at), min(end, until)
        if first < last:
            mode = unknown if piece.mode == "unknown" else piece.mode
            yield Span(first, last, mode, piece.power_w, piece.current_ma)


class _Meter:
    """Counts what is used of each price."""

    def __init__(self, usage: Usage, plan: Plan) -> None:
        self.energy_uwh, self.charging_us, self.idle_us = usage.energy_uwh, usage.charging_us, usage.idle_us
        self._started_at, self._plan = usage.started_at, plan
        self._amounts = {(one.leg, one.kind, one.price): one.amount for one in usage.volumes}
        self._thresholds = thresholds(tariff for _, tariff in plan)

    def volumes(self) -> tuple[Volume, ...]:
        return tuple(Volume(*where, amount) for where, amount in sorted(self._amounts.items()))

    def take_at_once(self, at: dt.datetime, energy_uwh: int) -> None:
        """Energy for which no time has passed."""
        end = self.energy_uwh + energy_uwh
        cuts = sorted({one for one in self._thresholds.energy_uwh if self.energy_uwh < one < end} | {end})
        for cut in cuts:
            self._count(self._moment(at, None, None), "energy", cut - self.energy_uwh)
            self.energy_uwh = cut

    def pass_through(self, span: Span, from_uwh: int, to_uwh: int) -> None:
        """A stretch in which the energy that has flowed since the last reading rises from one amount to another."""
        base_uwh, flow_uwh, length_us = self.energy_uwh, to_uwh - from_uwh, span.length_us
        power_w = span.power_w
        if power_w is None and flow_uwh:
            power_w = flow_uwh * 3600 // length_us
        now = span.begin
        while now < span.end:
            moment = self._moment(now, power_w, span.current_ma)
            end = min((one for one in self._cuts(moment, span, flow_uwh) if one > now), default=span.end)
            end = min(end, span.end)
            energy_uwh = base_uwh + flow_uwh * ((end - span.begin) // ONE_US) // length_us
            self._count(moment, "energy", energy_uwh - self.energy_uwh)
            self.energy_uwh = energy_uwh
            passed_us = (end - now) // ONE_US
            if span.mode == "charging":
                self._count(moment, "charging_time", passed_us)
                self.charging_us += passed_us
            elif span.mode == "idle":
                self._count(moment, "idle_time", passed_us)
                self.idle_us += passed_us
            now = end

    def _cuts(self, moment: Moment, span: Span, flow_uwh: int) -> Iterator[dt.datetime]:
        """Moments at which another price may begin to count."""
        yield from (from_at for from_at, _ in self._plan if from_at)
        yield from (self._started_at + one * ONE_US for one in self._thresholds.time_us)
        if span.mode == "charging":
            yield from (moment.at + (one - self.charging_us) * ONE_US for one in self._thresholds.charging_us)
        if span.mode == "idle":
            yield from (moment.at + (one - self.idle_us) * ONE_US for one in self._thresholds.idle_us)
        if flow_uwh:
            missing = (one - self.energy_uwh for one in self._thresholds.energy_uwh)
            yield from (moment.at - (-one * span.length_us // flow_uwh) * ONE_US for one in missing if one > 0)
        tariff = self._tariff_at(moment.at)[1]
        yield from boundaries(tariff, moment.at)

    def _moment(self, at: dt.datetime, power_w: int | None, current_ma: int | None) -> Moment:
        return Moment(
            at=at,
            time_us=(at - self._started_at) // ONE_US,
            energy_uwh=self.energy_uwh,
            charging_us=self.charging_us,
            idle_us=self.idle_us,
            power_w=power_w,
            current_a=None if current_ma is None else Decimal(current_ma) / 1000,
        )

    def _tariff_at(self, at: dt.datetime) -> tuple[int, Tariff]:
        begun = (number for number, (from_at, _) in enumerate(self._plan) if from_at is None or from_at <= at)
        leg = max(begun, default=0)
        return leg, self._plan[leg][1]

    def _count(self, moment: Moment, kind: PartKind, amount: int) -> None:
        leg, tariff = self._tariff_at(moment.at)
        part: TariffPart | None = getattr(tariff, kind)
        if part is None or not amount:
            return
        price = price_at(part, tariff, moment)
        if price is not None:
            where = (leg, kind, price)
            self._amounts[where] = self._amounts.get(where, 0) + amount


def price_at(part: TariffPart, tariff: Tariff, moment: Moment) -> int | None:
    """The position of the price that counts at a moment."""
    found = (number for number, price in enumerate(part.prices) if holds(price.conditions, tariff.time_zone, moment))
    return next(found, None)
