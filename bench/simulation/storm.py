"""A storm: stations lose their connections, dial again, and say what they have to say, against the quotas.

Events are worked on in windows of half a second, each kind through one limit after the other; within a window the order
of time is kept, and what follows from an event is due in a later one. So the buckets are exact; only the environments
go by steps of ten milliseconds (tests/unit/test_simulation_reference.py compares with an event at a time).
"""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from bench.simulation.calendar import WINDOW_S, Calendar
from bench.simulation.environments import STEP_S, Counts, Environments
from bench.simulation.fleets import (
    AUTHORIZER,
    BOOT,
    END,
    FUNCTIONS,
    HANDSHAKE,
    LISTED,
    METER,
    SHARDS,
    STATUS,
    WRITES,
    Fleet,
)
from bench.simulation.outcome import Outcome
from bench.simulation.quotas import Bucket, Flags, Floats, Quotas
from bench.simulation.retries import Integers, Retry, drawn

SPACING_S = 0.5
"""From a handshake to the first message, and from one message to the next."""
MESSAGE_AGAIN_S = 30.0
"""A message that was throttled times out at the station and is sent again."""
ENDS_WITHIN_S = 5.0
"""Within this time API Gateway tells the ends of connections that were cut together; how fast it is is not known."""
NOTICED_WITHIN_S = 1.0
"""Stations notice their loss, and their clocks run, this much apart."""
STEPS = round(WINDOW_S / STEP_S)

OF_END, OF_CHARGING, OF_NOTICING, OF_SHARD = 1 << 40, (1 << 40) + 1, (1 << 40) + 2, (1 << 40) + 5
"""Numbers of draws that are no attempts."""
ORDER = (END, AUTHORIZER, HANDSHAKE, BOOT, STATUS, METER)


class Case(NamedTuple):
    """What happens to whom."""

    fleet: Fleet
    retries: Sequence[tuple[float, Retry]]
    """Shares of the stations, and how they dial again."""
    quotas: Quotas
    service_back_at_s: float = 0.0
    """Until then every attempt fails."""
    warm: Mapping[str, int] = {}  # never changed
    """How many environments of a function there are when it begins."""
    connected: int = 0
    """Stations that send their usual traffic already when it begins."""
    seed: int = 1
    horizon_s: float = 14_400.0

    def cut_at(self) -> Floats:
        """All at once, as far as stations notice it."""
        return NOTICED_WITHIN_S * drawn(self.seed, self.every_station(), OF_NOTICING)

    def every_station(self) -> Integers:
        return np.arange(self.fleet.stations, dtype=np.int64)

    def charges(self) -> Flags:
        return drawn(self.seed, self.every_station(), OF_CHARGING) < self.fleet.charging_share

    def shard_of(self) -> Integers:
        """In which partition of the list of stations online a station is."""
        return (SHARDS * drawn(self.seed, self.every_station(), OF_SHARD)).astype(np.int64)

    def retry_of(self) -> Integers:
        """Which of the retries a station has."""
        ends = np.cumsum([share for share, _ in self.retries]) * self.fleet.stations
        return np.searchsorted(np.round(ends), self.every_station(), side="right")


def simulate(case: Case, cut_at: Floats | None = None) -> Outcome:
    """Until all stations are back and have said what they had to say, or the horizon is reached. `cut_at` is when each
    loses its connection: all at once, if nothing is said."""
    return _Storm(case, case.cut_at() if cut_at is None else cut_at).run()


