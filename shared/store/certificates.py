"""CERTIFICATE items: the certificates that a station has installed, one item for all of a use.

Attributes: `read_at`, when the station told of them; a map for each certificate, in `certificate.{identity}`, so that
one can come and go without the others being read.
"""

import datetime as dt

from shared.domain.certificates import Certificate, CertificateUse, HashData, Installed, Reported, as_reported
from shared.store import keys, table
from shared.store.dynamodb import ConditionFailed, Item

PREFIX = "certificate."
TIMES = ("expires_at", "installed_at")


def find_all(station_id: str) -> list[Installed]:
    """What is known of a station's certificates, by use; a use it was never asked for may be missing."""
    return [from_item(item) for item in table.query(keys.certificates_of_station(station_id), consistent=True).items]


def page(station_id: str, after: str | None, limit: int) -> tuple[list[Installed], str | None]:
    """What is known of a station's certificates, by use, and the use to go on after."""
    partition = keys.certificates_of_station(station_id)
    found = table.page(partition, limit, after=keys.after(partition, after))
    return [from_item(item) for item in found.items], found.last["sk"] if found.last else None


def keep_reported(station_id: str, use: CertificateUse, said: list[Reported], at: dt.datetime) -> None:
    """Keep what a station says it has, in place of what was known. What it said later stays."""
    item = table.get(keys.certificates(station_id, use))
    known = from_item(item).certificates if item else ()
    try:
        table.put(
            {
                **keys.certificates(station_id, use)._asdict(),
                "read_at": keys.stamp(at),
                **{attribute(one.hash_data): to_attribute(one) for one in as_reported(said, known)},
            },
            condition="attribute_not_exists(read_at) OR read_at < :at",
            values={":at": keys.stamp(at)},
        )
    except ConditionFailed:
        return


def add(station_id: str, use: CertificateUse, certificate: Certificate) -> None:
    """Keep that a station has accepted a certificate; one that it has already stays as it is."""
    table.update(
        keys.certificates(station_id, use),
        "SET #certificate = if_not_exists(#certificate, :certificate)",
        {":certificate": to_attribute(certificate)},
        names={"#certificate": attribute(certificate.hash_data)},
    )


def remove(station_id: str, use: CertificateUse, hash_data: HashData) -> None:
    """Keep that a station does not have a certificate."""
    try:
        table.update(
            keys.certificates(station_id, use),
            "REMOVE #certificate",
            condition="attribute_exists(pk)",
            names={"#certificate": attribute(hash_data)},
        )
    except ConditionFailed:
        return


def attribute(hash_data: HashData) -> str:
    return PREFIX + keys.digest(*hash_data.identity)


def to_attribute(certificate: Certificate) -> Item:
    fields: Item = certificate._asdict()
    for name in TIMES:
        fields[name] = keys.stamp(fields[name]) if fields[name] else None
    del fields["hash_data"]
    fields["children"] = [child._asdict() for child in certificate.children] or None
    return fields | certificate.hash_data._asdict()


def from_attribute(fields: Item) -> Certificate:
    known: Item = {name: fields.get(name) for name in Certificate._fields if name != "hash_data"}
    for name in TIMES:
        known[name] = keys.time(known[name]) if known[name] else None
    known["children"] = tuple(_hash_data(child) for child in fields.get("children") or ())
    return Certificate(hash_data=_hash_data(fields), **known)


def _hash_data(fields: Item) -> HashData:
    return HashData(
        fields["hash_algorithm"], fields["issuer_name_hash"], fields.get("issuer_key_hash"), fields["serial_number"]
    )


def from_item(item: Item) -> Installed:
    use: CertificateUse = item["sk"]
    kept = (item[name] for name in sorted(item) if name.startswith(PREFIX))
    return Installed(
        use=use,
        read_at=keys.time(item["read_at"]) if "read_at" in item else None,
        certificates=tuple(from_attribute(fields) for fields in kept),
    )
