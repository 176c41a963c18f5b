"""What a state machine orders for a firmware update, in the words of the station's version."""

from datetime import UTC, datetime
from typing import Any

import pytest

from functions.commands import signed_update_firmware, update_firmware
from local.dynamodb.storage import Store
from shared.domain.calls import new_call_id, request_id_of
from shared.domain.errors import Invalid
from shared.domain.firmware_attempts import FirmwareOrder, order_json
from tests.integration.called_station import CalledStation
from tests.pki import root

AT = datetime(2026, 11, 23, 8, 0, 0, 250_000, tzinfo=UTC)
ORDER = FirmwareOrder("https://files.example/firmware.bin", AT, retries=2, retry_interval_s=30)
SIGNED = ORDER._replace(signature="c2lnbmF0dXJl", signing_certificate=root().pem, install_at=AT)
MODULES: dict[str, Any] = {"UpdateFirmware": update_firmware, "SignedUpdateFirmware": signed_update_firmware}


@pytest.fixture
def station(table: Store, monkeypatch: pytest.MonkeyPatch) -> CalledStation:
    return CalledStation(monkeypatch)


def invoke(action: str, order: dict[str, Any]) -> str:
    """Call the command's function as a state machine does; returns the id of the call."""
    call_id = new_call_id(datetime.now(UTC))
    event = {"station_id": "CP1", "order": order, "call_id": call_id, "expires_in_s": 300, "task_token": "token"}
    assert MODULES[action].handler(event, None)["call_id"] == call_id
    return call_id


def test_the_plain_request(station: CalledStation) -> None:
    invoke("UpdateFirmware", order_json(ORDER))
    assert station.next("UpdateFirmware").payload == {
        "location": "https://files.example/firmware.bin",
        "retrieveDate": "2026-11-23T08:00:00Z",
        "retries": 2,
        "retryInterval": 30,
    }


def test_the_signed_request_has_the_id_that_follows_from_its_call(station: CalledStation) -> None:
    call_id = invoke("SignedUpdateFirmware", order_json(SIGNED))
    payload = station.next("SignedUpdateFirmware").payload
    assert payload["requestId"] == request_id_of(call_id)
    assert payload["firmware"] == {
        "location": "https://files.example/firmware.bin",
        "retrieveDateTime": "2026-11-23T08:00:00Z",
        "installDateTime": "2026-11-23T08:00:00Z",
        "signature": "c2lnbmF0dXJl",
        "signingCertificate": SIGNED.signing_certificate,
    }


def test_the_same_call_again_is_no_second_one(station: CalledStation) -> None:
    event = {"station_id": "CP1", "order": order_json(ORDER), "call_id": new_call_id(AT), "task_token": "token"}
    for _ in range(2):
        update_firmware.handler(event, None)
    assert len(station.received) == 1


@pytest.mark.parametrize(
    ("action", "order", "path"),
    [
        ("UpdateFirmware", ORDER._replace(location="gopher://files.example/"), "location"),
        ("UpdateFirmware", ORDER._replace(retries=-1), "retries"),
        ("SignedUpdateFirmware", SIGNED._replace(signature="no base64!"), "signature"),
        ("SignedUpdateFirmware", SIGNED._replace(signing_certificate="none"), "signing_certificate"),
    ],
)
def test_what_is_wrong_is_told_by_the_names_of_the_order(
    station: CalledStation, action: str, order: FirmwareOrder, path: str
) -> None:
    with pytest.raises(Invalid) as refused:
        invoke(action, order_json(order))
    assert [one[0] for one in refused.value.fields["errors"]] == [path]
