"""What the commands ask the API for, and what they make of its answers."""

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

from local.cli.errors import FAILED, REFUSED, USAGE
from local.cli.transport import Request, Response
from tests.unit.cli_support import AT, CALL, STATION, TOKEN, URL, FakeApi, answer, idlewatt, page, problem

UNKNOWN = problem(404, "There is none")


# ---------------------------------------------------------------------- stations


def test_a_station_is_shown_with_its_connectors_and_warnings() -> None:
    connector = {
        "connector_id": 1,
        "status": "Occupied",
        "reported_status": "Charging",
        "error_code": "NoError",
        "info": None,
        "vendor_error_code": None,
        "changed_at": AT,
    }
    shown = {**STATION, "evses": [{"evse_id": 2, "connectors": [connector]}], "warnings": ["No password is set"]}
    ended = idlewatt(FakeApi(answer(shown)), "station", "CP1")
    assert ended.out.splitlines()[-1].split() == ["2", "1", "Charging", "2026-11-23", "08:00:00Z"]
    assert ended.err == "warning: No password is set\n"


def test_a_station_is_added_with_a_new_password_that_is_told_once() -> None:
    api = FakeApi(UNKNOWN, answer(STATION, 201))
    ended = idlewatt(api, "station", "add", "CP1", "security_profile=2", "--generate")
    assert api.asked == ["GET /stations/CP1", "PUT /stations/CP1"]
    password = api.body()["password"]
    assert re.fullmatch("[0-9a-f]{40}", password)
    assert ended.out.count(password) == 1
    assert api.body() == {"security_profile": 2, "password": password}


def test_a_new_password_stays_out_of_what_programs_read() -> None:
    api = FakeApi(UNKNOWN, answer(STATION, 201))
    ended = idlewatt(api, "station", "add", "CP1", "--generate", "--json")
    assert ended.document == STATION
    assert api.body()["password"] in ended.err


def test_a_password_comes_from_standard_input() -> None:
    api = FakeApi(UNKNOWN, answer(STATION, 201))
    idlewatt(api, "station", "add", "CP1", "--password-stdin", stdin="s3cret \nmore")
    assert api.body() == {"password": "s3cret "}


def test_a_station_that_exists_is_not_added() -> None:
    api = FakeApi(answer(STATION))
    assert idlewatt(api, "station", "add", "CP1").status == FAILED
    assert api.asked == ["GET /stations/CP1"]


def test_settings_of_a_station_are_changed() -> None:
    api = FakeApi(answer(STATION))
    idlewatt(api, "station", "set", "CP1", "strict=true", "call_timeout_s=60", "message_log=on", "--no-password")
    assert api.asked == ["PATCH /stations/CP1"]
    assert api.body() == {"strict": True, "call_timeout_s": 60, "message_log": "on", "password": None}


def test_a_version_is_text_although_it_looks_like_a_number() -> None:
    wrong = {"in": "body", "path": "pinned_version", "reason": "Input should be '' or '1.6'"}
    api = FakeApi(problem(422, "No", wrong), answer(STATION))
    assert idlewatt(api, "station", "set", "CP1", "pinned_version=1.6").status == 0
    assert api.body() == {"pinned_version": "1.6"}


def test_nothing_is_removed_unless_somebody_says_yes() -> None:
    api = FakeApi(answer(b"", 204))
    for words in (["station", "remove", "CP1"], ["token", "remove", "CARD1"]):
        assert idlewatt(api, *words).status == USAGE
    assert api.asked == []
    assert idlewatt(api, "station", "remove", "CP1", "--yes").status == 0
    assert idlewatt(api, "token", "remove", "RDAM 123", "-y").status == 0
    assert api.asked == ["DELETE /stations/CP1", "DELETE /id-tokens/RDAM%20123"]


def test_a_password_is_changed_through_the_station() -> None:
    api = FakeApi(answer(CALL, 202))
    assert idlewatt(api, "station", "password", "CP1", "--wait").status == 0
    assert (api.asked[0], api.body(0)) == ("POST /stations/CP1/password", {})
    idlewatt(api, "station", "password", "CP1", "--password-stdin", stdin="00112233445566778899aabbccddeeff\n")
    assert api.body() == {"password": "00112233445566778899aabbccddeeff"}


# ---------------------------------------------------------------------- configuration


def test_the_configuration_is_listed() -> None:
    key = {
        **{"key": "HeartbeatInterval", "value": "300", "wished": "60", "differs": True},
        **{"known": True, "readonly": False, "secret": False, "reboot_required": True, "read_at": AT},
    }
    api = FakeApi(page([key, {**key, "key": "Unknown", "known": False}]))
    ended = idlewatt(api, "configuration", "CP1", "HeartbeatInterval", "Unknown", "--differs")
    assert api.asked == ["GET /stations/CP1/configuration?key=HeartbeatInterval&key=Unknown&differs=true&limit=200"]
    first, second = ended.out.splitlines()[1:]
    assert first.split()[:3] == ["HeartbeatInterval", "300", "60"]
    assert "counts from the next boot" in first
    assert "unknown to the station" in second


