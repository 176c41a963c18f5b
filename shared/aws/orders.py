"""Orders to stations in our own words, for which a command finds those of the OCPP version that the station speaks.

An API resource that acts on stations knows no version: it hands an order to the command, and what the command finds
wrong in its message is told by the order's own field names.
"""

import importlib
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from shared.aws import command
from shared.aws.command import Command, Target, Terms
from shared.catalog import BY_NAME
from shared.domain.calls import Call, Json
from shared.domain.errors import Conflict, Invalid

if TYPE_CHECKING:
    from shared.aws.problems import Place

PAYLOAD = "payload."
INDEX = re.compile(r"\[\d+\]")

Word = TypeVar("Word", bound=Callable[..., Json])


class Names:
    """What the fields of an order are called in the request of a version, as paths: `schedule.periods[].start_s` ->
    `chargingSchedule.chargingSchedulePeriod[].startPeriod`."""

    def __init__(self, theirs: Mapping[str, str]) -> None:
        self._theirs = theirs
        self._ours = {path: ours for ours, path in theirs.items()}

    def theirs(self, path: str) -> str:
        """The path in the body of a call, `payload.connectorId`, of a field of the order."""
        return PAYLOAD + _renamed(path, self._theirs)

    def ours(self, path: str) -> str:
        """The field of the order that a path in the body of a call means; empty for the order as a whole."""
        return _renamed(path.removeprefix(PAYLOAD), self._ours) if path.startswith(PAYLOAD) else ""


def _renamed(path: str, names: Mapping[str, str]) -> str:
    """What has no name of its own keeps that which it has within what has one."""
    found = names.get(INDEX.sub("[]", path))
    if found is not None:
        numbers = iter(INDEX.findall(path))
        return re.sub(r"\[\]", lambda _: next(numbers), found)
    whole, dot, part = path.rpartition(".")
    return f"{_renamed(whole, names)}.{part}" if dot else path


class Orders:
    """The orders that a command takes."""

    def __init__(self, command: Command, kind: type[Any] | None = None) -> None:
        """`kind` is what an order is, for a command whose function takes orders as JSON."""
        self._command = command
        if kind is not None:
            reader = TypeAdapter(kind)
            command.submit_order = lambda target, given, terms: self.submit(target, read(reader, given), terms)
        self._worded: dict[str, tuple[Callable[[Any], Json], Names]] = {}

    def worded(self, *versions: str, names: Names) -> Callable[[Word], Word]:
        """Register what makes of an order the payload of some versions: `(order) -> payload`. What it refuses it names
        by a path in the body of a call: by `names.theirs`, or `payload.` and the order's own name if there is none."""

        def register(word: Word) -> Word:
            self._worded |= dict.fromkeys(versions, (word, names))
            return word

        return register

    def submit(self, target: Target, order: Any, terms: Terms = Terms()) -> Call:  # noqa: B008  # immutable
        """Make the call of an order. Raises what Command.submit raises, with the names of the order's fields."""
        if target.ocpp_version not in self._worded:
            raise _not_spoken(self._command.name, target)
        word, names = self._worded[target.ocpp_version]
        try:
            return self._command.submit(target, word(order), terms)
        except (Invalid, Conflict) as error:
            named = error.fields.get("errors") or [(path, error.reason) for path in [error.fields.get("path")] if path]
            raise type(error)(error.reason, errors=[(names.ours(path), reason) for path, reason in named]) from error


def read(reader: TypeAdapter[Any], given: Json) -> Any:
    """An order that came as JSON. Raises Invalid with the fields that are wrong."""
    try:
        return reader.validate_python(given)
    except ValidationError as error:
        wrong = [(".".join(map(str, ("order", *one["loc"]))), one["msg"]) for one in error.errors()]
        raise Invalid("This is not what the command takes as an order", errors=wrong) from None


def command_for(action: str, target: Target, *, place: "Place" = "path", path: str = "station_id") -> Command:
    """The command by which a resource acts on a station. Raises Invalid if the station's version lacks it, with where
    the request names the station, since it says nothing of actions."""
    found = command.of(action)
    if target.ocpp_version not in found.versions:
        raise _not_spoken(action, target, place, path)
    return found


def _not_spoken(action: str, target: Target, place: "Place" = "path", path: str = "station_id") -> Invalid:
    return Invalid(target.lacks(action), place=place, path=path)


def of(action: str) -> Orders:
    """The orders of an action; made late, since a request needs one of many."""
    orders: Orders = importlib.import_module(f"functions.commands.{BY_NAME[action].module}").orders
    return orders
