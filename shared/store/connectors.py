"""CONNECTOR items: one per station, an attribute per connector with its latest status."""

import datetime as dt
from contextlib import suppress
from typing import Any

from shared.domain.availability import ConnectorStatus
from shared.store import keys, table
from shared.store.dynamodb import ConditionFailed, Item


def report(station_id: str, status: ConnectorStatus) -> bool:
    """Keep a connector's status. False if a later one is known: then this one belongs to the history only."""
    try:
        table.update(
            keys.connectors(station_id),
            "SET #connector = :status",
            {":status": to_attribute(status), ":changed_at": keys.stamp(status.changed_at)},
            condition="attribute_not_exists(#connector) OR #connector.changed_at <= :changed_at",
            names={"#connector": attribute(status.evse_id, status.connector_id)},
        )
    except ConditionFailed:
        return False
    return True


def make_known(station_id: str, evse_id: int, at: dt.datetime) -> None:
    """Record a connector that has a transaction although the station never reported its status."""
    status = ConnectorStatus(evse_id, 1 if evse_id else 0, "Occupied", None, "NoError", at, at)
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


def find_many(station_ids: list[str]) -> dict[str, list[ConnectorStatus]]:
    """The same for several stations, by station id."""
    items = table.get_many([keys.connectors(station_id) for station_id in station_ids])
    return {keys.entity(key.pk)[1]: from_item(item) for key, item in items.items()}


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
