"""Assumptions about the handshake: CloudFront, its function, the authorizer, and what $connect returns."""

import secrets
import socket
import ssl
from urllib.parse import urlsplit

from websockets.exceptions import ConnectionClosed

from bench.smoke import accounts
from bench.smoke.check import Skipped, check, expect
from bench.smoke.station import basic, connected, refused
from bench.smoke.target import Target


@check("U-01", "a known station with its password is connected, through CloudFront to the stage")
async def known_station(target: Target) -> None:
    account = accounts.station(target)
    async with connected(account.url, account.headers) as station:
        protocol = station.socket.subprotocol
    expect(protocol == "ocpp1.6", f"subprotocol {protocol}")


@check("U-02", "the status that $connect returns is the handshake's: 404 for an unknown station")
async def unknown_station(target: Target) -> None:
    status, _ = await refused(f"{target.ws_url}smoke-{secrets.token_hex(4)}")
    if status == 101 and target.is_local:
        raise Skipped("here onboarding is open")
    expect(status == 404, status)


@check("U-03", "the authorizer's exception is 401 to the station: wrong password, wrong user, none at all")
async def wrong_password(target: Target) -> None:
    account = accounts.station(target)
    attempts = {
        "wrong password": basic(account.identity, "wrong"),
        "other user": basic("somebody", account.password),
        "no credentials": {},
    }
    statuses = {what: (await refused(account.url, headers))[0] for what, headers in attempts.items()}
    expect(set(statuses.values()) == {401}, statuses)


@check("U-04", "a 401 carries WWW-Authenticate, for stations that send credentials only when asked", is_open=True)
async def challenge(target: Target) -> None:
    account = accounts.station(target)
    _, headers = await refused(account.url)
    expect("WWW-Authenticate" in headers, f"it carries {', '.join(headers)}")


@check("U-05", "the first subprotocol that both speak is echoed")
async def second_choice(target: Target) -> None:
    account = accounts.station(target)
    async with connected(account.url, account.headers, offers=["ocpp9.9", "ocpp1.6"]) as station:
        protocol = station.socket.subprotocol
    expect(protocol == "ocpp1.6", f"subprotocol {protocol}")


@check("U-06", "without a common subprotocol the handshake completes without one, then the socket is closed")
async def nothing_in_common(target: Target) -> None:
    account = accounts.station(target)
    async with connected(account.url, account.headers, offers=["ocpp9.9"]) as station:
        protocol, code = station.socket.subprotocol, await station.closed(within_s=15)
    expect(protocol is None, f"subprotocol {protocol}")
    expect(code is not None, "still open after 15 s")


@check("U-07", "compression that is offered is not negotiated, and messages arrive")
async def compression(target: Target) -> None:
    account = accounts.station(target)
    async with connected(account.url, account.headers, compression="deflate") as station:
        response = station.socket.response
        negotiated = response and response.headers.get("Sec-WebSocket-Extensions")
        await station.call("Heartbeat", {})
    expect(not negotiated, f"negotiated {negotiated}")


@check("U-08", "an identity is decoded exactly once, with slash, space, bar and letters beyond ASCII")
async def encoded_identity(target: Target) -> None:
    account = accounts.station(target, "/a b|ä%2F")
    async with connected(account.url, account.headers) as station:
        await station.call("Heartbeat", {})
        shown = target.api("GET", account.path)
    expect(shown.status == 200, shown)
    expect(shown.body["station_id"] == account.identity, shown.body["station_id"])
    expect(shown.body["online"], "shown as offline")


@check("U-09", "a station header of the viewer's own is not believed")
async def forged_identity(target: Target) -> None:
    account, other = accounts.station(target), accounts.station(target)
    status, _ = await refused(account.url, {**other.headers, "x-idlewatt-station": other.identity})
    expect(status == 401, f"the other's credentials with the other's name in the header: {status}")


@check("U-10", "a connection past CloudFront is refused, with and without the station header")
async def past_the_front_door(target: Target) -> None:
    if not target.socket_endpoint:
        raise Skipped("the system has one door only, or its other is not known")
    account = accounts.station(target)
    bare, _ = await refused(target.socket_endpoint, account.headers)
    forged, _ = await refused(target.socket_endpoint, {**account.headers, "x-idlewatt-station": account.identity})
    expect((bare, forged) == (401, 403), f"without the header {bare}, with it {forged}")


@check("U-11", "TLS 1.1 is refused (with a name of our own; cloudfront.net takes it)")
async def old_tls(target: Target) -> str:
    url = urlsplit(target.ws_url)
    if url.scheme != "wss":
        raise Skipped("no TLS here")
    if str(url.hostname).endswith(".cloudfront.net"):
        raise Skipped("a name of cloudfront.net takes any version")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    try:
        with (
            socket.create_connection((str(url.hostname), url.port or 443), timeout=10) as raw,
            context.wrap_socket(raw, server_hostname=url.hostname) as secured,
        ):
            version = secured.version()
    except OSError as error:
        return type(error).__name__
    expect(False, f"the handshake gave {version}")
    raise AssertionError


@check("U-12", "a path without an identity is refused at the edge")
async def no_identity(target: Target) -> None:
    status, _ = await refused(target.ws_url)
    expect(status == 404, status)


@check("U-13", "a newer connection of a station wins, and the older one is closed")
async def newest_wins(target: Target) -> None:
    account = accounts.station(target)
    async with connected(account.url, account.headers) as older, connected(account.url, account.headers) as newer:
        code = await older.closed(within_s=15)
        expect(code is not None, "the older one is still open after 15 s")
        try:
            await newer.call("Heartbeat", {})
        except ConnectionClosed as error:
            expect(False, f"the newer one was closed too: {error}")
