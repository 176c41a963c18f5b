"""ISSUED_CERTIFICATE items: the embedded certificate authority, and the roots that contracts are examined by."""

from shared.domain.issued_certificates import Authority, TrustedRoot
from shared.store import keys, table
from shared.store.dynamodb import ConditionFailed, Item


def find() -> Authority | None:
    """The embedded authority, once it has been made."""
    item = table.get(keys.certificate_authority())
    return Authority(item["certificate"], item["key"]) if item else None


def keep(authority: Authority) -> Authority:
    """Keep a new authority. Returns the one that stands then: of two that are made at once the first."""
    try:
        table.put(
            {**keys.certificate_authority()._asdict(), **authority._asdict()},
            condition="attribute_not_exists(pk)",
        )
    except ConditionFailed as failed:
        return Authority(failed.item["certificate"], failed.item["key"])
    return authority


def roots() -> list[TrustedRoot]:
    """All roots that contracts are examined by."""
    return [_root(item) for item in table.query(keys.TRUSTED_ROOTS).items]


def roots_page(after: str | None, limit: int) -> tuple[list[TrustedRoot], str | None]:
    """Those roots in order of their ids, and the id to go on after."""
    found = table.page(keys.TRUSTED_ROOTS, limit, after=keys.after(keys.TRUSTED_ROOTS, after))
    return [_root(item) for item in found.items], found.last["sk"] if found.last else None


def save_root(root: TrustedRoot) -> TrustedRoot:
    """Write a root. Returns it with its new revision, which is 1 if it is new."""
    item = {**keys.trusted_root(root.root_id)._asdict(), **root._asdict(), "expires_at": keys.stamp(root.expires_at)}
    del item["revision"]
    return _root(table.revise(item))


def delete_root(root_id: str) -> bool:
    """Remove a root. False if there was none."""
    return bool(table.remove(keys.trusted_root(root_id)))


def _root(item: Item) -> TrustedRoot:
    known = {name: item[name] for name in TrustedRoot._fields}
    return TrustedRoot(**known | {"expires_at": keys.time(item["expires_at"])})
