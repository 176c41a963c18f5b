"""The security extension's calls to stations, and what stands in for them at stations that do not know them."""

import asyncio
from typing import Any

import pytest

from local.system import LocalSystem
from shared.store import calls
from tests.end_to_end.clients import Api, Station, dial
from tests.pki import root

ACCEPTED = {"status": "Accepted"}
USES = {
    "CentralSystemRootCertificate": "CSMSRootCertificate",
    "ManufacturerRootCertificate": "ManufacturerRootCertificate",
}
NAMED = {"hashAlgorithm": "SHA512", "issuerNameHash": "AA11", "issuerKeyHash": "BB22", "serialNumber": "0C01"}


async def get(api: Api, *path: str) -> Any:
    return await asyncio.to_thread(api.get, *path)


async def order(api: Api, station: Station, action: str, payload: dict[str, Any], **more: Any) -> Any:
    """A call, as the API answers to whoever makes it."""
    body = {"action": action, "payload": payload, **more}
    response = await asyncio.to_thread(api.ask, "POST", "stations", station.station_id, "calls", json=body)
    return response.json() if response.status_code in (200, 202) else response


async def perform(api: Api, station: Station, action: str, payload: dict[str, Any], answer: dict[str, Any]) -> Any:
    """A call that the station answers, once it has ended; the frame has arrived as it was ordered."""
    waiting = asyncio.create_task(order(api, station, action, payload, wait_s=10))
    frame = await station.receive()
    assert frame[2:] == [action, payload]
    await station.send([3, frame[1], answer])
    return await waiting


async def refuse(station: Station, frame: list[Any], code: str = "NotImplemented") -> None:
    await station.send([4, frame[1], code, "", {}])


async def certificates(api: Api, station: Station) -> dict[str, list[Any]]:
    """What is known of the station's certificates, by use."""
    found = await get(api, "stations", station.station_id, "certificates")
    return {one["certificate_type"]: one["certificates"] for one in found["items"]}


async def ended(api: Api, call_id: str, station: Station) -> Any:
    for _ in range(100):
        call = await get(api, "stations", station.station_id, "calls", call_id)
        if call["state"] not in ("queued", "sent"):
            return call
        await asyncio.sleep(0.05)
    raise AssertionError("the call goes on")


@pytest.mark.requirement("M16-108")
@pytest.mark.parametrize("status", ["Accepted", "Failed", "Rejected"])
@pytest.mark.parametrize("use", USES)
async def test_installing_a_root_ends_as_the_station_says(system: LocalSystem, api: Api, use: str, status: str) -> None:
    async with dial(system, f"{use}-{status}") as station:
        payload = {"certificateType": use, "certificate": root().pem}
        made = await perform(api, station, "InstallCertificate", payload, {"status": status})
        assert (made["state"], made["answer"]) == ("answered", {"status": status})
        known = await certificates(api, station)
        assert [one["subject"] for one in known.get(USES[use], [])] == (["CN=Root"] if status == "Accepted" else [])


@pytest.mark.requirement("M16-108")
async def test_what_is_no_root_does_not_reach_the_station(system: LocalSystem, api: Api) -> None:
    async with dial(system, "NO-ROOT") as station:
        payload = {"certificateType": "ManufacturerRootCertificate", "certificate": "none"}
        refused = await order(api, station, "InstallCertificate", payload)
        assert refused.status_code == 422
        assert [one["path"] for one in refused.json()["errors"]] == ["payload.certificate"]
        assert await station.is_alive()


@pytest.mark.requirement("M16-109")
@pytest.mark.parametrize(("status", "left"), [("Accepted", []), ("NotFound", []), ("Failed", ["0C01"])])
@pytest.mark.parametrize("use", USES)
async def test_a_certificate_is_deleted_by_the_hash_that_the_station_has_told(
    system: LocalSystem, api: Api, use: str, status: str, left: list[str]
) -> None:
    async with dial(system, f"{use}-{status}") as station:
        said = ACCEPTED | {"certificateHashData": [NAMED]}
        made = await perform(api, station, "GetInstalledCertificateIds", {"certificateType": use}, said)
        assert made["answer"] == said
        (known,) = (await certificates(api, station))[USES[use]]
        assert known["hash_algorithm"] == "SHA512"
        made = await perform(api, station, "DeleteCertificate", {"certificateHashData": NAMED}, {"status": status})
        assert (made["state"], made["answer"]) == ("answered", {"status": status})
        assert [one["serial_number"] for one in (await certificates(api, station))[USES[use]]] == left