def test_values_of_the_configuration_are_texts() -> None:
    api = FakeApi(page([CALL]))
    ended = idlewatt(
        api, "configuration", "set", "CP1", "HeartbeatInterval=300", "Vendor.Key=a=b", "Empty=", "--verify"
    )
    assert ended.status == 0
    assert api.asked == ["PATCH /stations/CP1/configuration?verify=true"]
    assert api.body() == {"HeartbeatInterval": "300", "Vendor.Key": "a=b", "Empty": ""}


def test_the_calls_that_change_the_configuration_are_waited_for() -> None:
    api = FakeApi(page([CALL, {**CALL, "call_id": "c2", "state": "sent"}]), answer({**CALL, "state": "refused"}))
    ended = idlewatt(api, "configuration", "set", "CP1", "A=1", "B=2", "--wait", "--json")
    assert ended.status == REFUSED
    assert [call["state"] for call in ended.document["items"]] == ["answered", "refused"]


def test_a_station_is_asked_for_its_configuration() -> None:
    api = FakeApi(answer(CALL, 202))
    assert idlewatt(api, "configuration", "refresh", "CP1", "HeartbeatInterval").status == 0
    assert api.asked == ["POST /stations/CP1/configuration/refresh"]
    assert api.body() == {"keys": ["HeartbeatInterval"]}


# ---------------------------------------------------------------------- tokens


def test_a_token_keeps_what_is_not_named() -> None:
    api = FakeApi(answer(TOKEN, etag='"3"'), answer(TOKEN))
    idlewatt(api, "token", "set", "CARD1", "--status", "Blocked", "--one-at-a-time")
    assert api.asked == ["GET /id-tokens/CARD1", "PUT /id-tokens/CARD1"]
    assert api.body() == {"status": "Blocked", "expires_at": AT, "group_id": "FLEET", "concurrent": False}
    assert api.requests[1].headers["If-Match"] == '"3"'


def test_a_new_token_has_what_is_named() -> None:
    api = FakeApi(UNKNOWN, answer(TOKEN, 201))
    idlewatt(api, "token", "set", "CARD1", "--expires", "2027-01-01", "--group", "FLEET")
    assert api.body() == {"expires_at": "2027-01-01T00:00:00Z", "group_id": "FLEET"}
    assert "If-Match" not in api.requests[1].headers


def test_a_token_may_be_without_end_and_group_again() -> None:
    api = FakeApi(answer(TOKEN), answer(TOKEN))
    idlewatt(api, "token", "set", "CARD1", "--expires", "never", "--group", "none")
    assert (api.body()["expires_at"], api.body()["group_id"]) == (None, None)


def test_tokens_are_listed() -> None:
    api = FakeApi(page([TOKEN]))
    assert idlewatt(api, "tokens").out.splitlines()[1].split()[:2] == ["CARD1", "Accepted"]
    idlewatt(api, "tokens", "--group", "FLEET")
    assert api.asked == ["GET /id-tokens?limit=50", "GET /groups/FLEET/id-tokens?limit=50"]


# ---------------------------------------------------------------------- transactions


def test_transactions_are_filtered() -> None:
    api = FakeApi(page([]))
    words = ("--station", "CP1", "--token", "CARD1", "--state", "ended", "--from", "2026-11-01", "--to", "2026-12-01")
    assert idlewatt(api, "transactions", *words).status == 0
    times = "from=2026-11-01T00%3A00%3A00Z&to=2026-12-01T00%3A00%3A00Z"
    assert api.asked == [f"GET /transactions?station_id=CP1&id_token=CARD1&state=ended&{times}&limit=50"]


def test_transactions_are_written_as_csv(tmp_path: Path) -> None:
    file = tmp_path / "all.csv"
    pages = (answer(b"id,energy\r\n1,2\r\n", link=f'<{URL}/transactions.csv?cursor=x>; rel="next"'), answer(b"3,4\r\n"))
    assert idlewatt(FakeApi(*pages), "transactions", "--csv", str(file)).status == 0
    assert file.read_bytes() == b"id,energy\r\n1,2\r\n3,4\r\n"
    assert idlewatt(FakeApi(*pages), "transactions", "--csv", "-").out == "id,energy\r\n1,2\r\n3,4\r\n"


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    ended = idlewatt(FakeApi(answer(b"")), "transactions", "--csv", str(tmp_path))
    assert (ended.status, "cannot be written" in ended.err) == (FAILED, True)


def test_the_meter_values_of_a_transaction_are_listed() -> None:
    sample = {"value": "100", "measurand": "Voltage", "unit": "V", "phase": "L1", "location": "Outlet", "context": "C"}
    api = FakeApi(page([{"timestamp": AT, "sampled_values": [sample, sample]}]))
    ended = idlewatt(api, "transaction", "7", "--meter-values", "--measurand", "Voltage")
    assert api.asked == ["GET /transactions/7/meter-values?measurand=Voltage&limit=200"]
    assert len(ended.out.splitlines()) == 3


