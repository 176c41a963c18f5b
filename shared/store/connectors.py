"""CONNECTOR items: one per station, an attribute per connector with its latest status.

Beside `{evse}.{connector}` stands `wish.{evse}.{connector}`, the availability it is to have; `awaited`, while a status
is awaited that confirms one; and `latest`, the word of the status reported last: by these two the stream's filters pass
over most statuses.
"""

import datetime as dt
from contextlib import suppress
from typing import Any, NamedTuple

from shared.domain.availability import AvailabilityWish, ConnectorStatus
from shared.store import keys, table
from shared.store.dynamodb import ConditionFailed, Item


def report(station_id: str, status: ConnectorStatus) -> bool:
    """Keep a connector's status. False if a later one is known: then this one belongs to the history only."""
    try:
        table.update(
            keys.connectors(station_id),
            "SET #connector = :status, latest = :latest",
            {
                ":status": to_attribute(status),
                ":changed_at": keys.stamp(status.changed_at),
                ":latest": status.status,
            },
            condition="attribute_not_exists(#connector) OR #connector.changed_at <= :changed_at",
            names={"#connector": attribute(status.evse_id, status.connector_id)},
        )
    except ConditionFailed:
        return False
    return True


def make_known(station_id: str, evse_id: int, at: dt.datetime, connector_id: int | None = None) -> None:
    """Record a connector that has a transaction although the station never reported its status; the EVSE's first, if it
    is not named."""
    status = ConnectorStatus(evse_id, connector_id or (1 if evse_id else 0), "Occupied", None, "NoError", at, at)
    with suppress(ConditionFailed):
        table.update(
            keys.connectors(station_id),
            "SET #connector = :status",
            {":status": to_attribute(status)},
            condition="attribute_not_exists(#connector)",
            names={"#connector": attribute(status.evse_id, status.connector_id)},
        )


def find(station_id: str) -> list[ConnectorStatus]:
    """The latest status of every connector, EVSE 0 (the station) first."""
    return from_item(table.get(keys.connectors(station_id)) or {})


class Connectors(NamedTuple):
    """What is known of a station's connectors, and what is wished of them."""

    statuses: list[ConnectorStatus]
    wishes: list[AvailabilityWish]


def find_whole(station_id: str) -> Connectors:
    return whole_from_item(table.get(keys.connectors(station_id)) or {})


def find_many(station_ids: list[str]) -> dict[str, Connectors]:
    """The same for several stations, by station id."""
    items = table.get_many([keys.connectors(station_id) for station_id in station_ids])
    return {keys.entity(key.pk)[1]: whole_from_item(item) for key, item in items.items()}


def wish(station_id: str, wished: AvailabilityWish) -> Connectors:
    """Keep an availability that the station has accepted, unless a later one is known; returns all as it stands then.

    From then on the stream shows the station's statuses, until `stop_waiting`.
    """
    try:
        item = table.update(
            keys.connectors(station_id),
            "SET #wish = :wish, awaited = :call",
            {":wish": _wish_to_attribute(wished), ":call": wished.call_id, ":at": keys.stamp(wished.asked_at)},
            condition="attribute_not_exists(#wish) OR #wish.asked_at <= :at",
            names={"#wish": _wish_attribute(wished)},
            returns="ALL_NEW",
        )
    except ConditionFailed as failed:
        item = failed.item
    return whole_from_item(item)


def stop_waiting(station_id: str, awaited: str) -> None:
    """No status is awaited any more, if this is still the latest wish that one was awaited for."""
    with suppress(ConditionFailed):
        table.update(keys.connectors(station_id), "REMOVE awaited", {":call": awaited}, condition="awaited = :call")


def attribute(evse_id: int, connector_id: int) -> str:
    return f"{evse_id}.{connector_id}"


def to_attribute(status: ConnectorStatus) -> dict[str, Any]:
    fields = status._asdict() | {
        "changed_at": keys.stamp(status.changed_at),
        "received_at": keys.stamp(status.received_at),
    }
    del fields["evse_id"], fields["connector_id"]
    return {name: value for name, value in fields.items() if value is not None}


def from_attribute(name: str, fields: dict[str, Any]) -> ConnectorStatus:
    evse_id, connector_id = name.split(".")
    times = {"changed_at": keys.time(fields["changed_at"]), "received_at": keys.time(fields["received_at"])}
    fields = {"reported_status": None} | fields | times
    return ConnectorStatus(evse_id=int(evse_id), connector_id=int(connector_id), **fields)


def from_item(item: Item) -> list[ConnectorStatus]:
    found = [from_attribute(name, value) for name, value in item.items() if name[0].isdigit()]
    return sorted(found, key=lambda status: (status.evse_id, status.connector_id))


WISH = "wish."


def whole_from_item(item: Item) -> Connectors:
    wishes = (_wish_from_attribute(name, value) for name, value in item.items() if name.startswith(WISH))
    return Connectors(from_item(item), sorted(wishes))


def _wish_attribute(wish: AvailabilityWish) -> str:
    return WISH + attribute(wish.evse_id, wish.connector_id)


def _wish_to_attribute(wish: AvailabilityWish) -> dict[str, Any]:
    fields = wish._asdict() | {"asked_at": keys.stamp(wish.asked_at)}
    del fields["evse_id"], fields["connector_id"]
    return fields


def _wish_from_attribute(name: str, fields: dict[str, Any]) -> AvailabilityWish:
    evse_id, connector_id = name.removeprefix(WISH).split(".")
    known = fields | {"asked_at": keys.time(fields["asked_at"])}
    return AvailabilityWish(evse_id=int(evse_id), connector_id=int(connector_id), **known)
