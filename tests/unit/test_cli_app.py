"""The command line as a whole: its words, its exit codes, what it prints for people and for programs."""

import json
import subprocess
import sys

import pytest

from local.cli import reference
from local.cli.app import hoisted
from local.cli.arguments import with_wait
from local.cli.errors import FAILED, USAGE, Unreachable
from local.cli.transport import Request, Response
from tests.unit.cli_support import STATION, FakeApi, answer, idlewatt, page, problem


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["stations", "--json"], ["--json", "stations"]),
        (["call", "CP1", "Reset", "--profile", "b", "--wait"], ["--profile", "b", "call", "CP1", "Reset", "--wait"]),
        (["stations", "--profile=b", "--no-color"], ["--profile=b", "--no-color", "stations"]),
        (["call", "CP1", "DataTransfer", "--", "--json"], ["call", "CP1", "DataTransfer", "--", "--json"]),
        (["stations", "--profile"], ["--profile", "stations"]),
    ],
)
def test_the_options_that_all_commands_have_may_stand_anywhere(words: list[str], expected: list[str]) -> None:
    assert hoisted(words) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["CP1", "Reset", "--wait"], ["CP1", "Reset", "--wait=45"]),
        (["CP1", "Reset", "--wait", "10"], ["CP1", "Reset", "--wait", "10"]),
        (["CP1", "Reset", "--wait", "2.5"], ["CP1", "Reset", "--wait", "2.5"]),
        (["CP1", "--wait", "Reset", "type=Soft"], ["CP1", "--wait=45", "Reset", "type=Soft"]),
        (["CP1", "Reset", "--wait", "--expires", "60"], ["CP1", "Reset", "--wait=45", "--expires", "60"]),
        (["CP1", "Reset", "--wait", "-1"], ["CP1", "Reset", "--wait=45", "-1"]),
        (["CP1", "Reset", "--", "--wait"], ["CP1", "Reset", "--", "--wait"]),
    ],
)
def test_wait_may_have_a_number_or_none(words: list[str], expected: list[str]) -> None:
    assert with_wait(words) == expected


def test_a_list_for_programs_is_what_the_api_answers_with_all_items() -> None:
    api = FakeApi(page([STATION], "a"), page([{**STATION, "station_id": "CP2"}]))
    ended = idlewatt(api, "stations", "--json")
    assert ended.document == {"items": [STATION, {**STATION, "station_id": "CP2"}], "next_cursor": None}
    assert (ended.status, ended.err) == (0, "")


def test_a_list_for_people_has_the_first_and_says_if_there_may_be_more() -> None:
    api = FakeApi(page([STATION] * 50, "a"))
    ended = idlewatt(api, "stations", "--online")
    assert api.asked == ["GET /stations?online=true&limit=50"]
    assert len(ended.out.splitlines()) == 51
    assert "--all" in ended.err


def test_a_list_may_have_as_many_as_one_likes() -> None:
    api = FakeApi(page([STATION] * 3, "a"))
    assert len(idlewatt(api, "stations", "--limit", "3", "--json").document["items"]) == 3
    assert api.asked == ["GET /stations?limit=3"]


@pytest.mark.parametrize(
    "words",
    [
        ["nonsense"],
        ["stations", "--nonsense"],
        ["station", "set"],
        ["station", "CP1", "CP2"],
        ["stations", "--limit", "many"],
        ["stations", "--limit", "0"],
        ["stations", "--limit", "1", "--all"],
        ["call", "CP1", "Reset", "Soft"],
        ["call", "CP1", "Reset", "--expires", "soon"],
        ["call", "..", "Reset"],
        ["token", "set", "CARD1", "--status", "Lost"],
        ["station", "add", "CP1", "--generate", "--password-stdin"],
        ["station", "add", "CP1", "password=secret"],
        ["station", "set", "CP1"],
        ["configuration", "set", "CP1", "HeartbeatInterval"],
        ["configuration", "set", "CP1", "=300"],
        ["bulk", "Reset"],
        ["bulk", "Reset", "--station", "CP1", "--online"],
        ["transactions", "--csv", "-", "--limit", "5"],
        ["transaction", "1", "--measurand", "Voltage"],
    ],
)
def test_a_command_line_that_makes_no_sense_asks_for_nothing(words: list[str]) -> None:
    api = FakeApi(problem(404, "There is none"))
    ended = idlewatt(api, *words)
    assert ended.status == USAGE
    assert ended.out == ""
    assert not [one for one in api.asked if not one.startswith("GET")]