class _Storm:
    def __init__(self, case: Case, cut_at: Floats) -> None:
        count, quotas = case.fleet.stations, case.quotas
        self._case = case
        self._stations = case.every_station()
        self._retry_of = case.retry_of()
        self._shard_of = case.shard_of()
        self._says = np.where(case.charges(), case.fleet.says_in_all(True), case.fleet.says_in_all(False))
        self._failures = np.zeros(count, dtype=np.int64)
        self._connected = case.connected
        self._requests = Bucket(quotas.requests_per_s, quotas.requests_burst)
        self._connections = Bucket(quotas.connections_per_s, quotas.connections_burst)
        self._table = Bucket(quotas.table_writes_per_s, quotas.table_writes_per_s)
        self._list = [Bucket(quotas.partition_writes_per_s, quotas.partition_writes_per_s) for _ in range(SHARDS)]
        self._environments = Environments(FUNCTIONS, quotas, STEPS, case.warm)
        none, nobody = np.empty(0), np.empty(0, dtype=np.int64)
        self._attempts = Calendar((none, nobody))
        self._messages = Calendar((none, nobody, nobody))
        self._ends = Calendar((none, nobody))
        self._counts: dict[str, dict[int, float]] = {
            name: {} for name in ("attempts", "connects", "messages", "writes", "index_writes")
        }
        unknown = np.full(count, np.nan)
        self._outcome = Outcome(unknown, unknown.copy(), np.zeros(count, dtype=np.int64))
        self._attempts.add(cut_at + self._waits(self._stations), self._stations)
        ends_at = cut_at + ENDS_WITHIN_S * drawn(case.seed, self._stations, OF_END)
        self._ends.add(ends_at, self._stations)

    def run(self) -> Outcome:
        last = int(self._case.horizon_s / WINDOW_S)
        while pending := [one.next_window for one in (self._attempts, self._messages, self._ends) if one]:
            window = min(pending)
            if window >= last:
                break
            self._run(window)
        outcome = self._outcome
        outcome.seconds = {name: _dense(counts) for name, counts in self._counts.items()}
        outcome.environments = dict(self._environments.existing)
        outcome.cold_starts = sum(self._environments.cold_starts.values())
        outcome.peak_concurrency = self._environments.peak_concurrency
        return outcome

    def _run(self, window: int) -> None:
        begins = window * WINDOW_S
        self._count_usual_traffic(begins)
        dialled_at, dialling = self._attempts.take(window)
        sent_at, sending, places = self._messages.take(window)
        ended_at, ended = self._ends.take(window)
        self._outcome.attempts[dialling] += 1
        self._count("attempts", begins, len(dialled_at))

        # Each array of flags tells who has come through all limits so far.
        admitted, heard = self._pass_requests(dialled_at, sent_at)
        self._count("messages", begins, int(admitted.sum()) + int(heard.sum()))
        admitted = self._narrow(admitted, self._connections.take_many(dialled_at[admitted]), "connections")
        noted = np.ones(len(ended_at), dtype=bool)
        admitted, heard, noted = self._pass_functions(
            begins, (dialled_at, admitted), (sent_at, heard, places), (ended_at, noted)
        )
        admitted, heard, noted = self._pass_table(
            begins, (dialled_at, admitted), (sent_at, heard, places), (ended_at, noted)
        )
        admitted, noted = self._pass_list(begins, (dialled_at, admitted, dialling), (ended_at, noted, ended))
        self._outcome.ends_noted += int(noted.sum())
        self._outcome.ends_lost += int((~noted).sum())
        self._connect(window, dialled_at[admitted], dialling[admitted])
        self._dial_again(window, dialled_at[~admitted], dialling[~admitted])
        self._go_on(window, sent_at[heard], sending[heard], places[heard])
        self._outcome.throttled_messages += int((~heard).sum())
        self._messages.add(sent_at[~heard] + MESSAGE_AGAIN_S, sending[~heard], places[~heard], after=window)

    # ------------------------------------------------------------------ limits

    def _count_usual_traffic(self, begins: float) -> None:
        """What is left for the storm beside what connected stations send anyway."""
        traffic, quotas = self._case.fleet.traffic, self._case.quotas
        messages_per_s, writes_per_s = self._connected * traffic.messages_per_s, self._connected * traffic.writes_per_s
        self._requests.settle(begins, max(quotas.requests_per_s - messages_per_s, 0.0))
        self._table.settle(begins, max(quotas.table_writes_per_s - writes_per_s, 0.0))
        self._count("messages", begins, messages_per_s * WINDOW_S)
        self._count("writes", begins, writes_per_s * WINDOW_S)

    def _pass_requests(self, dialled_at: Floats, sent_at: Floats) -> tuple[Flags, Flags]:
        """Past a service that is away, and past the throttle of the account, which attempts and messages share."""
        is_up = dialled_at >= self._case.service_back_at_s
        self._outcome.refused["down"] += int((~is_up).sum())
        passed = _together(
            self._requests, (dialled_at, is_up, None), (sent_at, np.ones(len(sent_at), dtype=bool), None)
        )
        self._outcome.refused["requests"] += int((is_up & ~passed[0]).sum())
        return passed[0], passed[1]

    def _pass_functions(
        self,
        begins: float,
        dialled: tuple[Floats, Flags],
        sent: tuple[Floats, Flags, Integers],
        ended: tuple[Floats, Flags],
    ) -> tuple[Flags, Flags, Flags]:
        (dialled_at, admitted), (sent_at, heard, places), (ended_at, noted) = dialled, sent, ended
        said = _names(self._case.fleet, places)
        groups = {HANDSHAKE: (dialled_at, admitted), END: (ended_at, noted)}
        groups |= {
            name: (sent_at, heard & (said == number))
            for number, name in enumerate(ORDER)
            if name in (BOOT, STATUS, METER)
        }
        arrivals = {name: _by_step(times[flags] - begins) for name, (times, flags) in groups.items()}
        arrivals[AUTHORIZER] = arrivals[HANDSHAKE]
        served = self._environments.run({name: arrivals[name] for name in ORDER})
        served[HANDSHAKE] = np.minimum(served[HANDSHAKE], served[AUTHORIZER])
        passed = {
            name: _first_of_each_step(times - begins, flags, arrivals[name], served[name])
            for name, (times, flags) in groups.items()
        }
        self._outcome.refused["environments"] += int(admitted.sum() - passed[HANDSHAKE].sum())
        return passed[HANDSHAKE], passed[BOOT] | passed[STATUS] | passed[METER], passed[END]

    def _pass_table(
        self,
        begins: float,
        dialled: tuple[Floats, Flags],
        sent: tuple[Floats, Flags, Integers],
        ended: tuple[Floats, Flags],
    ) -> tuple[Flags, Flags, Flags]:
        (dialled_at, admitted), (sent_at, heard, places), (ended_at, noted) = dialled, sent, ended
        writes = np.array([WRITES.get(name, 0) for name in ORDER], dtype=float)[_names(self._case.fleet, places)]
        begun, ends = np.full(len(dialled_at), WRITES[HANDSHAKE]), np.full(len(ended_at), WRITES[END])
        into = _together(self._table, (dialled_at, admitted, begun), (sent_at, heard, writes), (ended_at, noted, ends))
        self._count("writes", begins, begun[into[0]].sum() + writes[into[1]].sum() + ends[into[2]].sum())
        self._outcome.refused["table"] += int(admitted.sum() - into[0].sum())
        return into[0], into[1], into[2]

    def _pass_list(
        self, begins: float, dialled: tuple[Floats, Flags, Integers], ended: tuple[Floats, Flags, Integers]
    ) -> tuple[Flags, Flags]:
        """Into the list of stations online, each in its partition."""
        (dialled_at, admitted, dialling), (ended_at, noted, ending) = dialled, ended
        listed, unlisted = np.zeros_like(admitted), np.zeros_like(noted)
        into, out_of = self._shard_of[dialling], self._shard_of[ending]
        for shard, bucket in enumerate(self._list):
            entered, left = _together(
                bucket,
                (dialled_at, admitted & (into == shard), None),
                (ended_at, noted & (out_of == shard), None),
            )
            listed |= entered
            unlisted |= left
        self._count("index_writes", begins, LISTED * int(listed.sum() + unlisted.sum()))
        self._outcome.refused["index"] += int(admitted.sum() - listed.sum())
        return listed, unlisted

    def _narrow(self, flags: Flags, passed: Flags, reason: str) -> Flags:
        """Flags of which only those that passed are left."""
        self._outcome.refused[reason] += int((~passed).sum())
        narrowed = flags.copy()
        narrowed[flags] = passed
        return narrowed

    # ------------------------------------------------------------------ what follows

    def _connect(self, window: int, at: Floats, stations: Integers) -> None:
        self._outcome.connected_at[stations] = at
        self._connected = min(self._connected + len(stations), self._case.fleet.stations)
        self._count("connects", window * WINDOW_S, len(stations))
        self._go_on(window, at, stations, np.full(len(stations), -1, dtype=np.int64))

    def _dial_again(self, window: int, at: Floats, stations: Integers) -> None:
        self._failures[stations] += 1
        self._attempts.add(at + self._waits(stations), stations, after=window)

    def _go_on(self, window: int, at: Floats, stations: Integers, places: Integers) -> None:
        """To the next message of each station, or to its end."""
        following = places + 1
        is_done = following >= self._says[stations]
        self._outcome.done_at[stations[is_done]] = at[is_done]
        more = ~is_done
        self._messages.add(at[more] + SPACING_S, stations[more], following[more], after=window)

    def _waits(self, stations: Integers) -> Floats:
        failed = self._failures[stations]
        chance = drawn(self._case.seed, stations, failed)
        waits = np.zeros(len(stations))
        for number, (_, retry) in enumerate(self._case.retries):
            own = self._retry_of[stations] == number
            waits[own] = retry.waits(failed[own], chance[own])
        return waits

    def _count(self, name: str, at: float, number: float) -> None:
        counts, second = self._counts[name], int(at)
        counts[second] = counts.get(second, 0.0) + float(number)


