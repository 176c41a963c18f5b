"""Event patterns as EventBridge and Lambda's filters read them."""

from typing import Any

import pytest

from local.patterns import PatternError, check, matches

EVENT: dict[str, Any] = {
    "source": "idlewatt",
    "detail-type": "status.changed",
    "resources": ["arn:a", "arn:b"],
    "detail": {
        "station_id": "CP 1",
        "evse_id": 2,
        "energy_wh": 1500.5,
        "fault": None,
        "online": True,
        "address": "10.0.0.7",
        "connectors": [{"status": "Available"}, {"status": "Faulted"}],
        "none": [],
    },
}


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ({"source": ["idlewatt"]}, True),
        ({"source": ["other", "idlewatt"]}, True),
        ({"source": ["other"]}, False),
        ({"source": ["idlewatt"], "detail-type": ["other"]}, False),
        ({"resources": ["arn:b"]}, True),
        ({"resources": ["arn:c"]}, False),
        ({"detail": {"station_id": [{"prefix": "CP"}]}}, True),
        ({"detail": {"station_id": [{"prefix": "cp"}]}}, False),
        ({"detail": {"station_id": [{"prefix": {"equals-ignore-case": "cp"}}]}}, True),
        ({"detail": {"station_id": [{"suffix": "1"}]}}, True),
        ({"detail": {"station_id": [{"suffix": {"equals-ignore-case": "P 1"}}]}}, True),
        ({"detail": {"evse_id": [{"suffix": "2"}]}}, False),
        ({"detail": {"station_id": [{"equals-ignore-case": "cp 1"}]}}, True),
        ({"detail": {"station_id": [{"wildcard": "C*1"}]}}, True),
        ({"detail": {"station_id": [{"wildcard": "C*2"}]}}, False),
        ({"detail": {"station_id": [{"wildcard": "C\\*1"}]}}, False),
        ({"detail": {"station_id": [{"anything-but": "CP 1"}]}}, False),
        ({"detail": {"station_id": [{"anything-but": ["CP 2", "CP 3"]}]}}, True),
        ({"detail": {"station_id": [{"anything-but": {"prefix": "CP"}}]}}, False),
        ({"detail": {"station_id": [{"anything-but": {"suffix": ["2", "3"]}}]}}, True),
        ({"detail": {"missing": [{"anything-but": "x"}]}}, False),
        ({"detail": {"evse_id": [2]}}, True),
        ({"detail": {"evse_id": ["2"]}}, False),
        ({"detail": {"online": [True]}}, True),
        ({"detail": {"online": [1]}}, False),
        ({"detail": {"fault": [None]}}, True),
        ({"detail": {"missing": [None]}}, False),
        ({"detail": {"energy_wh": [{"numeric": [">", 1000, "<=", 1500.5]}]}}, True),
        ({"detail": {"energy_wh": [{"numeric": ["=", 7]}]}}, False),
        ({"detail": {"station_id": [{"numeric": [">", 0]}]}}, False),
        ({"detail": {"address": [{"cidr": "10.0.0.0/24"}]}}, True),
        ({"detail": {"station_id": [{"cidr": "10.0.0.0/24"}]}}, False),
        ({"detail": {"missing": [{"exists": False}]}}, True),
        ({"detail": {"missing": [{"exists": True}]}}, False),
        ({"detail": {"evse_id": [{"exists": True}]}}, True),
        ({"detail": {"evse_id": [{"exists": False}]}}, False),
        ({"detail": {"missing": {"below": [{"exists": False}]}}}, True),
        ({"detail": {"evse_id": {"below": [{"exists": False}]}}}, True),
        ({"detail": {"connectors": {"status": ["Faulted"]}}}, True),
        ({"detail": {"connectors": {"status": ["Reserved"]}}}, False),
        ({"detail": {"none": {"status": [{"exists": False}]}}}, True),
        ({"$or": [{"source": ["other"]}, {"detail": {"evse_id": [2]}}]}, True),
        ({"$or": [{"source": ["other"]}, {"detail": {"evse_id": [3]}}]}, False),
        ({"source": ["idlewatt"], "$or": [{"detail-type": ["x"]}]}, False),
    ],
)
def test_a_pattern_lets_through_what_it_describes(pattern: dict[str, Any], expected: bool) -> None:
    check(pattern)
    assert matches(pattern, EVENT) is expected


def test_the_filters_of_stream_records_reach_into_typed_values() -> None:
    record = {"eventName": "INSERT", "dynamodb": {"Keys": {"pk": {"S": "FINDING#1"}}, "NewImage": {"n": {"N": "1"}}}}
    assert matches({"dynamodb": {"Keys": {"pk": {"S": [{"prefix": "FINDING#"}]}}}, "eventName": ["INSERT"]}, record)
    assert matches({"dynamodb": {"NewImage": {"beat": {"BOOL": [{"exists": False}]}}}}, record)
    assert not matches({"dynamodb": {"NewImage": {"n": {"N": [{"exists": False}]}}}}, record)
    assert matches({"dynamodb": {"OldImage": {"n": {"N": [{"exists": False}]}}}}, record)


@pytest.mark.parametrize(
    "pattern",
    [
        {},
        [],
        "text",
        {"source": "idlewatt"},
        {"source": []},
        {"source": [{"like": "x"}]},
        {"source": [{"prefix": "x", "suffix": "y"}]},
        {"source": [{}]},
        {"source": [{"anything-but": {"like": "x"}}]},
        {"detail": {}},
        {"$or": [{"source": "x"}]},
    ],
)
def test_patterns_that_would_never_be_what_was_meant_are_refused(pattern: Any) -> None:
    with pytest.raises(PatternError):
        check(pattern)