def test_no_words_are_answered_with_help() -> None:
    ended = idlewatt(FakeApi(page([])))
    assert ended.status == USAGE
    assert "transactions" in ended.out


def test_the_version_is_told() -> None:
    ended = idlewatt(FakeApi(page([])), "--version")
    assert (ended.status, ended.out.split()[0]) == (0, "idlewatt")


def test_a_wrong_word_is_told_with_the_usage() -> None:
    ended = idlewatt(FakeApi(page([])), "call", "CP1")
    assert (
        ended.err
        == "error: Missing argument 'ACTION'.\nUsage: idlewatt call [OPTIONS] {STATION} {ACTION} [PAYLOAD]...\n"
    )


def test_a_no_of_the_api_is_told_with_the_wrong_field() -> None:
    wrong = {"in": "body", "path": "payload.type", "reason": "Input should be 'Hard' or 'Soft'"}
    api = FakeApi(problem(422, "The payload is not what OCPP has for this action", wrong))
    ended = idlewatt(api, "call", "CP1", "Reset", "type=Warm")
    assert ended == (
        FAILED,
        "",
        "error: The payload is not what OCPP has for this action (422)\n"
        "  body payload.type: Input should be 'Hard' or 'Soft'\n",
    )


def test_a_no_is_told_to_programs_in_the_words_of_the_api() -> None:
    ended = idlewatt(FakeApi(problem(404, "There is no station CP1")), "station", "CP1", "--json")
    assert (ended.status, ended.out) == (FAILED, "")
    assert json.loads(ended.err)["detail"] == "There is no station CP1"


def test_a_token_that_is_missing_is_told_how_to_get() -> None:
    ended = idlewatt(FakeApi(answer({"message": "Unauthorized"}, 401)), "stations")
    assert ended.err.startswith("error: Unauthorized (401)\n`idlewatt login`")


def test_no_answer_is_an_error() -> None:
    def nobody(_: Request) -> Response:
        raise Unreachable("Nothing answers")

    assert idlewatt(FakeApi(nobody), "stations") == (FAILED, "", "error: Nothing answers\n")


def test_what_a_station_says_cannot_steer_the_terminal() -> None:
    evil = {**STATION, "vendor": "\x1b]0;owned\x07[bold]ACME"}
    assert "�]0;owned�[bold]ACME" in idlewatt(FakeApi(page([evil])), "stations").out
    assert "\x1b" not in idlewatt(FakeApi(answer(evil)), "station", "CP1").out


def test_nothing_is_cut_where_there_is_no_terminal() -> None:
    wide = {**STATION, "vendor": "V" * 200, "model": "M" * 200}
    assert f"{'V' * 200} {'M' * 200}" in idlewatt(FakeApi(page([wide])), "stations").out


def test_help_does_not_wait_for_what_it_has_no_use_for() -> None:
    script = "import sys, local.cli.app; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert "typer" in loaded
    assert not {"asyncio", "boto3", "requests", "urllib3"} & set(loaded)


def test_the_reference_is_current() -> None:
    standing = reference.PAGE.read_text("utf-8")
    assert standing == reference.page(standing), "run: python -m local.cli.reference"


def test_a_page_without_a_place_for_the_reference_is_refused() -> None:
    with pytest.raises(ValueError, match="has no line"):
        reference.page("# The command line\n")
