"""What the operator's HTTP client sees beyond JSON: keys of requests, revisions, tables, over the gateway."""

import asyncio
import csv
import io

from local.system import LocalSystem
from tests.end_to_end.clients import Api, dial


async def test_a_request_that_is_sent_again_reaches_the_station_once(system: LocalSystem, api: Api) -> None:
    body, headers = {"action": "ClearCache"}, {"Idempotency-Key": '"8e03978e-40d5"'}
    async with dial(system, "AGAIN") as station:
        answers = [
            await asyncio.to_thread(api.ask, "POST", "stations", "AGAIN", "calls", json=body, headers=headers)
            for _ in range(2)
        ]
        frame = await station.receive()
        await station.send([3, frame[1], {"status": "Accepted"}])
        assert await station.is_alive(), "nothing else was sent"
    assert {answer.status_code for answer in answers} == {202}
    assert {answer.json()["call_id"] for answer in answers} == {frame[1]}
    assert answers[0].json()["requested_by"]


async def test_sessions_are_exported_as_a_table(system: LocalSystem, api: Api) -> None:
    await asyncio.to_thread(api.put, "id-tokens", "=CARD")
    async with dial(system, "EXPORT") as station:
        start = {"connectorId": 1, "idTag": "=CARD", "meterStart": 1000, "timestamp": "2026-11-20T08:00:00Z"}
        number = (await station.call("StartTransaction", **start))["transactionId"]
        stop = {"transactionId": number, "meterStop": 4500, "timestamp": "2026-11-20T09:00:00Z"}
        await station.call("StopTransaction", **stop)
    answer = await asyncio.to_thread(api.ask, "GET", "transactions.csv", params={"station_id": "EXPORT"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    (row,) = csv.DictReader(io.StringIO(answer.text, newline=""))
    assert row["transaction_id"] == str(number)
    assert (row["id_token"], row["started_at"], row["energy_wh"]) == ("'=CARD", "2026-11-20T08:00:00Z", "3500")


def test_of_two_changes_of_one_revision_the_second_is_refused(api: Api) -> None:
    created = api.ask("PUT", "groups", "FLEET", json={"name": "Vans"})
    assert created.status_code == 201
    headers = {"If-Match": created.headers["ETag"]}
    renamed = [api.ask("PUT", "groups", "FLEET", json={"name": name}, headers=headers) for name in ("Cars", "Boats")]
    assert [answer.status_code for answer in renamed] == [200, 412]
    assert api.get("groups", "FLEET")["name"] == "Cars"
