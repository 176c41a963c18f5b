"""Messages as our code makes and reads them (what they accept from the wire: tests/contract)."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from pydantic_core import ValidationError

from shared.ocpp.model import Integer, Maybe
from shared.ocpp.v16.authorize import AuthorizeResponse, IdTagInfo
from shared.ocpp.v16.get_composite_schedule import ChargingSchedulePeriod
from shared.ocpp.v16.heartbeat import HeartbeatResponse
from shared.ocpp.v16.reserve_now import ReserveNowRequest
from shared.ocpp.v16.set_charging_profile import SetChargingProfileRequest
from shared.ocpp.v16.start_transaction import StartTransactionRequest
from shared.ocpp.v21.set_charging_profile import ChargingSchedulePeriodType
from shared.ocpp.v201.data_transfer import DataTransferRequest

START: dict[str, Any] = {"connectorId": 1, "idTag": "A1", "meterStart": 7, "timestamp": "2026-11-22T08:00:00Z"}


def complaint(payload: dict[str, Any], model: Any = StartTransactionRequest) -> tuple[tuple[int | str, ...], str]:
    with pytest.raises(ValidationError) as caught:
        model.model_validate(payload)
    (error,) = caught.value.errors()
    return error["loc"], error["type"]


def test_our_code_uses_field_names_and_the_wire_the_standards() -> None:
    response = AuthorizeResponse(id_tag_info=IdTagInfo(status="Accepted", parent_id_tag="FLEET"))
    assert response.to_wire() == {"idTagInfo": {"status": "Accepted", "parentIdTag": "FLEET"}}
    assert AuthorizeResponse.model_validate(response.to_wire()) == response


def test_field_names_are_unknown_to_the_wire() -> None:
    with pytest.raises(ValidationError):
        StartTransactionRequest.model_validate(START | {"reservation_id": 1})


def test_unusual_spelling_of_the_wire_is_kept() -> None:
    period = ChargingSchedulePeriodType(start_period=0, limit=16, limit_l2=10)
    assert period.to_wire() == {"startPeriod": 0, "limit": 16, "limit_L2": 10}


def test_none_leaves_a_field_out_in_our_code_and_is_no_value_on_the_wire() -> None:
    assert IdTagInfo(status="Invalid", parent_id_tag=None, expiry_date=None).to_wire() == {"status": "Invalid"}
    assert complaint(START | {"reservationId": None}) == (("reservationId",), "int_type")


def test_object_of_our_code_has_the_names_of_the_wire_its_own_times_and_none_for_what_is_left_out() -> None:
    at = datetime(2026, 11, 22, 10, tzinfo=UTC)
    info = {"status": "Accepted", "expiryDate": at, "parentIdTag": None}
    made = AuthorizeResponse.compose({"idTagInfo": info})
    assert made == AuthorizeResponse(id_tag_info=IdTagInfo(status="Accepted", expiry_date=at))
    assert made.to_wire() == {"idTagInfo": {"status": "Accepted", "expiryDate": "2026-11-22T10:00:00Z"}}
    with pytest.raises(ValidationError):
        AuthorizeResponse.compose({"id_tag_info": info})


def test_none_within_free_data_of_our_code_is_a_value() -> None:
    free = {"vendorId": "example", "customData": {"vendorId": "example", "note": None}}
    assert DataTransferRequest.compose(free | {"data": [None, {"b": None}], "messageId": None}).to_wire() == free | {
        "data": [None, {"b": None}]
    }


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({}, "missing"),
        ({"status": "Odd"}, "literal_error"),
        ({"status": "Invalid", "colour": "blue"}, "extra_forbidden"),
        ({"status": "Invalid", "parent_id_tag": "x" * 21}, "string_too_long"),
    ],
)
def test_our_code_is_held_to_the_schema_too(fields: dict[str, Any], kind: str) -> None:
    with pytest.raises(ValidationError) as caught:
        IdTagInfo(**fields)
    assert [error["type"] for error in caught.value.errors()] == [kind]


def test_object_of_another_class_is_no_part_of_a_message() -> None:
    with pytest.raises(ValidationError, match="IdTagInfo"):
        AuthorizeResponse(id_tag_info=AuthorizeResponse(id_tag_info=IdTagInfo(status="Invalid")))  # type: ignore[arg-type]  # on purpose


def test_copy_has_other_fields_and_leaves_the_message_as_it_was() -> None:
    request = StartTransactionRequest.model_validate(START)
    copied = request.model_copy(update={"id_tag": "B2", "reservation_id": 3})
    assert copied.to_wire() == START | {"idTag": "B2", "reservationId": 3}
    assert type(copied) is StartTransactionRequest
    assert request.to_wire() == START


def test_messages_are_equal_by_class_and_fields_and_have_no_hash() -> None:
    request = StartTransactionRequest.model_validate(START)
    assert request == StartTransactionRequest.model_validate(START | {"connectorId": 1.0})
    assert request != StartTransactionRequest.model_validate(START | {"reservationId": 1})
    assert AuthorizeResponse(id_tag_info=IdTagInfo(status="Invalid")) != IdTagInfo(status="Invalid")
    with pytest.raises(TypeError):
        hash(request)


def test_message_shows_its_fields() -> None:
    info = IdTagInfo(status="Invalid", parent_id_tag="FLEET")
    assert repr(AuthorizeResponse(id_tag_info=info)) == (
        "AuthorizeResponse(id_tag_info=IdTagInfo(status='Invalid', expiry_date=None, parent_id_tag='FLEET'))"
    )


class Order(ReserveNowRequest):
    """A request that may lack what is filled in later."""

    reservation_id: Maybe[Integer] = None  # type: ignore[assignment]  # what the test is about


def test_class_of_ours_can_ask_for_less_than_the_message_it_stands_for() -> None:
    payload = {"connectorId": 1, "expiryDate": "2026-11-22T08:00:00Z", "idTag": "A1"}
    order = Order.model_validate(payload)
    assert order.reservation_id is None
    assert order.to_wire() == payload
    assert ReserveNowRequest(**vars(order) | {"reservation_id": 5}).to_wire() == payload | {"reservationId": 5}
    assert complaint(payload, ReserveNowRequest) == (("reservationId",), "missing")


def test_complaint_names_the_place_in_the_payload() -> None:
    schedule = {"chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": "16"}]}
    profile = {
        "chargingProfileId": 1,
        "stackLevel": 0,
        "chargingProfilePurpose": "TxProfile",
        "chargingProfileKind": "Relative",
        "chargingSchedule": schedule,
    }
    place, kind = complaint({"connectorId": 1, "csChargingProfiles": profile}, SetChargingProfileRequest)
    assert place == ("csChargingProfiles", "chargingSchedule", "chargingSchedulePeriod", 0, "limit")
    assert kind == "float_type"


def test_complaint_does_not_show_the_value() -> None:
    with pytest.raises(ValidationError) as caught:
        StartTransactionRequest.model_validate(START | {"idTag": "a secret that is much too long"})
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-11-22T08:00:00Z", datetime(2026, 11, 22, 8, tzinfo=UTC)),
        ("2026-11-22t10:30:00.25+02:30", datetime(2026, 11, 22, 8, 0, 0, 250_000, tzinfo=UTC)),
        ("2026-11-22T08:00:00.1234567Z", datetime(2026, 11, 22, 8, 0, 0, 123_456, tzinfo=UTC)),
    ],
)
def test_times_are_read_as_utc(text: str, at: datetime) -> None:
    timestamp = StartTransactionRequest.model_validate(START | {"timestamp": text}).timestamp
    assert timestamp == at
    assert timestamp.tzinfo is UTC


@pytest.mark.parametrize(
    "text", ["2026-11-22T08:00:00", "2026-02-29T08:00:00Z", "2026-11-22T08:00:00Z\n", "0001-01-01T00:00:00+01:00"]
)
def test_text_that_is_no_time_is_refused(text: str) -> None:
    assert complaint(START | {"timestamp": text}) == (("timestamp",), "date_time")


def test_times_are_written_in_whole_seconds_of_utc_or_with_milliseconds() -> None:
    at = datetime(2026, 11, 22, 10, 0, 0, 999_999, tzinfo=timezone(timedelta(hours=2)))
    response = HeartbeatResponse(current_time=at)
    assert response.to_wire() == {"currentTime": "2026-11-22T08:00:00Z"}
    assert response.to_wire(milliseconds=True) == {"currentTime": "2026-11-22T08:00:00.999Z"}


def test_time_without_zone_is_refused_from_our_code_too() -> None:
    with pytest.raises(ValidationError, match="timezone"):
        HeartbeatResponse(current_time=datetime(2026, 11, 22))  # noqa: DTZ001  # what the test is about


def test_whole_numbers_are_integers_of_any_size() -> None:
    read = StartTransactionRequest.model_validate(START | {"meterStart": 7.0, "connectorId": 2**70})
    assert (read.meter_start, read.connector_id) == (7, 2**70)
    assert type(read.meter_start) is int


def test_numbers_are_written_as_they_were_made() -> None:
    assert [repr(ChargingSchedulePeriod(start_period=0, limit=limit).to_wire()["limit"]) for limit in (16, 0.3)] == [
        "16",
        "0.3",
    ]


def test_limits_have_one_decimal() -> None:
    assert complaint({"startPeriod": 0, "limit": 16.05}, ChargingSchedulePeriod) == (("limit",), "multiple_of")


@pytest.mark.parametrize(("limit", "accepted"), [(0, True), (-16, True), (-0.5, True), (0.1, False), (1, False)])
def test_numbers_are_held_to_their_limits(limit: float, accepted: bool) -> None:
    payload = {"startPeriod": 0, "dischargeLimit": limit}
    if accepted:
        assert ChargingSchedulePeriodType.model_validate(payload).discharge_limit == limit
    else:
        assert complaint(payload, ChargingSchedulePeriodType) == (("dischargeLimit",), "less_than_equal")


def test_number_that_json_does_not_have_is_refused() -> None:
    assert complaint({"startPeriod": 0, "limit": float("inf")}, ChargingSchedulePeriod)[1] == "finite_number"


def test_free_data_and_custom_data_pass_as_they_are() -> None:
    payload = {
        "vendorId": "example",
        "data": {"a": [None, 1.0, {"b": None}]},
        "customData": {"vendorId": "example", "note": None},
    }
    assert DataTransferRequest.model_validate(payload).to_wire() == payload


@pytest.mark.parametrize(
    ("custom_data", "kind"),
    [
        ({}, "missing"),
        ({"vendorId": 1}, "string_type"),
        ({"vendorId": "x" * 256}, "string_too_long"),
        ([], "dict_type"),
    ],
)
def test_custom_data_names_its_vendor(custom_data: object, kind: str) -> None:
    payload = {"vendorId": "example", "customData": custom_data}
    assert complaint(payload, DataTransferRequest) == (("customData",), kind)
