"""Replacing private places of a library for a while, loudly when they are not where they were."""

from collections.abc import Iterator
from contextlib import contextmanager


class MovedError(Exception):
    """A private place that this code replaces is gone: the library's version has changed."""


@contextmanager
def replaced(owner: object, name: str, value: object) -> Iterator[None]:
    """Put `value` in the place of an attribute that must exist, and the attribute back at the end."""
    if not hasattr(owner, name):
        raise MovedError(f"{owner!r} has no {name!r} any more; see requirements.txt for the version this relies on")
    before = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, before)
