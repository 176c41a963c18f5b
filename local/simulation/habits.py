"""How much time people, cars and technicians take at a simulated station, and how often something goes wrong there."""

from dataclasses import dataclass

Span = tuple[float, float]
"""From the least to the most seconds; any time between them is as likely."""


@dataclass(frozen=True)
class Habits:
    """What the visits of a connector are like."""

    first_rest_s: Span = (0, 900)
    """From its beginning to the first visitor."""
    rest_s: Span = (120, 1500)
    """From one visitor to the next."""
    plug_in_s: Span = (15, 60)
    """From the car's arrival to the card at the reader."""
    stay_s: Span = (900, 4500)
    """From the beginning of the charge until the driver comes back."""
    leave_s: Span = (30, 240)
    """From the end of the charge until the place is free."""
    reserved_s: Span = (300, 1500)
    """From a reservation until the driver who has it comes."""
    repair_s: Span = (300, 1800)
    """From a fault to its end."""
    fault_probability: float = 0.08
    """Of each time that a visitor would come."""
    battery_share: float = 1.0
    """How much of a car's battery there is: a small one is full soon, at the same power."""
    sample_every_s: int = 60
    """How often the meter is told while a transaction runs, unless the station is set otherwise."""


USUAL = Habits()

BRISK = Habits(
    first_rest_s=(0, 25),
    rest_s=(10, 75),
    plug_in_s=(2, 8),
    stay_s=(40, 200),
    leave_s=(4, 20),
    reserved_s=(20, 80),
    repair_s=(30, 120),
    fault_probability=0.04,
    battery_share=0.1,
    sample_every_s=12,
)
"""For those who look on: what takes hours elsewhere is over in minutes, at the powers of real cars and in real time."""
