"""Resources whose messages a station's version of OCPP lacks: the request is wrong where it names the station."""

from collections.abc import Mapping
from typing import Any

import pytest

from shared.domain.tariffs import Tariff
from shared.store import payments, tariffs
from tests.integration.api import call, wrong_fields
from tests.integration.station import DirectStation

pytestmark = pytest.mark.usefixtures("table")


@pytest.mark.parametrize(
    ("method", "resource", "body"),
    [
        ("POST", "battery-swaps", {"id_token": "RIDER"}),
        ("PUT", "default-tariff", {"tariff_id": "DAY"}),
        ("POST", "tariffs/refresh", {}),
        ("DELETE", "tariffs", None),
        ("PUT", "web-payments", {"url_template": "https://pay.example/{evse}", "validity_time_s": 30, "length": 8}),
    ],
)
def test_the_path_names_a_station_that_cannot_be_sent_this(
    method: str, resource: str, body: Mapping[str, Any] | None
) -> None:
    DirectStation("CP1", version="1.6")
    tariffs.save(Tariff("DAY", "EUR"))
    refused = call(method, f"/stations/CP1/{resource}", body=body)
    assert (refused.status, wrong_fields(refused)) == (422, ["path station_id"])


def test_no_money_is_set_aside_for_a_station_that_cannot_be_paid_at() -> None:
    DirectStation("CP1", version="1.6")
    order = {"station_id": "CP1", "evse_id": 1, "psp_ref": "REF", "currency": "EUR", "limit": {"max_cost": 10}}
    refused = call("POST", "/payments", body=order)
    assert (refused.status, wrong_fields(refused)) == (422, ["body station_id"])
    assert payments.page(None, 10) == ([], None)
