"""How much memory this process has held at most."""

import sys


def peak_mb() -> float:
    """Of this process alone: what `getrusage` says begins with the memory of the process that started it."""
    if sys.platform != "linux":
        import resource  # noqa: PLC0415  # not on every system

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    with open("/proc/self/status", encoding="ascii", errors="replace") as lines:
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:"))
