"""Stations as they meet a storm: how many, what they say once they are back, and what they say all the time."""

from typing import NamedTuple

from bench.simulation.environments import Function

HANDSHAKE, END = "connect", "disconnect"
AUTHORIZER = "authorizer"
BOOT, STATUS, METER = "BootNotification", "StatusNotification", "MeterValues"

FUNCTIONS = {
    AUTHORIZER: Function(warm_s=0.02, init_s=0.25),
    HANDSHAKE: Function(warm_s=0.02, init_s=0.25),
    END: Function(warm_s=0.02, init_s=0.25),
    BOOT: Function(warm_s=0.02, init_s=0.35),
    STATUS: Function(warm_s=0.02, init_s=0.35),
    METER: Function(warm_s=0.02, init_s=0.35),
}
"""How long they run: a request or two to DynamoDB at some milliseconds, and what this machine measured of their start,
times 2.2, which is what Lambda takes for the bare runtime. Not tried on AWS."""

WRITES = {HANDSHAKE: 1, END: 1, BOOT: 2, STATUS: 1, METER: 1}
"""Write units in the table. Connecting and its end each write one more in the index by_list."""


class Traffic(NamedTuple):
    """What a connected station sends all the time."""

    name: str
    heartbeats_per_s: float
    others_per_s: float
    """Meter values and transactions, on average over all stations at the busiest hour."""

    @property
    def messages_per_s(self) -> float:
        return self.heartbeats_per_s + self.others_per_s


def home(heartbeat_interval_s: float) -> Traffic:
    """Homes in the evening: a fifth of them charge, with meter values each minute."""
    return Traffic("home, a fifth charging", 1 / heartbeat_interval_s, 0.2 / 60)


def fast(heartbeat_interval_s: float) -> Traffic:
    """Fast chargers at the busiest hour: six of ten charge, with meter values each ten seconds."""
    return Traffic("DC, six of ten charging", 1 / heartbeat_interval_s, 0.6 / 10)


def idle(heartbeat_interval_s: float) -> Traffic:
    return Traffic("idle", 1 / heartbeat_interval_s, 0.0)


class Fleet(NamedTuple):
    """Stations that lose their connections together."""

    stations: int
    traffic: Traffic
    says: tuple[str, ...] = (STATUS, STATUS)
    """Once connected: the status of each connector. After a restart BootNotification goes before."""
    charging_share: float = 0.2
    queued: int = 0
    """Messages about its transaction that a charging station has kept meanwhile."""

    def says_in_all(self, is_charging: bool) -> int:  # a property of the station, not a switch
        return len(self.says) + (self.queued if is_charging else 0)

    def said(self, place: int) -> str:
        return self.says[place] if place < len(self.says) else METER
