"""Updates of local authorization lists as they are on the wire, in 1.6 and in 2.x."""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from shared.domain.local_list import Entry, Removal, Update
from shared.ocpp.messages import V2X
from shared.ocpp.times import wire_time
from shared.ocpp.words import id_tag_info_16
from shared.ocpp.words_2x import GROUP_TYPE, id_token_2x

Json = dict[str, Any]

LIST = "localAuthorizationList"


class Names(NamedTuple):
    """What the properties of a SendLocalList are called."""

    version: str
    token: str
    info: str


_NAMES_16, _NAMES_2X = Names("listVersion", "idTag", "idTagInfo"), Names("versionNumber", "idToken", "idTokenInfo")
_TOLD_16 = (("expiry_date", "expiryDate"), ("parent_id_tag", "parentIdTag"))


def names_of(version: str) -> Names:
    return _NAMES_2X if version in V2X else _NAMES_16


def tokens_of(payload: Mapping[str, Any], version: str) -> list[str]:
    """The id tokens in a payload, in its order."""
    given = [one[names_of(version).token] for one in payload.get(LIST, [])]
    return [one["idToken"] for one in given] if version in V2X else given


def update_of(payload: Mapping[str, Any], version: str) -> Update:
    """The update that a payload means."""
    names, read = names_of(version), _read_2x if version in V2X else _read_16
    given = [read(one[names.token], one.get(names.info)) for one in payload.get(LIST, [])]
    return Update(
        version=payload[names.version],
        is_full=payload["updateType"] == "Full",
        entries=tuple(one for one in given if isinstance(one, Entry)),
        removed=tuple(one for one in given if isinstance(one, Removal)),
    )


def payload_of(update: Update, version: str) -> Json:
    """The payload of an update."""
    changes: tuple[Entry | Removal, ...] = (*update.removed, *update.entries)
    changed = [written(one, version) for one in changes]
    return {
        names_of(version).version: update.version,
        "updateType": "Full" if update.is_full else "Differential",
        **({LIST: changed} if changed else {}),
    }


def written(one: Entry | Removal, version: str) -> Json:
    """An entry of the list in a payload; without what is told of its token it is removed."""
    if version in V2X:
        return _entry_2x(one) if isinstance(one, Entry) else {"idToken": id_token_2x(one.id_token, one.token_type)}
    return _entry_16(one) if isinstance(one, Entry) else {"idTag": one.id_token}


def _read_16(id_tag: str, info: Json | None) -> Entry | Removal:
    if info is None:
        return Removal(id_tag)
    return Entry(id_tag, info["status"], _time(info.get("expiryDate")), info.get("parentIdTag"))


def _entry_16(entry: Entry) -> Json:
    told = id_tag_info_16(entry.status, entry.expires_at, entry.group_id)
    if told["expiry_date"]:
        told["expiry_date"] = wire_time(told["expiry_date"], milliseconds=True)
    more = {theirs: told[ours] for ours, theirs in _TOLD_16 if told[ours] is not None}
    return {"idTag": entry.id_token, "idTagInfo": {"status": told["status"], **more}}


def _read_2x(token: Json, info: Json | None) -> Entry | Removal:
    if info is None:
        return Removal(token["idToken"], token["type"])
    told = dict(info)
    status, expires_at = told.pop("status"), told.pop("cacheExpiryDateTime", None)
    group = told.pop("groupIdToken", None)
    others = {
        "idToken": {name: value for name, value in token.items() if name not in ("idToken", "type")},
        "idTokenInfo": told,
        "groupIdToken": None if group is None or group == id_token_2x(group["idToken"], GROUP_TYPE) else group,
    }
    others = {name: value for name, value in others.items() if value}
    return Entry(
        token["idToken"],
        status,
        _time(expires_at),
        group["idToken"] if group else None,
        token["type"],
        json.dumps(others, sort_keys=True) if others else None,
    )


def _entry_2x(entry: Entry) -> Json:
    others: Json = json.loads(entry.others) if entry.others else {}
    info: Json = {"status": entry.status}
    if entry.expires_at is not None:
        info["cacheExpiryDateTime"] = wire_time(entry.expires_at, milliseconds=True)
    if entry.group_id is not None:
        info["groupIdToken"] = others.get("groupIdToken") or id_token_2x(entry.group_id, GROUP_TYPE)
    token = id_token_2x(entry.id_token, entry.token_type) | others.get("idToken", {})
    return {"idToken": token, "idTokenInfo": info | others.get("idTokenInfo", {})}


def _time(text: str | None) -> dt.datetime | None:
    """In whole seconds, as lists have them (shared/domain/local_list.py)."""
    return dt.datetime.fromisoformat(text).astimezone(dt.UTC).replace(microsecond=0) if text else None