@pytest.mark.requirement("M16-109")
async def test_a_station_without_certificates_says_so(system: LocalSystem, api: Api) -> None:
    async with dial(system, "NONE") as station:
        asked = {"certificateType": "ManufacturerRootCertificate"}
        await perform(api, station, "GetInstalledCertificateIds", asked, {"status": "NotFound"})
        assert await certificates(api, station) == {"ManufacturerRootCertificate": []}
        refused = await order(api, station, "DeleteCertificate", {"certificateHashData": NAMED})
        assert refused.status_code == 409


@pytest.mark.requirement("M16-116")
@pytest.mark.parametrize("code", ["NotImplemented", "NotSupported"])
@pytest.mark.parametrize(
    ("action", "payload", "instead", "plain", "answer"),
    [
        (
            "ExtendedTriggerMessage",
            {"requestedMessage": "StatusNotification", "connectorId": 1},
            "TriggerMessage",
            {"requestedMessage": "StatusNotification", "connectorId": 1},
            ACCEPTED,
        ),
        (
            "GetLog",
            {"logType": "DiagnosticsLog", "log": {"remoteLocation": "ftp://u:secret@files.example/"}},
            "GetDiagnostics",
            {"location": "ftp://u:secret@files.example/"},
            {"fileName": "logs.zip"},
        ),
    ],
)
async def test_the_core_message_stands_in_for_one_that_the_station_does_not_know(
    system: LocalSystem,
    api: Api,
    action: str,
    payload: dict[str, Any],
    instead: str,
    plain: dict[str, Any],
    answer: dict[str, Any],
    code: str,
) -> None:
    async with dial(system, f"{action}-{code}") as station:
        made = await order(api, station, action, payload)
        frame = await station.receive()
        assert frame[2] == action
        await refuse(station, frame, code)
        fallback = await station.receive()
        assert fallback[2:] == [instead, plain]
        await station.send([3, fallback[1], answer])
        first = await ended(api, made["call_id"], station)
        assert (first["state"], first["error"]["code"], first["fallback_id"]) == ("refused", code, fallback[1])
        second = await ended(api, fallback[1], station)
        assert (second["state"], second["answer"], second["fallback_of"]) == ("answered", answer, made["call_id"])
        kept = calls.page(station.station_id, None, 10)[0]
        assert "secret" not in f"{first} {second} {kept}"

        (known,) = (await get(api, "stations", station.station_id, "capabilities"))["items"]
        assert (known["action"], known["code"]) == (action, code)
        again = await order(api, station, action, payload)
        assert (again["state"], again["sent_at"]) == ("refused", None)
        fallback = await station.receive()
        assert fallback[1:] == [again["fallback_id"], instead, plain]


@pytest.mark.requirement("M16-116")
@pytest.mark.parametrize(
    ("action", "payload"),
    [
        ("GetInstalledCertificateIds", {"certificateType": "ManufacturerRootCertificate"}),
        ("ExtendedTriggerMessage", {"requestedMessage": "SignChargePointCertificate"}),
        ("GetLog", {"requestId": 7, "logType": "SecurityLog", "log": {"remoteLocation": "https://files.example/"}}),
    ],
)
async def test_what_only_the_extension_can_do_is_refused_and_the_next_call_goes_out(
    system: LocalSystem, api: Api, action: str, payload: dict[str, Any]
) -> None:
    async with dial(system, f"{action}-ALONE") as station:
        made = await order(api, station, action, payload)
        await order(api, station, "ClearCache", {})
        await refuse(station, await station.receive())
        assert (await station.receive())[2] == "ClearCache"
        first = await ended(api, made["call_id"], station)
        assert (first["state"], first["fallback_id"]) == ("refused", None)
