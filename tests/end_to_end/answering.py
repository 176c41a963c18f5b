"""An operator and a station that take turns: the operator asks, the station answers, the operator looks again."""

import asyncio
from typing import Any

from requests import Response

from tests.end_to_end.clients import Api, Frame, Station

ACCEPTED = {"status": "Accepted"}


async def ask(api: Api, method: str, *path: str, body: Any = None) -> Response:
    """The API's answer, without keeping the station from its work."""
    options = {} if body is None else {"json": body}
    return await asyncio.to_thread(api.ask, method, *path, **options)


async def made(api: Api, method: str, *path: str, body: Any = None) -> Any:
    """What the API says of something that it takes on."""
    response = await ask(api, method, *path, body=body)
    assert response.status_code == 202, response.text
    return response.json()


async def call(api: Api, station: Station, action: str, payload: Any = None) -> Any:
    """A call through the API."""
    body = {"action": action, "payload": payload or {}}
    return await made(api, "POST", "stations", station.station_id, "calls", body=body)


async def seen(api: Api, *path: str, **query: Any) -> Any:
    """What the API shows once all that follows has happened."""
    return await asyncio.to_thread(api.get, *path, **query)


async def receive(station: Station, action: str) -> Frame:
    """The next frame, which is a call of this action."""
    frame = await station.receive()
    assert frame[0] == 2
    assert frame[2] == action
    return frame


async def answer(api: Api, station: Station, frame: Frame, payload: Any = ACCEPTED) -> Any:
    """Answer a call, and return it as it stands once the answer has come."""
    await station.send([3, frame[1], payload])
    return await ended(api, station, frame[1])


async def refuse(api: Api, station: Station, frame: Frame, code: str = "NotSupported") -> Any:
    """Answer a call by a CALLERROR, and return it as it stands once that has come."""
    await station.send([4, frame[1], code, "", {}])
    return await ended(api, station, frame[1])


async def ended(api: Api, station: Station, call_id: str) -> Any:
    for _ in range(200):
        found = await seen(api, "stations", station.station_id, "calls", call_id)
        if found["state"] not in ("queued", "sent"):
            return found
        await asyncio.sleep(0.05)
    raise AssertionError(f"the call is still {found['state']}")


async def configured(api: Api, station: Station, **values: str) -> None:
    """Have the station tell these values of its configuration."""
    await call(api, station, "GetConfiguration", {"key": sorted(values)})
    frame = await receive(station, "GetConfiguration")
    told = [{"key": key, "readonly": True, "value": value} for key, value in values.items()]
    await answer(api, station, frame, {"configurationKey": told})


async def nothing_comes(station: Station) -> bool:
    """Whether what the station gets next is the answer to its own heartbeat."""
    return await station.is_alive()
