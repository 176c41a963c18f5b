"""Priority charging (use cases K21 and K22): a transaction may go beyond its profile for a while, at the wish of its
driver or at ours."""

import datetime as dt
from typing import Literal, NamedTuple

By = Literal["station", "csms"]


class PriorityCharging(NamedTuple):
    """Whether a transaction charges with priority, as was told last."""

    transaction_id: str
    is_active: bool
    changed_at: dt.datetime
    by: By
    """Who wished so: somebody at the station, or we."""
