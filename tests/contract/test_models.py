"""Every model accepts and refuses what the official schema of its message does, and writes what it read."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis_jsonschema import from_schema

from tests.contract.contracts import CONTRACTS, Contract, is_date_time
from tests.contract.variations import Variations

EXAMPLES = {"v16": 8, "v201": 2, "v21": 2}
"""Few for 2.x: hypothesis-jsonschema takes 10 to 100 ms for one payload of its large schemas."""

every_contract = pytest.mark.parametrize("contract", CONTRACTS, ids=str)


def test_all_official_schemas_are_covered() -> None:
    counts = {package: sum(contract.package == package for contract in CONTRACTS) for package in EXAMPLES}
    assert counts == {"v16": 78, "v201": 128, "v21": 181}


@every_contract
def test_model_and_schema_agree_on_every_variation_of_a_property(contract: Contract) -> None:
    disagreed = [
        payload
        for payload in Variations(contract.schema)
        if contract.accepted(payload) != contract.officially_valid(payload)
    ]
    assert disagreed == []


@every_contract
def test_model_reads_and_writes_what_the_schema_allows_and_refuses_the_rest(contract: Contract) -> None:
    @settings(max_examples=EXAMPLES[contract.package], derandomize=True, database=None)
    @given(from_schema(short_lists(contract.schema)).filter(contract.officially_valid), st.data())
    def check(payload: dict[str, Any], data: st.DataObject) -> None:
        written = contract.model.model_validate(payload).to_wire()
        assert contract.officially_valid(written)
        assert same(payload, written)

        damaged = damage(payload, data)
        assert contract.accepted(damaged) == contract.officially_valid(damaged), damaged

    check()


def short_lists(schema: Any) -> Any:
    """The schema with its lists as short as it allows: longer ones make hypothesis-jsonschema take minutes.

    Without `$id`, which it takes for the address that `#/definitions` is relative to.
    """
    if not isinstance(schema, dict):
        return schema
    short = {keyword: short_lists(value) for keyword, value in schema.items() if keyword != "$id"}
    if isinstance(schema.get("items"), dict):
        short["maxItems"] = max(schema.get("minItems", 0), 1)
    return short


def damage(payload: Any, data: st.DataObject) -> Any:
    """The payload with one value, somewhere in it, replaced, removed or added."""
    if not isinstance(payload, dict | list) or not payload or data.draw(st.integers(0, 5)) == 0:
        return data.draw(ANYTHING)
    if isinstance(payload, list):
        index = data.draw(st.integers(0, len(payload) - 1))
        return [*payload[:index], damage(payload[index], data), *payload[index + 1 :]]
    name = data.draw(st.sampled_from(sorted(payload)))
    match data.draw(st.sampled_from(["deeper", "deeper", "remove", "add"])):
        case "remove":
            return {other: value for other, value in payload.items() if other != name}
        case "add":
            return payload | {data.draw(st.text(max_size=10)): data.draw(ANYTHING)}
        case _:
            return payload | {name: damage(payload[name], data)}


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=60),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)


def same(read: Any, written: Any) -> bool:
    """Equal in meaning: a time in whole seconds of UTC is the same time; a null that was allowed may be left out."""
    if isinstance(read, dict) and isinstance(written, dict):
        left_out = {name for name in read.keys() - written.keys() if read[name] is None}
        return read.keys() - left_out == written.keys() and all(same(read[name], written[name]) for name in written)
    if isinstance(read, list) and isinstance(written, list):
        return len(read) == len(written) and all(map(same, read, written))
    if isinstance(read, str) and isinstance(written, str) and read != written:
        return is_date_time(read) and written.endswith("Z") and seconds(read) == seconds(written)
    return bool(read == written)


def seconds(text: str) -> datetime:
    return datetime.fromisoformat(text.upper()).replace(microsecond=0)
