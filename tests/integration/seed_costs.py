"""Tariffs, payments and battery swaps in the table of the schema test, and bodies that are granted."""

from datetime import UTC, datetime
from typing import Any

from shared.aws import pricing
from shared.domain.payments import WebPayments, totp
from shared.store import payments, tariffs
from tests.integration import api
from tests.integration.seed_charging import TRANSACTION_2X
from tests.integration.sessions import iso
from tests.integration.station import DirectStation

TARIFF = {
    "currency": "EUR",
    "energy": {"prices": [{"price": 0.5, "conditions": {"days": ["Monday"]}}, {"price": 0.4}]},
    "description": [{"content": "By kWh", "language": "en"}],
}
CODES = WebPayments("CP21", "https://pay.example/{totp}", "a secret of the station", 3600)

GRANTED: dict[str, Any] = {
    "put_tariff": TARIFF,
    "put_default_tariff": {"tariff_id": "kwh"},
    "change_tariff": {"tariff_id": "kwh"},
    "send_cost": {},
    "refresh_station_tariffs": {},
    "pay": {"station_id": "CP21", "evse_id": 1, "currency": "EUR", "limit": {"max_cost": 20}},
    "put_web_payments": {"url_template": "https://pay.example/{totp}"},
    "open_web_payment": {"evse_id": 1, "totp": totp(CODES, datetime.now(UTC)), "version": "v1"},
    "request_battery_swap": {"id_token": "TAG"},
}
FOR_2X = {
    "put_default_tariff",
    "refresh_station_tariffs",
    "clear_station_tariffs",
    "change_tariff",
    "send_cost",
    "put_web_payments",
    "open_web_payment",
    "request_battery_swap",
}
"""Operations that take a station of OCPP 2.1, or a transaction of one."""


def leave(station_id: str, now: datetime) -> dict[str, object]:
    """What a station of 2.1 leaves behind that knows of money; returns what the variables of paths may be."""
    station = DirectStation(station_id, version="2.1")
    for tariff_id in ("kwh", "other"):
        api.call("PUT", f"/tariffs/{tariff_id}", body=TARIFF)
    tariff = tariffs.find("kwh")
    assert tariff is not None
    pricing.change_tariff(TRANSACTION_2X, tariff, now)
    payments.save_web_payments(CODES)
    settled = {"pspRef": "PSP", "status": "Settled", "settlementAmount": 5, "settlementTime": iso(now)}
    station.send("NotifySettlement", **settled)
    battery = {"evseId": 1, "serialNumber": "B-1", "soC": 50, "soH": 90}
    who = {"idToken": "TAG", "type": "ISO14443"}
    station.send("BatterySwap", requestId=9, eventType="BatteryIn", idToken=who, batteryData=[battery])
    api.call("PATCH", f"/stations/{station_id}", body={"tariff_id": "kwh"})
    begun = api.call("POST", "/payments", body=GRANTED["pay"])
    assert begun.status == 202, begun.text
    return {"tariff_id": "other", "payment_id": begun.json["payment_id"]}
