"""A storm, an event at a time: what bench/simulation works on in windows, in the plainest way and exactly."""

import heapq
import itertools
from collections import defaultdict

import numpy as np

from bench.simulation.calendar import WINDOW_S
from bench.simulation.fleets import AUTHORIZER, END, FUNCTIONS, HANDSHAKE, SHARDS, WRITES
from bench.simulation.outcome import Outcome
from bench.simulation.quotas import Bucket
from bench.simulation.retries import drawn
from bench.simulation.storm import ENDS_WITHIN_S, MESSAGE_AGAIN_S, OF_END, SPACING_S, Case


class Environments:
    """Environments with the very times at which they are free again."""

    def __init__(self, case: Case) -> None:
        self.quotas = case.quotas
        self.existing = {name: case.warm.get(name, 0) for name in FUNCTIONS}
        self.new = {name: Bucket(case.quotas.environments_per_s, case.quotas.environments_burst) for name in FUNCTIONS}
        self.busy: dict[str, int] = defaultdict(int)
        self.ending: list[tuple[float, str]] = []
        self.peak = 0

    def serve(self, name: str, at: float) -> bool:
        while self.ending and self.ending[0][0] <= at:
            self.busy[heapq.heappop(self.ending)[1]] -= 1
        if sum(self.busy.values()) >= self.quotas.concurrency:
            return False
        takes_s = FUNCTIONS[name].warm_s
        if self.busy[name] >= self.existing[name]:
            if not self.new[name].take(at):
                return False
            self.existing[name] += 1
            takes_s += FUNCTIONS[name].init_s
        self.busy[name] += 1
        heapq.heappush(self.ending, (at + takes_s, name))
        self.peak = max(self.peak, sum(self.busy.values()))
        return True


class Reference:
    """`run` gives what `simulate` should."""

    def __init__(self, case: Case) -> None:
        quotas, count = case.quotas, case.fleet.stations
        self.case, self.fleet = case, case.fleet
        self.requests = Bucket(quotas.requests_per_s, quotas.requests_burst)
        self.connections = Bucket(quotas.connections_per_s, quotas.connections_burst)
        self.table = Bucket(quotas.table_writes_per_s, quotas.table_writes_per_s)
        self.list = [Bucket(quotas.partition_writes_per_s, quotas.partition_writes_per_s) for _ in range(SHARDS)]
        self.environments = Environments(case)
        self.failures = [0] * count
        self.charges, self.retry_of = case.charges().tolist(), case.retry_of().tolist()
        self.shard_of = case.shard_of().tolist()
        self.connected, self.window = 0, -1
        self.outcome = Outcome(np.full(count, np.nan), np.full(count, np.nan), np.zeros(count, dtype=np.int64))
        self.events: list[tuple[float, int, str, int, int]] = []
        self.numbers = itertools.count()

    def run(self) -> Outcome:
        ends = ENDS_WITHIN_S * drawn(self.case.seed, self.case.every_station(), OF_END)
        for station, cut_at in enumerate(self.case.cut_at().tolist()):
            self.due(cut_at + self.wait(station), "dial", station)
            self.due(cut_at + float(ends[station]), "end", station)
        while self.events:
            at, _, kind, station, place = heapq.heappop(self.events)
            self.settle(int(at / WINDOW_S))
            {"dial": self.dial, "end": self.end, "say": self.say}[kind](at, station, place)
        self.outcome.environments = self.environments.existing
        self.outcome.peak_concurrency = self.environments.peak
        return self.outcome

    def due(self, at: float, kind: str, station: int, place: int = -1) -> None:
        heapq.heappush(self.events, (at, next(self.numbers), kind, station, place))

    def settle(self, window: int) -> None:
        if window != self.window:
            self.window = window
            traffic, quotas = self.fleet.traffic, self.case.quotas
            for bucket, rate, usual in (
                (self.requests, quotas.requests_per_s, traffic.messages_per_s),
                (self.table, quotas.table_writes_per_s, traffic.writes_per_s),
            ):
                bucket.settle(window * WINDOW_S, max(rate - self.connected * usual, 0.0))

    def wait(self, station: int) -> float:
        failed = np.array([self.failures[station]])
        chance = drawn(self.case.seed, np.array([station]), failed)
        return float(self.case.retries[self.retry_of[station]][1].waits(failed, chance)[0])

    def dial(self, at: float, station: int, _place: int) -> None:
        self.outcome.attempts[station] += 1
        reason = self.refusal(at, station)
        if reason:
            self.outcome.refused[reason] += 1
            self.failures[station] += 1
            self.due(at + self.wait(station), "dial", station)
            return
        self.outcome.connected_at[station] = at
        self.connected += 1
        self.follow(at, station, -1)

    def refusal(self, at: float, station: int) -> str:
        if at < self.case.service_back_at_s:
            return "down"
        if not self.requests.take(at):
            return "requests"
        if not self.connections.take(at):
            return "connections"
        if not (self.environments.serve(AUTHORIZER, at) and self.environments.serve(HANDSHAKE, at)):
            return "environments"
        if not self.table.take(at, WRITES[HANDSHAKE]):
            return "table"
        return "" if self.list[self.shard_of[station]].take(at) else "index"

    def end(self, at: float, station: int, _place: int) -> None:
        unlisted = self.list[self.shard_of[station]]
        if self.environments.serve(END, at) and self.table.take(at, WRITES[END]) and unlisted.take(at):
            self.outcome.ends_noted += 1
        else:
            self.outcome.ends_lost += 1

    def say(self, at: float, station: int, place: int) -> None:
        name = self.fleet.said(place)
        if self.requests.take(at) and self.environments.serve(name, at) and self.table.take(at, WRITES[name]):
            self.follow(at, station, place)
        else:
            self.outcome.throttled_messages += 1
            self.due(at + MESSAGE_AGAIN_S, "say", station, place)

    def follow(self, at: float, station: int, place: int) -> None:
        if place + 1 < self.fleet.says_in_all(self.charges[station]):
            self.due(at + SPACING_S, "say", station, place + 1)
        else:
            self.outcome.done_at[station] = at
