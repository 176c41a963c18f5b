"""Objects as people type them: one JSON document, or `key=value` pairs."""

import json
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from local.cli.errors import ApiError, UsageError

Json = dict[str, Any]
Done = TypeVar("Done")

PAIR = re.compile(r"(?P<path>[A-Za-z_]\w*(\.[A-Za-z_]\w*)*)=(?P<value>.*)", re.DOTALL)


class Typed(NamedTuple):
    """An object as it was meant, as far as one can tell: `300` may be a number or a text."""

    value: Json
    as_text: Json
    """The same with all that was guessed as text."""
    guessed: frozenset[str]
    """The paths at which the two differ."""

    def try_both(self, do: Callable[[Json], Done], prefix: str = "") -> Done:
        """Do something with the object. If all that the API finds wrong in it is what was guessed, do it once more with
        text there; if that does not help, what was wrong at first counts.

        `prefix` is what stands before a path in the API's errors: `payload.`.
        """
        try:
            return do(self.value)
        except ApiError as error:
            if not error.names_only({prefix + path for path in self.guessed}):
                raise
            try:
                return do(self.as_text)
            except ApiError:
                raise error from None


def typed(words: Sequence[str]) -> Typed:
    """The object in the words of a command line: `'{"type": "Soft"}'`, `type=Soft connectorId=1`, `@FILE`, or `-` for
    standard input.

    What looks like a number, `true`, `false`, `null`, a list, an object or a text in quotation marks is read as JSON;
    anything else is text. `a.b=1` stands for `{"a": {"b": 1}}`. Raises UsageError.
    """
    if len(words) == 1 and (words[0] == "-" or words[0][:1] in ("{", "@")):
        return Typed(whole := _document(words[0]), whole, frozenset())
    value: Json = {}
    as_text: Json = {}
    guessed: set[str] = set()
    for word in words:
        pair = PAIR.fullmatch(word)
        if pair is None:
            raise UsageError(f"{word!r} is neither a pair key=value nor, alone, a JSON object, @FILE or -")
        path, text = pair["path"], pair["value"]
        read = _read(text)
        # Quotation marks, braces and brackets leave no doubt.
        if not isinstance(read, str | list | dict):
            guessed.add(path)
        _put(value, path, read)
        _put(as_text, path, text if path in guessed else read)
    return Typed(value, as_text, frozenset(guessed))


def _document(word: str) -> Json:
    try:
        text = sys.stdin.read() if word == "-" else Path(word[1:]).read_text("utf-8") if word[0] == "@" else word
        found = json.loads(text)
    except (OSError, ValueError) as error:
        raise UsageError(f"The payload cannot be read: {error}") from error
    if not isinstance(found, dict):
        raise UsageError("The payload is no JSON object")
    return found


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _put(target: Json, path: str, value: Any) -> None:
    *outer, last = path.split(".")
    for name in outer:
        target = target.setdefault(name, {})
        if not isinstance(target, dict):
            raise UsageError(f"{path!r} lies in {name!r}, which has a value of its own")
    if last in target:
        raise UsageError(f"{path!r} is given twice")
    target[last] = value
