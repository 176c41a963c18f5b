"""Stations as they meet a storm: how many, what they say once they are back, and what they say all the time."""

from typing import NamedTuple

from bench.simulation.environments import Function
from shared.cloud_units import units
from shared.store import keys

HANDSHAKE, END = "connect", "disconnect"
AUTHORIZER = "authorizer"
BOOT, STATUS, METER = "BootNotification", "StatusNotification", "MeterValues, 8 samples"

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

LISTED = 1
"""What a connection writes in the list of stations online, as it begins and as it ends."""
SHARDS = len(keys.ONLINE)
"""Partitions of that list, each with a throughput of its own."""


def _writes(name: str) -> float:
    """As it was measured, in OCPP 1.6: what the station waits for, not what follows by the stream."""
    return units()[name, "1.6"].write_units


WRITES = {HANDSHAKE: _writes(HANDSHAKE) - LISTED, END: _writes(END) - LISTED} | {
    name: _writes(name) for name in (BOOT, STATUS, METER)
}
"""Write units in the table."""
HEARTBEAT_WRITES = _writes("Heartbeat")


class Traffic(NamedTuple):
    """What a connected station sends all the time."""

    name: str
    heartbeats_per_s: float
    others_per_s: float
    """Meter values and transactions, on average over all stations at the busiest hour."""

    @property
    def messages_per_s(self) -> float:
        return self.heartbeats_per_s + self.others_per_s

    @property
    def writes_per_s(self) -> float:
        return self.heartbeats_per_s * HEARTBEAT_WRITES + self.others_per_s * WRITES[METER]


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
