"""Firmware campaigns from the command line."""

from typing import Any

import pytest

from local.cli.errors import NO_ANSWER, REFUSED, USAGE
from tests.unit.cli_support import AT, FakeApi, answer, idlewatt, page

CAMPAIGN: dict[str, Any] = {
    "campaign_id": "k1",
    "state": "running",
    "version": "2.0",
    "firmware_id": "f1",
    "total": 60,
    "wave": 1,
    "waves": [5, "100%"],
    "counts": {"queued": 55, "running": 5, "succeeded": 0, "failed": 0, "cancelled": 0},
    "concurrency": 10,
    "halt_after": {"failures": None, "share": 0.2},
    "created_at": AT,
    **dict.fromkeys(("location", "selection", "reason", "started_at", "ended_at", "requested_by")),
}


def test_a_campaign_is_started_with_its_terms() -> None:
    api = FakeApi(answer(CAMPAIGN, 202))
    words = "--firmware f1 --vendor Acme --wave 5 --wave 25% --pause 1h --halt-after 10% --when-idle"
    assert idlewatt(api, "campaigns", "start", *words.split(), "--window", "22:00-05:00@Europe/Berlin").status == 0
    assert api.asked == ["POST /firmware-campaigns"]
    assert api.body() == {
        "firmware_id": "f1",
        "selection": {"vendor": "Acme"},
        "waves": [5, "25%"],
        "pause_between_waves_s": 3600,
        "halt_after": {"share": 0.1},
        "when_idle": True,
        "window": {"from": "22:00", "to": "05:00", "time_zone": "Europe/Berlin"},
    }


@pytest.mark.parametrize(
    ("said", "limits"), [("3", {"failures": 3}), ("0.5", {"share": 0.5}), ("20%", {"share": 0.2}), ("never", {})]
)
def test_a_limit_is_a_number_or_a_share(said: str, limits: dict[str, Any]) -> None:
    api = FakeApi(answer(CAMPAIGN))
    idlewatt(api, "campaigns", "resume", "k1", "--halt-after", said)
    assert api.asked == ["PATCH /firmware-campaigns/k1"]
    assert api.body() == {"state": "running", "halt_after": limits}


@pytest.mark.parametrize(
    "words",
    [
        ("start", "--firmware", "f1"),
        ("start", "--firmware", "f1", "--station", "CP1", "--vendor", "Acme"),
        ("start", "--firmware", "f1", "--station", "CP1", "--window", "22:00"),
        ("start", "--firmware", "f1", "--station", "CP1", "--halt-after", "some"),
        ("show", "k1", "--state", "failed"),
    ],
)
def test_what_cannot_be_meant_is_refused(words: tuple[str, ...]) -> None:
    assert idlewatt(FakeApi(), "campaigns", *words).status == USAGE


@pytest.mark.parametrize(("state", "status"), [("succeeded", 0), ("halted", REFUSED), ("cancelled", NO_ANSWER)])
def test_watching_tells_how_it_goes_and_ends(state: str, status: int) -> None:
    api = FakeApi(answer(CAMPAIGN), answer({**CAMPAIGN, "state": state}))
    ended = idlewatt(api, "campaigns", "watch", "k1")
    assert ended.status == status
    assert "wave 1, 60 stations: 55 queued, 5 running" in ended.err


def test_a_campaign_is_shown_paused_and_cancelled() -> None:
    api = FakeApi(answer(CAMPAIGN), answer({**CAMPAIGN, "state": "paused"}), answer({**CAMPAIGN, "state": "cancelled"}))
    assert "60 stations" in idlewatt(api, "campaigns", "k1").out
    idlewatt(api, "campaigns", "pause", "k1")
    idlewatt(api, "campaigns", "cancel", "k1")
    assert api.asked == [
        "GET /firmware-campaigns/k1",
        "PATCH /firmware-campaigns/k1",
        "DELETE /firmware-campaigns/k1",
    ]


def test_campaigns_and_their_stations_are_listed() -> None:
    row = {
        "station_id": "CP1",
        "state": "failed",
        "wave": 1,
        "version": "1.0",
        "status": None,
        "attempt": 1,
        "reason": "No",
    }
    api = FakeApi(page([CAMPAIGN]), page([row]))
    assert "k1" in idlewatt(api, "campaigns", "list").out
    assert "CP1" in idlewatt(api, "campaigns", "k1", "--stations", "--state", "failed").out