def _together(bucket: Bucket, *kinds: tuple[Floats, Flags, Floats | None]) -> list[Flags]:
    """Events of several kinds at one bucket, in the order of time; of each kind who gets what it asks for."""
    times = np.concatenate([at[flags] for at, flags, _ in kinds])
    order = np.argsort(times, kind="stable")
    weights = None
    if any(weight is not None for _, _, weight in kinds):
        weights = np.concatenate([np.ones(len(at))[flags] if one is None else one[flags] for at, flags, one in kinds])
        weights = weights[order]
    passed = np.empty(len(times), dtype=bool)
    passed[order] = bucket.take_many(times[order], weights)
    result, first = [], 0
    for _, flags, _ in kinds:
        narrowed, count = flags.copy(), int(flags.sum())
        narrowed[flags] = passed[first : first + count]
        result.append(narrowed)
        first += count
    return result


def _names(fleet: Fleet, places: Integers) -> Integers:
    """Which function of ORDER hears what is said at each place."""
    table = np.array([ORDER.index(name) for name in (*fleet.says, METER)], dtype=np.int64)
    return table[np.minimum(places, len(fleet.says))]


def _by_step(after: Floats) -> Counts:
    steps = np.clip((after / STEP_S).astype(np.int64), 0, STEPS - 1)
    return np.bincount(steps, minlength=STEPS)


def _first_of_each_step(after: Floats, flags: Flags, arrived: Counts, served: Counts) -> Flags:
    """In each step those who came first are served."""
    if (arrived == served).all():
        return flags
    steps = np.clip((after[flags] / STEP_S).astype(np.int64), 0, STEPS - 1)
    before = np.cumsum(arrived) - arrived
    narrowed = flags.copy()
    narrowed[flags] = np.arange(len(steps)) - before[steps] < served[steps]
    return narrowed


def _dense(counts: Mapping[int, float]) -> Floats:
    """A number for each second from the first, 0 where nothing happened."""
    dense = np.zeros(math.ceil(max(counts, default=-1)) + 1)
    for second, number in counts.items():
        dense[second] = number
    return dense
