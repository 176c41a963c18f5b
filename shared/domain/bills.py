"""What a transaction keeps of its cost: by which tariff it is billed, and what of each price it has used so far."""

import datetime as dt
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:  # most transactions have no bill, and what knows of transactions starts sooner without tariffs
    from shared.domain.tariffs import AssignedBy

Mode = Literal["charging", "idle", "waiting", "unknown"]
"""What a transaction does. waiting: neither is paid for, as the station has suspended it, or no vehicle is there.
unknown: the station does not say; whether energy flows will tell."""
PartKind = Literal["energy", "charging_time", "idle_time"]


class Leg(NamedTuple):
    """A stretch of a transaction that is billed by one revision of a tariff."""

    tariff_id: str
    revision: int
    from_at: dt.datetime | None = None
    """None: from the start."""


class Piece(NamedTuple):
    """What a transaction does from a moment on."""

    from_at: dt.datetime
    mode: Mode = "unknown"
    power_w: int | None = None
    current_ma: int | None = None


class Volume(NamedTuple):
    """How much of one price was used: of the energy in µWh, of time in µs. Whole numbers, so that nothing is lost."""

    leg: int
    kind: PartKind
    price: int
    """Its position in the part of the tariff."""
    amount: int


class Usage(NamedTuple):
    """What was used up to the latest reading of the meter, and what has been said since."""

    started_at: dt.datetime
    last_at: dt.datetime
    """The latest thing that is known."""
    settled_at: dt.datetime
    """Up to when it is divided among prices."""
    register_wh: int | None = None
    energy_uwh: int = 0
    charging_us: int = 0
    idle_us: int = 0
    pieces: tuple[Piece, ...] = ()
    """Since then; the first may have begun before."""
    volumes: tuple[Volume, ...] = ()


class Announcement(NamedTuple):
    """The event in whose answer the station is told of another tariff."""

    leg: int
    seq_no: int


class Bill(NamedTuple):
    """The cost of one transaction as it comes about."""

    legs: tuple[Leg, ...]
    assigned_by: "AssignedBy"
    currency: str
    running_cost: bool = False
    """Whether the station is told while it runs."""
    usage: Usage | None = None
    announced: Announcement | None = None