# ---------------------------------------------------------------------- messages and events


def message(number: int, direction: str = "in") -> dict[str, Any]:
    at = dt.datetime(2026, 11, 23, 8, tzinfo=dt.UTC) + dt.timedelta(seconds=number)
    return {
        "at": at.isoformat(),
        "direction": direction,
        "frame": [2, str(number), "Heartbeat", {}],
        "frame_chars": None,
        "action": "Heartbeat",
        "message_id": str(number),
        "answered_in_ms": None,
        "findings": [],
    }


def test_messages_are_printed_in_order_of_time() -> None:
    late = {**message(2, "out"), "answered_in_ms": 12, "findings": [{"code": "Q-07", "path": "a[]"}]}
    ended = idlewatt(FakeApi(page([late, message(1)])), "messages", "CP1")
    assert ended.out == (
        '2026-11-23 08:00:01.000Z → Heartbeat [2,"1","Heartbeat",{}]\n'
        '2026-11-23 08:00:02.000Z ← Heartbeat [2,"2","Heartbeat",{}] 12 ms [Q-07 a[]]\n'
    )


def test_messages_are_followed_without_repeats() -> None:
    api = FakeApi(page([message(1)]), page([message(1)]), page([message(3), message(2), message(1)]))
    ended = idlewatt(api, "messages", "CP1", "--follow", "--action", "Heartbeat", "--json", looks=4)
    assert [json.loads(line)["message_id"] for line in ended.out.splitlines()] == ["1", "2", "3"]
    assert api.asked[0] == "GET /stations/CP1/messages?action=Heartbeat&limit=200"
    assert "from=2026-11-23T07%3A59%3A01Z" in api.asked[1]


def test_messages_may_be_asked_from_a_moment_on() -> None:
    api = FakeApi(page([]))
    idlewatt(api, "messages", "CP1", "--since", "2026-11-01")
    idlewatt(api, "messages", "CP1", "--since", "2026-11-01", "--follow", looks=1)
    assert ["from=2026-11-01T00%3A00%3A00Z" in one for one in api.asked] == [True, True]


def test_events_are_followed() -> None:
    event = {"at": AT, "type": "station.online", "data": {"ocpp_version": "1.6", "remote_address": None}}
    api = FakeApi(page([event]))
    ended = idlewatt(api, "events", "CP1", "--follow", "--type", "station.online", looks=3)
    assert ended.out == '2026-11-23 08:00:00.000Z station.online {"ocpp_version":"1.6"}\n'
    assert set(api.asked) == {"GET /stations/CP1/events?type=station.online&limit=200"}


def test_findings_are_listed() -> None:
    finding = {
        "code": "Q-07",
        "action": "MeterValues",
        "path": "a[]",
        "count": 3,
        "text": "t",
        "raw": "r",
        "last_at": AT,
    }
    assert "Q-07" in idlewatt(FakeApi(page([finding])), "findings", "CP1").out


# ---------------------------------------------------------------------- reservations and charging profiles


def test_reservations_are_listed() -> None:
    reservation = {
        **dict.fromkeys(("group_id", "status", "transaction_id")),
        **{"reservation_id": 5, "evse_id": 1, "id_token": "CARD1", "state": "pending"},
        **{"requested_at": AT, "expires_at": AT},
    }
    api = FakeApi(page([reservation]))
    assert "CARD1" in idlewatt(api, "reservations", "CP1", "--state", "pending").out
    assert api.asked == ["GET /stations/CP1/reservations?state=pending&limit=50"]


def test_charging_profiles_are_listed_with_their_limits() -> None:
    periods = [{"start_s": 3600 * hour, "limit": limit, "phases": None} for hour, limit in enumerate((16, 10.5, 0))]
    profile = {
        **{"profile_id": 7, "evse_id": 1, "purpose": "TxDefaultProfile", "kind": "Recurring", "recurrency": "Daily"},
        **{"stack_level": 0, "schedule": {"unit": "A", "periods": periods}, "state": "accepted", "status": "Accepted"},
        **dict.fromkeys(("valid_from", "valid_to", "transaction_id")),
    }
    api = FakeApi(page([profile]))
    ended = idlewatt(api, "profiles", "CP1", "--evse", "0", "--purpose", "TxDefaultProfile", "--state", "accepted")
    assert "16 A, 3600 s: 10.5 A, 7200 s: 0 A" in ended.out
    query = "evse_id=0&purpose=TxDefaultProfile&state=accepted&limit=50"
    assert api.asked == [f"GET /stations/CP1/charging-profiles?{query}"]


def test_every_request_says_who_asks() -> None:
    def asked(request: Request) -> Response:
        assert request.headers["User-Agent"] == "idlewatt-cli"
        return page([])

    assert idlewatt(FakeApi(asked), "stations").status == 0
