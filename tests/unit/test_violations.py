import pytest

from shared.ocpp.v16.meter_values import MeterValuesRequest
from shared.ocpp.v16.status_notification import StatusNotificationRequest
from shared.ocpp.violations import violation

STATUS = {"connectorId": 1, "errorCode": "NoError", "status": "Available"}


@pytest.mark.parametrize(
    ("changed", "code", "path"),
    [
        ({"status": None}, "TypeConstraintViolation", "status"),
        ({"status": 7}, "TypeConstraintViolation", "status"),
        ({"connectorId": "1"}, "TypeConstraintViolation", "connectorId"),
        ({"status": "Sleeping"}, "PropertyConstraintViolation", "status"),
        ({"info": "x" * 51}, "PropertyConstraintViolation", "info"),
        ({"timestamp": "yesterday"}, "PropertyConstraintViolation", "timestamp"),
        ({"extra": 1}, "FormatViolation", "extra"),
    ],
)
def test_a_violation_has_the_code_of_its_kind_and_says_where(changed: object, code: str, path: str) -> None:
    with pytest.raises(ValueError, match=path) as error:
        StatusNotificationRequest.model_validate(STATUS | changed)  # type: ignore[operator]  # parametrised dicts
    refusal = violation(error.value)
    assert refusal.code == code
    assert refusal.description.startswith(f"{path}: ")


@pytest.mark.parametrize(
    ("payload", "path"), [({"connectorId": 1}, "meterValue"), ({"connectorId": 1, "meterValue": []}, "meterValue")]
)
def test_too_little_is_an_occurrence_violation(payload: object, path: str) -> None:
    with pytest.raises(ValueError, match=path) as error:
        MeterValuesRequest.model_validate(payload)
    assert violation(error.value).code == "OccurrenceConstraintViolation"


def test_a_place_in_a_list_has_its_number() -> None:
    values = [{"timestamp": "2026-11-20T08:00:00Z", "sampledValue": [{"value": "1"}, {"value": 2}]}]
    with pytest.raises(ValueError, match="value") as error:
        MeterValuesRequest.model_validate({"connectorId": 1, "meterValue": values})
    assert violation(error.value).description.startswith("meterValue[0].sampledValue[1].value: ")
