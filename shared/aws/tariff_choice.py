"""The tariffs that operators assign: they must be there, as what is billed by none is paid by nobody."""

from collections.abc import Iterable

from shared.domain.errors import Invalid
from shared.store import tariffs


def require(chosen: Iterable[tuple[str, str | None]]) -> None:
    """Raise Invalid unless there is each tariff that was chosen, given as where it stands in the body and its id."""
    missing = [(path, name) for path, name in chosen if name is not None and tariffs.find(name) is None]
    if missing:
        path, name = missing[0]
        raise Invalid(f"There is no tariff {name}", path=path)
