"""Limits on charging that others than we have set at a station (use cases K11 to K14): an energy management system, the
operator of the grid, the station's own settings."""

import datetime as dt
from typing import NamedTuple

from shared.domain.charging_profiles import ChargingProfile, Schedule, Source


class ChargingLimit(NamedTuple):
    """A limit from elsewhere, which holds until its source changes or clears it."""

    evse_id: int
    """0: the station as a whole."""
    source: Source
    noted_at: dt.datetime
    is_grid_critical: bool | None = None
    is_local_generation: bool | None = None
    """Whether it tells what is generated on the spot, beyond what the grid gives (2.1)."""
    schedules: tuple[Schedule, ...] = ()
    """What it says, if the station told."""

    def as_profiles(self) -> list[ChargingProfile]:
        """Profiles that say the same, to reckon with."""
        return [
            ChargingProfile(
                profile_id=0,
                evse_id=self.evse_id,
                purpose="LocalGeneration" if self.is_local_generation else "ChargingStationExternalConstraints",
                kind="Absolute",
                stack_level=0,
                schedules=(schedule._replace(start_at=schedule.start_at or self.noted_at.replace(microsecond=0)),),
            )
            for schedule in self.schedules
        ]
