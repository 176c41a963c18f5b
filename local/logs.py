"""Where the functions' log lines go: a file, so the terminal stays calm and a pipe that nobody reads blocks nothing;
and the account's CloudWatch Logs."""

import io
import logging
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

MAX_BYTES = 20 * 1024 * 1024


class _Lines(io.TextIOBase):
    """A file of bounded size that takes whole lines, from any thread; what is beyond is in a second file beside it.

    The standard library's handler looks at the file system before each line.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._file = path.open("a", encoding="utf-8")
        self._bytes = self._file.tell()

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        lines = "".join(f"{line}\n" for line in text.splitlines() if line)
        with self._lock:
            self._file.write(lines)
            self._bytes += len(lines)
            if self._bytes > MAX_BYTES:
                self._turn_over()
        return len(text)

    def flush(self) -> None:
        with self._lock:
            self._file.flush()

    def _turn_over(self) -> None:
        self._file.close()
        self._path.replace(self._path.with_name(f"{self._path.name}.1"))
        self._file = self._path.open("w", encoding="utf-8")
        self._bytes = 0


def to_file(path: Path) -> TextIO:
    """Send what functions print and log to a file of bounded size, and faults also to standard error.

    Returns what was standard output until then.
    """
    terminal = sys.stdout
    lines = _Lines(path)
    file = logging.StreamHandler(lines)
    file.setFormatter(logging.Formatter("%(message)s"))
    faults = logging.StreamHandler(sys.stderr)
    faults.setLevel(logging.ERROR)
    faults.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    for handler in (file, faults):
        logging.getLogger().addHandler(handler)
    sys.stdout = lines
    return terminal


class _Copied(io.TextIOBase):
    """A stream whose lines somebody else gets as well."""

    def __init__(self, stream: TextIO, put: Callable[[str], None]) -> None:
        self._stream = stream
        self._put = put

    def write(self, text: str) -> int:
        self._put(text.rstrip("\n"))
        return self._stream.write(text)

    def flush(self) -> None:
        self._stream.flush()


@contextmanager
def copied(put: Callable[[str], None]) -> Iterator[None]:
    """Give every line that the functions' logger writes to `put` too, before the function goes on."""
    # The logger writes to what is standard output when it is imported, and `to_file` changes that.
    from shared.aws.telemetry import logger  # noqa: PLC0415  # must be late

    handler = logger.registered_handler
    if not isinstance(handler, logging.StreamHandler):
        raise TypeError(f"the functions' logger writes to {handler!r}, which is no stream")
    stream = handler.stream
    handler.setStream(_Copied(stream, put))
    try:
        yield
    finally:
        handler.setStream(stream)
