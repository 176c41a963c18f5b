"""Where the functions' log lines go: a file, so the terminal stays calm and a pipe that nobody reads blocks nothing;
and the account's CloudWatch Logs."""

import io
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TextIO

MAX_BYTES = 20 * 1024 * 1024
_LINES = logging.getLogger("functions.output")
"""Its name must not hold the service's: from such loggers Powertools keeps the handlers that are there when it is
imported, of which the file is one."""


class _Output(io.TextIOBase):
    """Standard output of the functions, line by line into the log."""

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        for line in text.splitlines():
            if line:
                _LINES.info(line)
        return len(text)


def to_file(path: Path) -> TextIO:
    """Send what functions print and log to a file of bounded size, and faults also to standard error.

    Returns what was standard output until then.
    """
    terminal = sys.stdout
    file = RotatingFileHandler(path, maxBytes=MAX_BYTES, backupCount=1, encoding="utf-8")
    file.setFormatter(logging.Formatter("%(message)s"))
    faults = logging.StreamHandler(sys.stderr)
    faults.setLevel(logging.ERROR)
    faults.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    _LINES.propagate = False
    _LINES.setLevel(logging.INFO)
    _LINES.addHandler(file)
    for handler in (file, faults):
        logging.getLogger().addHandler(handler)
    sys.stdout = _Output()
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
