"""What a process takes of the machine, by /proc (Linux)."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

_TICKS_PER_S = os.sysconf("SC_CLK_TCK")
_USER_TIME, _SYSTEM_TIME = 11, 12
"""Fields of /proc/PID/stat after the command's name."""


@dataclass(frozen=True)
class Usage:
    """Of one moment: resident memory, and CPU since the process began."""

    at_s: float
    rss_mb: float
    peak_mb: float
    """The most memory it ever held."""
    cpu_s: float

    def cores_since(self, before: "Usage") -> float:
        """How many cores it kept busy between two moments."""
        return (self.cpu_s - before.cpu_s) / max(self.at_s - before.at_s, 1e-9)


def usage(pid: int) -> Usage | None:
    """What a process takes now; None if it is gone or the system is not Linux."""
    folder = Path("/proc") / str(pid)
    try:
        status = (folder / "status").read_text()
        stat = (folder / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    kb = {
        line.split()[0]: int(line.split()[1]) for line in status.splitlines() if line.startswith(("VmRSS:", "VmHWM:"))
    }
    cpu_s = (int(stat[_USER_TIME]) + int(stat[_SYSTEM_TIME])) / _TICKS_PER_S
    return Usage(time.monotonic(), kb.get("VmRSS:", 0) / 1024, kb.get("VmHWM:", 0) / 1024, cpu_s)
