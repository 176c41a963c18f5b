"""The shapes of local authorization lists in the operator API."""

import datetime as dt

from shared.aws.views import View
from shared.aws.views_calls import Call
from shared.domain import local_list as domain
from shared.domain.authorization import Verdict
from shared.domain.calls import Json


class LocalListEntry(View):
    """What a station is told of an id token in advance."""

    id_token: str
    status: Verdict
    expires_at: dt.datetime | None
    group_id: str | None
    token_type: str | None
    """Which kind of token it is, in OCPP 2.x's words; null: the station's version knows none."""


class WishedList(View):
    """What the list at a station should be, once everything that was sent has come to it."""

    version: int
    entries: list[LocalListEntry] | None
    """null: it cannot be told, since it was changed without its contents being known."""
    wished_at: dt.datetime


class LocalList(View):
    """The id tokens that a station knows by itself: what it has, as far as we know, and what it should have."""

    station_id: str
    supported: bool | None
    """Whether the station has such a list at all; null: it has never said."""
    version: int | None
    """The version that the station has; 0 is an empty list. null: not known, or there is none."""
    entries: list[LocalListEntry] | None
    """What the station has; null: not known."""
    in_sync: bool | None
    """Whether the station has what it should have; null: nobody has said what that is, or what it has is not known."""
    wished: WishedList | None
    """null: nobody has said."""


class LocalListWithCall(LocalList):
    """A list, and the call that was made for it just now."""

    call: Call | None
    """Its `parts` are the calls that bring the rest. null: the station has it already."""


def local_list_view(known: domain.LocalList, wish: domain.Wish | None) -> LocalList:
    return LocalList(**_fields(known, wish))


def with_call(known: domain.LocalList, wish: domain.Wish | None, call: Call | None) -> LocalListWithCall:
    return LocalListWithCall(**_fields(known, wish), call=call)


def _fields(known: domain.LocalList, wish: domain.Wish | None) -> Json:
    wished = (
        WishedList(version=wish.version, entries=_entries(wish.entries), wished_at=wish.wished_at) if wish else None
    )
    comparable = wish is not None and wish.entries is not None and known.entries is not None
    return {
        "station_id": known.station_id,
        "supported": known.supported,
        "version": known.version,
        "entries": _entries(known.entries),
        "in_sync": wish is not None and known.entries == wish.entries if comparable else None,
        "wished": wished,
    }


def _entries(entries: domain.Entries | None) -> list[LocalListEntry] | None:
    if entries is None:
        return None
    shown = LocalListEntry.model_fields
    return [LocalListEntry(**{name: getattr(one, name) for name in shown}) for one in entries.values()]
