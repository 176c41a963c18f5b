"""Assumptions about the live feed of consoles."""

import asyncio
import json
import time
from http import HTTPStatus

from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from bench.smoke import accounts
from bench.smoke.check import check, expect
from bench.smoke.station import connected
from bench.smoke.target import Target

TOLD_WITHIN_S = 10
CLOSE_BY_S = 1.0
"""How soon a change should be on the screen."""


@check("U-65", "A ticket opens the live feed through CloudFront, once, and what is asked there is answered")
async def the_feed_answers(target: Target) -> None:
    url = _url(target)
    async with connect(url, compression=None) as socket:
        for sent, kind in (
            (json.dumps({"action": "ping"}), "pong"),
            (json.dumps({"action": "watch"}), "watching"),
            (json.dumps({"action": "dance"}), "error"),
            ("no json", "error"),
        ):
            await socket.send(sent)
            answer = await asyncio.wait_for(socket.recv(), TOLD_WITHIN_S)
            expect(json.loads(answer).get("type") == kind, f"{sent} was answered {answer!r}")
    try:
        async with connect(url, compression=None):
            expect(False, "a ticket was good for two connections")
    except InvalidStatus as refused:
        status = refused.response.status_code
        expect(status == HTTPStatus.UNAUTHORIZED, f"a ticket that is used was answered {status}")


@check("U-66", "A status is marked on the bus, taken by the rule on the mark, and on the console within a second")
async def a_status_is_told(target: Target) -> str:
    account = accounts.station(target)
    async with (
        connected(account.url, account.headers) as station,
        connect(_url(target), compression=None) as socket,
    ):
        await socket.send(json.dumps({"action": "watch", "station_ids": [account.identity]}))
        watching = json.loads(await asyncio.wait_for(socket.recv(), TOLD_WITHIN_S))
        await asyncio.sleep(watching["complete_after_s"])
        began = time.monotonic()
        await station.call("StatusNotification", {"connectorId": 1, "errorCode": "NoError", "status": "Charging"})
        while (told := json.loads(await asyncio.wait_for(socket.recv(), TOLD_WITHIN_S)))["type"] != "event" or (
            told["event"]["type"] != "status.changed"
        ):
            continue
        took_s = time.monotonic() - began
    expect(took_s < CLOSE_BY_S, f"it took {took_s:.1f} s; the first event waits for a function to start")
    return f"{took_s * 1000:.0f} ms"


def _url(target: Target) -> str:
    """The feed's, with a ticket."""
    answer = target.api("POST", "/live-tickets")
    expect(answer.status == HTTPStatus.CREATED, f"a ticket was answered {answer.status}: {answer.body}")
    return f"{target.ws_url.removesuffix('/ocpp/')}/live?ticket={answer.body['ticket']}"
