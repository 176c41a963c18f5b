"""TOKEN items: id tokens as the operator set them, and beside each the transactions it was used in."""

from collections.abc import Iterable
from contextlib import suppress
from decimal import Decimal
from typing import TYPE_CHECKING

from shared.domain.authorization import AllowedStation, Hours, IdToken, Use, normalize
from shared.store import keys, table
from shared.store.dynamodb import ConditionFailed, Item
from shared.store.packing import limit_as_text, limit_from_text

if TYPE_CHECKING:  # whoever only asks for a token has no transaction
    from shared.domain.transactions import Transaction

MICRO = 1_000_000
"""Numbers in items are whole: money is kept in millionths."""
ATTEMPTS = 8
USES_READ = 20
KEYS_AT_ONCE = 2_500
PARTS = 2
"""How many keys a search reads at a time, and how many times at most."""
USES_KEPT_S = 400 * 86_400


def find(id_token: str) -> IdToken | None:
    item = table.get(keys.token(normalize(id_token)))
    return from_item(item) if item else None


def find_many(id_tokens: Iterable[str]) -> dict[str, IdToken]:
    """The tokens of these that exist, by the text asked for; eventually consistent."""
    wanted = {id_token: keys.token(normalize(id_token)) for id_token in id_tokens}
    items = table.get_many(list(wanted.values()))
    return {id_token: from_item(items[key]) for id_token, key in wanted.items() if key in items}


def find_with_uses(id_token: str) -> tuple[IdToken | None, list[Use]]:
    """A token and its latest transactions in one read: the token sorts after its uses."""
    found = table.query(
        keys.token(normalize(id_token)).pk, newest_first=True, limit=1 + USES_READ, consistent=True
    ).items
    if not found or found[0]["sk"] != keys.token("").sk:
        return None, [use_from_item(item) for item in found]
    return from_item(found[0]), [use_from_item(item) for item in found[1:]]


def save(token: IdToken, *, revision: int | None = None) -> IdToken:
    """Write a token; its use stays. Returns it with its new revision, which is 1 if it is new.

    With `revision` only over that one: raises ConditionFailed if there is another or none.
    """
    return from_item(table.revise(to_item(token), revision=revision))


def delete(id_token: str, *, revision: int | None = None) -> bool:
    """Remove a token; from then on it is unknown, so Invalid. False if there was none.

    With `revision` only that one: raises ConditionFailed if there is another or none.
    """
    return bool(table.remove(keys.token(normalize(id_token)), revision=revision))


def page(
    after: str | None, limit: int, *, group_id: str | None = None, search: str = ""
) -> tuple[list[IdToken], str | None]:
    """Tokens in order, all or those of a group, and the normalised token to go on after.

    With `search` those that have it in them: they are picked by their keys, some thousands in one request, so a page
    may be short and not be the last.
    """
    wanted = normalize(search)
    picked: list[str] = []
    for _ in range(PARTS if wanted else 1):
        part, after = _keys(after, KEYS_AT_ONCE if wanted else limit, group_id)
        picked += [one for one in part if wanted in one]
        if after is None or len(picked) >= limit:
            break
    if len(picked) > limit:
        picked, after = picked[:limit], picked[limit - 1]
    items = table.get_many([keys.token(one) for one in picked])
    return [from_item(items[key]) for one in picked if (key := keys.token(one)) in items], after


def _keys(after: str | None, limit: int, group_id: str | None) -> tuple[list[str], str | None]:
    """Normalised tokens in order, and the one to go on after."""
    last = keys.token(after)._asdict() if after is not None else None
    if group_id is None:
        own = {"pk1": keys.ALL_TOKENS, "sk1": after}
        found = table.page(keys.ALL_TOKENS, limit, index="by_list", after=last and {**last, **own})
    else:
        partition = keys.tokens_of_group(normalize(group_id))
        own = {"pk2": partition, "sk2": after}
        found = table.page(partition, limit, index="by_station", after=last and {**last, **own})
    listed = [keys.entity(item["pk"])[1] for item in found.items]
    return listed, listed[-1] if found.last else None


