"""The items of the tables from one run to the next."""

import json
from pathlib import Path
from typing import Any

import pytest

from local.dynamodb import Table
from local.state import StateError, load, save


def table() -> Table:
    """A table that no account holds."""
    # moto marks two methods as abstract that its own table lacks too.
    made: Any = Table
    found: Table = made(
        "t",
        account_id="1",
        region="us-east-1",
        schema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        attr=[{"AttributeName": "pk", "AttributeType": "S"}],
        streams={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
    )
    return found


ITEMS: list[dict[str, Any]] = [
    {"pk": {"S": "1"}, "text": {"S": 'Straße "x"\n'}, "n": {"N": "1.5"}},
    {"pk": {"S": "2"}, "deep": {"M": {"list": {"L": [{"BOOL": True}, {"NULL": True}]}}}, "raw": {"B": "AAEC"}},
]


def test_what_is_saved_is_found_again_without_a_word_to_the_stream(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    before, after = table(), table()
    before.load(ITEMS)
    save(path, {"Table": before, "Empty": table()}, {})
    assert load(path, {"Table": after, "Empty": table()}, {}) == 2
    assert list(after.store.items()) == ITEMS
    assert after.stream_shard is not None
    assert after.stream_shard.items == []


def test_a_state_that_is_not_there_yet_is_empty(tmp_path: Path) -> None:
    assert load(tmp_path / "new.json", {"Table": table()}, {}) == 0


def test_a_state_that_could_not_be_saved_is_refused_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(StateError, match="the directory does not exist"):
        load(tmp_path / "nowhere" / "state.json", {"Table": table()}, {})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "not json",
        "{}",
        json.dumps({"format": 2, "tables": {}}),
        json.dumps({"format": 1, "tables": {"Other": []}}),
        json.dumps({"format": 1, "tables": {"Table": [{"sk": {"S": "no key"}}]}}),
        json.dumps({"format": 1, "tables": {"Table": [{"pk": {"N": "1"}}]}}),
        json.dumps({"format": 1, "tables": {"Table": ["text"]}}),
    ],
)
def test_a_file_that_is_no_state_is_refused_and_kept(tmp_path: Path, text: str) -> None:
    path = tmp_path / "state.json"
    path.write_text(text)
    with pytest.raises(StateError, match=r"state\.json"):
        load(path, {"Table": table()}, {})
    assert path.read_text() == text


def test_a_save_that_fails_leaves_the_old_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "state.json"
    full = table()
    full.load(ITEMS)
    save(path, {"Table": full}, {})
    old = path.read_text()

    def broken() -> Any:
        yield ITEMS[0]
        raise OSError("disk full")

    monkeypatch.setattr(full.store, "items", broken)
    with pytest.raises(OSError, match="disk full"):
        save(path, {"Table": full}, {})
    assert path.read_text() == old
