"""A station of OCPP 2.x that tells its password, which it never should: nobody else gets to know it."""

import json
from typing import Any

import pytest

from local.system import LocalSystem
from shared.ocpp.messages import V2X
from tests.end_to_end.answering import answer, ask, call, receive, seen
from tests.end_to_end.clients import Api, dial_2x
from tests.end_to_end.device_model import NOW, named, report, told

BOTH = pytest.mark.parametrize("version", V2X)
SECRET = "correct-horse-battery"
PASSWORD = named("SecurityCtrlr", "BasicAuthPassword")
SHOWN_AT = ("variables", "reports", "monitors", "alarms", "events", "findings", "calls", "messages")


def alert() -> dict[str, Any]:
    told = {"eventId": 1, "timestamp": NOW, "trigger": "Alerting", "actualValue": SECRET}
    return told | {"eventNotificationType": "CustomMonitor", "variableMonitoringId": 4} | PASSWORD


@pytest.mark.requirement("A01")
@BOTH
async def test_a_password_that_a_station_tells_is_shown_nowhere(
    system: LocalSystem, api: Api, version: str, capsys: pytest.CaptureFixture[str]
) -> None:
    async with dial_2x(system, f"SECRET-{version}", version) as station:
        await report(station, told(PASSWORD, SECRET))
        odd = told(PASSWORD, None) | {"variableAttribute": [{"value": [SECRET]}]}
        page = {"requestId": 1, "generatedAt": NOW, "seqNo": 0, "reportData": [odd]}
        assert (await station.frame("NotifyReport", page))[0] == 3
        await station.call("NotifyEvent", generatedAt=NOW, seqNo=0, eventData=[alert()])
        await call(api, station, "GetVariables", {"getVariableData": [PASSWORD]})
        frame = await receive(station, "GetVariables")
        result = [PASSWORD | {"attributeStatus": "Accepted", "attributeValue": SECRET}]
        await answer(api, station, frame, {"getVariableResult": result})
        for place in SHOWN_AT:
            shown = json.dumps(await seen(api, "stations", station.station_id, place))
            assert SECRET not in shown, place
        (alarm,) = (await seen(api, "stations", station.station_id, "alarms"))["items"]
        assert alarm["actual_value"] == "***"
    assert SECRET not in capsys.readouterr().out


@BOTH
async def test_what_a_renewal_gets_wrong_is_named_as_it_was_given(system: LocalSystem, api: Api, version: str) -> None:
    async with dial_2x(system, f"RENEWAL-{version}", version) as station:
        path = ("stations", station.station_id, "certificates")
        wrong = await ask(api, "POST", *path, body={"certificate_type": "OEMRootCertificate", "certificate": "none"})
        field = "certificate_type" if version == "2.0.1" else "certificate"
        assert (wrong.status_code, wrong.json()["errors"][0]["path"]) == (422, field)
        renewal = await ask(api, "POST", *path, "renewal", body={"certificate_type": "V2G20Certificate"})
        if version == "2.0.1":
            assert (renewal.status_code, renewal.json()["errors"][0]["path"]) == (422, "certificate_type")
        else:
            assert renewal.status_code == 202
