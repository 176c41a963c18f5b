"""How measurements are kept: a JSON file per instrument, with the machine they are from and the targets they meet.

An instrument (`python -m bench.load`) writes its results to `.local/bench/{instrument}.json`. `python -m bench` runs
all of them, puts the files together into `bench/results/latest.json`, and makes docs/performance.md of that.
"""

import json
import os
import platform
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, NamedTuple

Json = dict[str, Any]

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / ".local" / "bench"


class Target(NamedTuple):
    """A figure that is to be reached, and what was measured."""

    what: str
    """In words, as a line of a table: `Heartbeat: CPU of its import, ratio to boto3's`."""
    measured: float
    target: float
    kind: Literal["at most", "at least"] = "at most"
    unit: str = ""
    why: str = ""
    """Where it is missed: the reason."""

    @property
    def is_reached(self) -> bool:
        return self.measured <= self.target if self.kind == "at most" else self.measured >= self.target


def machine() -> Json:
    """What figures of two runs must share to be compared; `load_1m` is how many processes wanted a core."""
    return {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9),
        "load_1m": round(os.getloadavg()[0], 2),
    }


def _processor() -> str:
    """As Linux names it; empty elsewhere."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return ""
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")


def write(path: Path, results: Json, targets: Iterable[Target] = ()) -> None:
    """Write the results of an instrument, the machine, and whether its targets are reached."""
    path.parent.mkdir(parents=True, exist_ok=True)
    judged = [{**target._asdict(), "reached": target.is_reached} for target in targets]
    text = json.dumps({"machine": machine(), "targets": judged, **results}, indent=2)
    path.write_text(text + "\n", "utf-8")


def quantile(values: list[float], share: float) -> float:
    """The value that `share` (0 to 1) of the values do not exceed: the nearest rank. NaN if there are none."""
    if not values:
        return float("nan")
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -int(-share * len(ordered) // 1) - 1))]
