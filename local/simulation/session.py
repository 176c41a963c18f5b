"""What simulated stations tell of a connector and of a transaction, before it is put in the words of a version."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Literal, NamedTuple

from local.simulation.vehicles import VOLTAGE_V, Charge, Reading

State = Literal[
    "Available",
    "Preparing",
    "Charging",
    "SuspendedEV",
    "SuspendedEVSE",
    "Finishing",
    "Reserved",
    "Unavailable",
    "Faulted",
]
"""Of a connector, in the words of 1.6, which are the finer ones."""

StopReason = Literal[
    "Local", "EVDisconnected", "DeAuthorized", "Remote", "Reboot", "SoftReset", "HardReset", "UnlockCommand"
]
"""Why a transaction ends, in the words of 1.6."""


class Fault(NamedTuple):
    """What breaks: 1.6's error code, and what a technician would say of it."""

    error_code: str
    info: str


class Condition(NamedTuple):
    """How a connector is at a time, `at` being OCPP's text of it."""

    connector_id: int
    state: State
    at: str
    fault: Fault | None = None


class Card(NamedTuple):
    """A card that is held to the reader, or named by a remote start; `kind` is 2.x's type of the id token."""

    id_token: str
    kind: str = "ISO14443"


class Invitation(NamedTuple):
    """A remote start: a card, and in 2.x a number by which the transaction is recognised."""

    card: Card
    remote_start_id: int | None = None


class Reservation(NamedTuple):
    """A connector is kept free for a card until somebody comes with it, or until `expires_at` in the world's time."""

    reservation_id: int
    card: Card
    expires_at: datetime


class Sample(NamedTuple):
    """One measured value."""

    value: float
    measurand: str
    unit: str
    decimals: int = 0
    phase: str | None = None
    location: str | None = None


@dataclass
class Session:
    """A transaction that runs."""

    connector_id: int
    card: Card
    charge: Charge
    began_at: datetime
    meter_start_wh: float
    remote_start_id: int | None = None
    reservation_id: int | None = None
    """Of the reservation that it began with."""
    number: int | None = None
    """1.6's, which the central system gives."""
    seq_nos: Iterator[int] = field(default_factory=itertools.count)
    """Of the events of 2.x."""
    state: State = "Preparing"
    stop_reason: StopReason | None = None
    """Why it is to be stopped, if somebody wants it to be."""

    @property
    def own_id(self) -> str:
        """2.x's, which the station gives: no two transactions begin on a connector in the same second."""
        return f"{int(self.began_at.timestamp()):x}-{self.connector_id}"

    def samples(self, at: datetime, random: Random) -> Sequence[Sample]:
        """What the meter and the car say."""
        reading: Reading = self.charge.read(at)
        samples = [
            Sample(self.meter_start_wh + reading.energy_wh, "Energy.Active.Import.Register", "Wh"),
            Sample(reading.power_w, "Power.Active.Import", "W"),
        ]
        for phase, current_a in enumerate(reading.currents_a, 1):
            voltage_v = VOLTAGE_V + random.uniform(-2, 2)
            samples.append(Sample(current_a, "Current.Import", "A", 1, f"L{phase}"))
            samples.append(Sample(voltage_v, "Voltage", "V", 1, f"L{phase}-N"))
        if not reading.currents_a:
            samples.append(Sample(reading.soc * 100, "SoC", "Percent", location="EV"))
        return samples

    def register_wh(self, at: datetime) -> float:
        """What the meter's register shows."""
        return self.meter_start_wh + self.charge.read(at).energy_wh
