"""A process that gets only a share of one core, as Lambda gives a function by its memory.

Lambda counts in periods of 20 ms: a function runs at full speed until it has had its share of the period, and then
waits for the next one. https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html has a core's worth at
1,769 MB.
"""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PERIOD_S = 0.02
CORE_MB = 1769
LOOK_AGAIN_S = 0.0002
"""How finely a process is watched that is capped by signals."""
CGROUPS = Path("/sys/fs/cgroup")


def share_of(memory_mb: int) -> float:
    """The share of a core that a function of this size has."""
    return memory_mb / CORE_MB


@contextmanager
def capped(pid: int, share: float, kind: str) -> Iterator[None]:
    """While this runs, the process has this share of a core; `kind` is what `kind_of_cap` says."""
    with _by_cgroup(pid, share, CGROUPS) if kind == "cgroup v2" else _by_signals(pid, share):
        yield


def kind_of_cap(root: Path = CGROUPS) -> str:
    """`cgroup v2` if this process may make control groups with a limit of CPU, else `signals`."""
    probe = root / f"idlewatt-bench-{os.getpid()}"
    if "cpu" not in _text(root / "cgroup.subtree_control").split():
        return "signals"
    try:
        probe.mkdir()
    except OSError:
        return "signals"
    try:
        may_write = os.access(probe / "cpu.max", os.W_OK) and os.access(probe / "cgroup.procs", os.W_OK)
    finally:
        probe.rmdir()
    return "cgroup v2" if may_write else "signals"


@contextmanager
def _by_cgroup(pid: int, share: float, root: Path) -> Iterator[None]:
    came_from = root / _text(Path(f"/proc/{pid}/cgroup")).rpartition("0::/")[2].strip()
    group = root / f"idlewatt-bench-{pid}"
    group.mkdir()
    period_us = round(PERIOD_S * 1e6)
    (group / "cpu.max").write_text(f"{round(share * period_us)} {period_us}")
    (group / "cgroup.procs").write_text(str(pid))
    try:
        yield
    finally:
        with suppress(OSError):  # it has ended
            (came_from / "cgroup.procs").write_text(str(pid))
        group.rmdir()


@contextmanager
def _by_signals(pid: int, share: float) -> Iterator[None]:
    """Stops the process when it has had its share of a period, and lets it go on with the next one."""
    ended = threading.Event()
    watcher = threading.Thread(target=_watch, args=(pid, share * PERIOD_S, ended), daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()


def _watch(pid: int, quota_s: float, ended: threading.Event) -> None:
    with suppress(ProcessLookupError, OSError):  # it has ended
        left_s, used_s = quota_s, cpu_s(pid)
        period_ends = time.monotonic() + PERIOD_S
        while not ended.is_set():
            now = time.monotonic()
            if now >= period_ends:
                # What it had too much, because nobody looks that often, is missing from the next period.
                left_s = min(quota_s, left_s + quota_s)
                period_ends = max(period_ends + PERIOD_S, now)
                if left_s > 0:
                    os.kill(pid, signal.SIGCONT)
            before, used_s = used_s, cpu_s(pid)
            left_s -= used_s - before
            if left_s <= 0:
                os.kill(pid, signal.SIGSTOP)
                time.sleep(max(0.0, period_ends - time.monotonic()))
            else:
                time.sleep(min(LOOK_AGAIN_S, left_s))
        os.kill(pid, signal.SIGCONT)


def cpu_s(pid: int) -> float:
    """The CPU time of another process so far. Raises OSError if there is none of this id."""
    # Linux's number of the CPU clock of a process: clock_getcpuclockid(3).
    return time.clock_gettime(~pid << 3 | 2)


def _text(path: Path) -> str:
    try:
        return path.read_text("ascii")
    except OSError:
        return ""
