"""Objects as people type them: one JSON document, or `key=value` pairs."""

import copy
import json
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from local.cli.errors import ApiError, UsageError

Json = dict[str, Any]
Done = TypeVar("Done")

PAIR = re.compile(r"(?P<path>[A-Za-z_]\w*(\.[A-Za-z_]\w*)*)=(?P<value>.*)", re.DOTALL)


class Typed(NamedTuple):
    """An object as it was meant, as far as one can tell: `300` may be a number or a text."""

    value: Json
    guesses: Mapping[str, str] = {}  # never changed in place
    """The texts of what was taken for something else, by their paths in the object."""

    def attempt(self, do: Callable[[Json], Done], prefix: str = "") -> Done:
        """Do something with the object. If all that the API finds wrong in it was guessed, do it once more with text
        in these places; if it does not like that either, what was wrong at first counts.

        `prefix` is what stands before a path in the API's errors: `payload.`.
        """
        try:
            return do(self.value)
        except ApiError as error:
            wrong = error.fields()
            if not wrong or not wrong <= {prefix + path for path in self.guesses}:
                raise
            try:
                return do(self._with_text({path.removeprefix(prefix) for path in wrong}))
            except ApiError as again:
                raise (error if again.fields() <= wrong else again) from None

    def _with_text(self, paths: set[str]) -> Json:
        changed = copy.deepcopy(self.value)
        for path in paths:
            *outer, last = path.split(".")
            target = changed
            for name in outer:
                target = target[name]
            target[last] = self.guesses[path]
        return changed


def typed(words: Sequence[str]) -> Typed:
    """The object in the words of a command line: `'{"type": "Soft"}'`, `type=Soft connectorId=1`, `@FILE`, or `-` for
    standard input.

    What looks like a number, `true`, `false`, `null`, a list, an object or a text in quotation marks is read as JSON;
    anything else is text. `a.b=1` stands for `{"a": {"b": 1}}`. Raises UsageError.
    """
    if len(words) == 1 and (words[0] == "-" or words[0][:1] in ("{", "@")):
        return Typed(_document(words[0]))
    value: Json = {}
    guesses: dict[str, str] = {}
    for word in words:
        pair = PAIR.fullmatch(word)
        if pair is None:
            raise UsageError(f"{word!r} is neither a pair key=value nor, alone, a JSON object, @FILE or -")
        read = _read(pair["value"])
        # Quotation marks, braces and brackets leave no doubt.
        if not isinstance(read, str | list | dict):
            guesses[pair["path"]] = pair["value"]
        _put(value, pair["path"], read)
    return Typed(value, guesses)


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
