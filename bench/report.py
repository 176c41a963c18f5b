"""How a measurement is kept: a JSON file that says besides on which machine, and how busy that was."""

import json
import os
import platform
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent.parent / ".local" / "bench"


def machine() -> dict[str, Any]:
    """What figures of two runs must share to be compared; `load_1m` is how many processes wanted a core."""
    return {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
        "load_1m": round(os.getloadavg()[0], 2),
    }


def write(path: Path, results: dict[str, Any]) -> None:
    """Write results with the machine they are from."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"machine": machine(), **results}, indent=2) + "\n", "utf-8")


def quantile(values: list[float], share: float) -> float:
    """The value that `share` (0 to 1) of the values do not exceed: the nearest rank. NaN if there are none."""
    if not values:
        return float("nan")
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -int(-share * len(ordered) // 1) - 1))]
