"""What the operator API refuses for stations of OCPP 2.x, and that it names fields which the caller knows."""

from typing import Any

import pytest

from shared.aws import gateway, timers
from shared.domain.authorization import IdToken
from shared.domain.stations import Station
from shared.ocpp.messages import V2X
from shared.store import calls, stations, tokens
from tests.integration import api
from tests.integration.sessions import iso
from tests.integration.station import DirectStation

TEMPLATE = "https://pay.example/{chargingStationId}/{evse}/{totp}?v={version}"
PAYMENT = {"station_id": "CP1", "psp_ref": "psp-1", "evse_id": 1, "currency": "EUR", "limit": {"max_cost": 10}}


@pytest.fixture(autouse=True)
def nobody_outside(table: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway, "send", lambda _connection, _text: "sent")
    monkeypatch.setattr(timers, "set", lambda _timer: None)


def refused(method: str, path: str, body: Any = None, status: int = 422) -> list[str]:
    """The fields that a refusal names; nothing is sent."""
    answer = api.call(method, path, body=body)
    assert answer.status == status, answer
    assert calls.page("CP1", None, 10)[0] == []
    return [f"{error['in']} {error['path']}" for error in answer.json["errors"]]


def sent(method: str, path: str, body: Any) -> Any:
    answer = api.call(method, path, body=body)
    assert answer.status == 202, answer
    return answer.json.get("call", answer.json)["payload"]


@pytest.mark.parametrize("version", ["1.6", "2.0.1"])
def test_a_payment_takes_a_station_of_21(version: str) -> None:
    DirectStation(version=version)
    assert refused("POST", "/payments", PAYMENT) == ["body station_id"]
    assert api.get("/payments")["items"] == []


@pytest.mark.parametrize("version", ["1.6", "2.0.1"])
def test_qr_codes_take_a_station_of_21(version: str) -> None:
    DirectStation(version=version)
    assert refused("PUT", "/stations/CP1/web-payments", {"url_template": TEMPLATE}) == ["path station_id"]


def test_a_station_that_never_connected_speaks_no_version_yet() -> None:
    stations.create(Station("CP1", "Accepted", DirectStation("CP2").now))
    message = {"priority": "InFront", "content": {"format": "UTF8", "content": "Hi"}}
    for path, body in (("display-messages", message), ("web-payments", {"url_template": TEMPLATE})):
        answer = api.call("PUT", f"/stations/CP1/{path}", body=body)
        assert answer.status == 422
        assert "never connected" in answer.json["detail"]
    api.call("PATCH", "/stations/CP1", body={"pinned_version": "2.0.1"})
    answer = api.call("PUT", "/stations/CP1/web-payments", body={"url_template": TEMPLATE})
    assert "OCPP 2.0.1" in answer.json["detail"]


@pytest.mark.parametrize("version", V2X)
class TestOf2x:
    """Stations of either version of 2.x."""

    @pytest.fixture(autouse=True)
    def station(self, table: object, version: str) -> DirectStation:
        return DirectStation(version=version)

    def test_a_customer_is_named_and_it_is_said_what_is_to_be_done(self) -> None:
        path = "/stations/CP1/customer-information"
        assert refused("POST", path, {}) == ["body "]
        assert refused("POST", path, {"id_token": "a"}) == ["body report"]

    @pytest.mark.parametrize("path", ["monitors/7", "display-messages/7"])
    def test_only_what_is_known_is_removed(self, path: str) -> None:
        assert refused("DELETE", f"/stations/CP1/{path}", status=404) == []

    @pytest.mark.parametrize("uri", ["no uri", "nothing", "http:", "https://a b", ""])
    def test_a_message_that_is_a_uri_is_one(self, uri: str) -> None:
        order = {"priority": "InFront", "content": {"format": "URI", "content": uri}}
        assert refused("PUT", "/stations/CP1/display-messages", order) == ["body content.content"]

    def test_a_message_belongs_to_a_transaction_that_runs(self) -> None:
        order = {"priority": "InFront", "content": {"format": "UTF8", "content": "Hi"}, "transaction_id": "tx"}
        assert refused("PUT", "/stations/CP1/display-messages", order, 409) == ["body transaction_id"]

    def test_a_message_names_a_transaction_as_the_station_does(self, station: DirectStation) -> None:
        for one in (DirectStation("CP2", version=station.version), station):
            one.send(
                "TransactionEvent",
                eventType="Started",
                timestamp=iso(one.now),
                triggerReason="CablePluggedIn",
                seqNo=0,
                transactionInfo={"transactionId": "tx"},
                evse={"id": 1, "connectorId": 1},
            )
        (ours,) = [one["transaction_id"] for one in api.get("/transactions", station_id="CP1")["items"]]
        assert ours != "tx"
        order = {"priority": "InFront", "content": {"format": "URI", "content": "https://a.example"}}
        payload = sent("PUT", "/stations/CP1/display-messages", {**order, "transaction_id": ours})
        assert payload["message"]["transactionId"] == "tx"

    @pytest.mark.parametrize(("known", "kind"), [(None, "ISO14443"), ("", "ISO14443"), ("eMAID", "eMAID")])
    def test_an_id_token_is_a_card_unless_another_kind_is_known(
        self, known: str | None, kind: str, version: str
    ) -> None:
        if known is not None:
            tokens.save(IdToken("TAG", token_type=known or None))
        orders: dict[str, dict[str, Any]] = {
            "customer-information": {"report": True},
            "reservations": {"expires_at": "2099-01-01T00:00:00Z"},
        }
        if version == "2.1":
            orders["battery-swaps"] = {}
        for path, order in orders.items():
            payload = sent("POST", f"/stations/CP1/{path}", {"id_token": "TAG", **order})
            assert payload["idToken"] == {"idToken": "TAG", "type": kind}, path

    @pytest.mark.parametrize("request_id", [-(2**40), 2**70, 10**38 - 1])
    def test_a_report_is_found_under_any_number_that_a_station_finds(
        self, station: DirectStation, request_id: int
    ) -> None:
        station.send("NotifyReport", requestId=request_id, generatedAt=iso(station.now), seqNo=0)
        assert api.get(f"/stations/CP1/reports/{request_id}")["request_id"] == request_id

    def test_a_report_under_a_number_that_cannot_be_kept_is_refused(self, station: DirectStation) -> None:
        page = {"requestId": 10**38, "generatedAt": iso(station.now), "seqNo": 0}
        answer = station.frame("NotifyReport", page)
        assert answer is not None
        assert answer[0] == 4
        assert answer[2] == "GenericError"

    def test_hashes_that_are_none_are_named_in_our_words(self, station: DirectStation) -> None:
        asked = {"hashAlgorithm": "SHA256", "issuerNameHash": "x", "issuerKeyHash": "y", "serialNumber": "z"}
        data = asked | {"responderURL": "http://ocsp.example"}
        answer = station.send("GetCertificateStatus", ocspRequestData=data)
        assert answer["status"] == "Failed"
        assert "not those of a certificate" in answer["statusInfo"]["additionalInfo"]


def test_a_refused_answer_of_ours_is_a_finding() -> None:
    station = DirectStation(version="2.1")
    assert station.text('[5,"m1","FormatViolation","no currentTime",{}]') is None
    (found,) = api.get("/stations/CP1/findings")["items"]
    assert found["code"] == "V-21"
    assert found["raw"] == "FormatViolation: no currentTime"
