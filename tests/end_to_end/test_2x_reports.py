"""Reports of the device model of stations of OCPP 2.0.1 and 2.1, in pages, over real WebSockets."""

import datetime as dt
import itertools

import pytest

from local.system import LocalSystem
from shared.domain import reports
from shared.ocpp.messages import V2X
from tests.end_to_end.answering import answer, call, made, receive, seen
from tests.end_to_end.clients import Api, dial, dial_2x
from tests.end_to_end.device_model import known, named, page, report, told

BOTH = pytest.mark.parametrize("version", V2X)

_numbers = itertools.count(1)


def fresh() -> str:
    """The identity of a station that no other test has."""
    return f"RP{next(_numbers)}"


@BOTH
@pytest.mark.parametrize("base", ["ConfigurationInventory", "FullInventory"])
@pytest.mark.requirement("M20-025", "B07")
async def test_a_report_of_three_pages_is_put_together(system: LocalSystem, api: Api, version: str, base: str) -> None:
    async with dial_2x(system, fresh(), version) as station:
        await report(station, told(named("Old", "Gone"), "1"))
        await made(api, "POST", "stations", station.station_id, "variables", "refresh", body={"report_base": base})
        frame = await receive(station, "GetBaseReport")
        request_id = frame[3]["requestId"]
        assert frame[3]["reportBase"] == base
        await answer(api, station, frame)
        await page(station, request_id, 0, told(named("TxCtrlr", "A"), "5", kind="integer"), more=True)
        await station.is_alive()
        await page(station, request_id, 2, told(named("SecurityCtrlr", "BasicAuthPassword"), None))
        await page(station, request_id, 1, told(named("Connector", "B", {"id": 1, "connectorId": 2}), "x"), more=True)
        found = await seen(api, "stations", station.station_id, "reports", str(request_id))
        variables = await known(api, station)
    assert (found["state"], found["pages"], found["missing"], found["asked"]) == (
        "complete",
        3,
        [],
        {"report_base": base},
    )
    assert variables["A"]["characteristics"] == {
        "data_type": "integer",
        "unit": "s",
        "min_limit": 0,
        "max_limit": 86400.5,
        "max_elements": None,
        "values": None,
        "supports_monitoring": False,
    }
    assert variables["A"]["attributes"]["Actual"]["mutability"] == "ReadWrite"
    assert (variables["B"]["evse_id"], variables["B"]["connector_id"]) == (1, 2)
    assert ("Gone" in variables) == (base == "ConfigurationInventory")


@BOTH
@pytest.mark.parametrize(
    ("status", "state"), [("NotSupported", "refused"), ("EmptyResultSet", "empty"), ("Rejected", "refused")]
)
@pytest.mark.requirement("M20-026", "B07")
async def test_a_station_without_such_a_report_says_so(
    system: LocalSystem, api: Api, version: str, status: str, state: str
) -> None:
    async with dial_2x(system, fresh(), version) as station:
        await call(api, station, "GetBaseReport", {"reportBase": "SummaryInventory"})
        frame = await receive(station, "GetBaseReport")
        await answer(api, station, frame, {"status": status})
        (found,) = (await seen(api, "stations", station.station_id, "reports"))["items"]
    assert (found["state"], found["status"], found["request_id"]) == (state, status, frame[3]["requestId"])


@BOTH
@pytest.mark.requirement("M20-027", "B08")
async def test_a_report_of_a_part_has_its_filters(system: LocalSystem, api: Api, version: str) -> None:
    async with dial_2x(system, fresh(), version) as station:
        filters = {"componentCriteria": ["Problem"], "componentVariable": [{"component": {"name": "EVSE"}}]}
        await call(api, station, "GetReport", filters)
        frame = await receive(station, "GetReport")
        assert frame[3] == {"requestId": frame[3]["requestId"], **filters}
        await answer(api, station, frame)
        await page(station, frame[3]["requestId"], 0, told(named("EVSE", "Problem", {"id": 1}), "true"))
        found = await seen(api, "stations", station.station_id, "reports", str(frame[3]["requestId"]))
    assert (found["state"], found["asked"]) == ("complete", filters)


@BOTH
@pytest.mark.requirement("M20-028", "B07")
async def test_what_came_of_a_report_stays_and_it_goes_on_after_a_reconnect(
    system: LocalSystem, api: Api, version: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    station_id = fresh()
    async with dial_2x(system, station_id, version) as station:
        await call(api, station, "GetBaseReport", {"reportBase": "FullInventory"})
        frame = await receive(station, "GetBaseReport")
        await answer(api, station, frame)
        await page(station, frame[3]["requestId"], 0, told(named("TxCtrlr", "A"), "1"), more=True)
    async with dial(system, station_id, subprotocols=(f"ocpp{version}",)) as station:
        path = ("stations", station_id, "reports", str(frame[3]["requestId"]))
        assert (await seen(api, *path))["state"] == "open"
        with monkeypatch.context() as later:
            later.setattr(reports, "PAGE_TIMEOUT", dt.timedelta(0))
            assert (await seen(api, *path))["state"] == "partial"
        assert "A" in await known(api, station)
        await page(station, frame[3]["requestId"], 1)
        assert (await seen(api, *path))["state"] == "complete"


@BOTH
@pytest.mark.requirement("M20-029", "B07")
async def test_a_report_that_nobody_asked_for_is_kept(system: LocalSystem, api: Api, version: str) -> None:
    async with dial_2x(system, fresh(), version) as station:
        await page(station, 4711, 0, told(named("TxCtrlr", "A"), "1"))
        found = await seen(api, "stations", station.station_id, "reports", "4711")
        assert (found["call_id"], found["state"], found["kind"]) == (None, "complete", "NotifyReport")
        assert (await known(api, station))["A"]["attributes"]["Actual"]["value"] == "1"