def record_use(transaction: "Transaction") -> None:
    """Note that a token has a transaction, or that the transaction ended. Needs its token, EVSE and start."""
    if transaction.id_token is None or transaction.started_at is None:
        return
    key = keys.token_use(normalize(transaction.id_token), transaction.started_at, transaction.transaction_id)
    fields: Item = {
        "station_id": transaction.station_id,
        "evse_id": transaction.evse_id or 0,
        "active": transaction.state == "active",
        "expires_at_s": int(transaction.started_at.timestamp()) + USES_KEPT_S,
    }
    table.update(
        key,
        "SET " + ", ".join(f"#{name} = :{name}" for name in fields),
        {f":{name}": value for name, value in fields.items()},
        names={f"#{name}": name for name in fields},
    )


def debit(id_token: str, cost: Decimal, transaction_id: str, generation: int) -> None:
    """Take what a transaction costs from the balance of its token, if that is prepaid: once, and of another cost than
    before the difference. The id is the one under which all that belongs to the transaction is kept."""
    token, mark = keys.token(normalize(id_token)), keys.debit(transaction_id, generation, normalize(id_token))
    due = int(cost * MICRO)
    for _ in range(ATTEMPTS):
        if "balance_micro" not in (table.get(token) or {}):
            return
        taken = (table.get(mark) or {}).get("debited_micro")
        if due == (taken or 0):
            return
        was = "attribute_not_exists(debited_micro)" if taken is None else "debited_micro = :taken"
        values = {":due": due, ":yes": True} | ({":taken": taken} if taken is not None else {})
        less = {":less": (taken or 0) - due, ":one": 1}
        with suppress(ConditionFailed):
            table.transact(
                table.Update(mark, "SET debited_micro = :due, minor = :yes", values, was),
                table.Update(token, "ADD balance_micro :less, revision :one", less, "attribute_exists(balance_micro)"),
            )
            return
    raise TimeoutError(f"the balance of {id_token} kept changing")


def forget_use(transaction: "Transaction") -> None:
    """Take back that a token has a transaction: it turned out to be another token's, or to have begun at another
    time."""
    if transaction.id_token is not None and transaction.started_at is not None:
        table.delete(
            keys.token_use(normalize(transaction.id_token), transaction.started_at, transaction.transaction_id)
        )


def to_item(token: IdToken) -> Item:
    normalized = normalize(token.id_token)
    return {
        **keys.token(normalized)._asdict(),
        "pk1": keys.ALL_TOKENS,
        "sk1": normalized,
        "pk2": keys.tokens_of_group(normalize(token.group_id)) if token.group_id else None,
        "sk2": normalized if token.group_id else None,
        "id_token": token.id_token,
        "status": token.status,
        "expires_at": keys.stamp(token.expires_at) if token.expires_at else None,
        "group_id": token.group_id,
        "concurrent": token.concurrent,
        "token_type": token.token_type,
        "allowed_stations": [[one.station_id, *one.evse_ids] for one in token.allowed_stations] or None,
        "allowed_connector_types": list(token.allowed_connector_types) or None,
        "hours": [[*one[:3], *one.days] for one in token.hours] or None,
        "limit": limit_as_text(token.limit) if token.limit else None,
        "cache_for_s": token.cache_for_s,
        "tariff_id": token.tariff_id,
        "language": token.language,
        "balance_micro": int(token.balance * MICRO) if token.balance is not None else None,
    }


def from_item(item: Item) -> IdToken:
    return IdToken(
        id_token=item["id_token"],
        status=item["status"],
        expires_at=keys.time(item["expires_at"]) if "expires_at" in item else None,
        group_id=item.get("group_id"),
        concurrent=item["concurrent"],
        revision=item["revision"],
        token_type=item.get("token_type"),
        allowed_stations=tuple(
            AllowedStation(one, tuple(evse_ids)) for one, *evse_ids in item.get("allowed_stations", ())
        ),
        allowed_connector_types=tuple(item.get("allowed_connector_types", ())),
        hours=tuple(Hours(opens, closes, zone, tuple(days)) for opens, closes, zone, *days in item.get("hours", ())),
        limit=limit_from_text(item["limit"]) if "limit" in item else None,
        cache_for_s=item.get("cache_for_s"),
        tariff_id=item.get("tariff_id"),
        language=item.get("language"),
        balance=Decimal(item["balance_micro"]) / MICRO if "balance_micro" in item else None,
    )


def use_from_item(item: Item) -> Use:
    _, started_at, transaction_id = item["sk"].split("#", 2)
    return Use(
        transaction_id=transaction_id,
        station_id=item["station_id"],
        evse_id=item["evse_id"],
        started_at=keys.time(started_at),
        active=item["active"],
    )
