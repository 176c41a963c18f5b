"""The command line's way to the operator API: paths, pages, tokens, and how it is told no."""

import pytest

from local.cli.client import PAGE, Client
from local.cli.errors import ApiError, CliError, UsageError
from tests.unit.cli_support import URL, FakeApi, answer, page, problem


def client(*answers: object, token: str | None = None) -> tuple[Client, FakeApi]:
    api = FakeApi(*answers)  # type: ignore[arg-type]  # answers
    return Client(URL, api, lambda _: token), api


def test_ids_are_percent_encoded() -> None:
    spoken, api = client(answer({}))
    spoken.get("stations", "a/b c?ü")
    assert api.asked == ["GET /stations/a%2Fb%20c%3F%C3%BC"]


@pytest.mark.parametrize("odd", ["", ".", ".."])
def test_an_id_that_would_change_the_path_is_refused(odd: str) -> None:
    spoken, api = client(answer({}))
    with pytest.raises(UsageError):
        spoken.get("stations", odd)
    assert api.asked == []


def test_a_query_has_what_is_given() -> None:
    spoken, api = client(answer({}))
    spoken.get("stations", online=False, cursor=None, limit=5, **{"from": "2026-11-01T00:00:00+01:00"})
    assert api.asked == ["GET /stations?online=false&limit=5&from=2026-11-01T00%3A00%3A00%2B01%3A00"]


def test_a_list_goes_on_to_its_last_page() -> None:
    spoken, api = client(page([1, 2], "a"), page([], "b"), page([3]))
    assert spoken.listing("stations", limit=None) == {"items": [1, 2, 3], "next_cursor": None}
    assert api.asked == [f"GET /stations?limit={PAGE}{cursor}" for cursor in ("", "&cursor=a", "&cursor=b")]


def test_a_list_ends_at_its_limit() -> None:
    spoken, api = client(page([1, 2], "a"), page([3], "b"))
    assert spoken.listing("stations", limit=3) == {"items": [1, 2, 3], "next_cursor": "b"}
    assert api.asked == ["GET /stations?limit=3", "GET /stations?limit=1&cursor=a"]


@pytest.mark.parametrize(
    "link",
    [
        f'<{URL}/transactions.csv?cursor=x>; rel="next"',
        '</api/v1/transactions.csv?cursor=x>; rel="next"',
        '<?cursor=x>; rel="next"',
        '</elsewhere>; rel="prev", <?cursor=x>;rel=next',
    ],
)
def test_linked_pages_are_followed(link: str) -> None:
    spoken, api = client(answer(b"a,b\n", link=link), answer(b"c,d\n"))
    assert [one.body for one in spoken.linked("transactions.csv", state="ended")] == [b"a,b\n", b"c,d\n"]
    assert api.asked == ["GET /transactions.csv?state=ended", "GET /transactions.csv?cursor=x"]


@pytest.mark.parametrize("place", ["https://elsewhere.example/api/v1/transactions.csv", "/other"])
def test_a_link_does_not_take_the_token_elsewhere(place: str) -> None:
    spoken, api = client(answer(b"", link=f'<{place}>; rel="next"'), token="t")
    with pytest.raises(CliError):
        list(spoken.linked("transactions.csv"))
    assert len(api.requests) == 1


def test_a_token_is_shown() -> None:
    spoken, api = client(answer({}), token="t")
    spoken.get("stations")
    assert api.requests[0].headers["Authorization"] == "Bearer t"


def test_a_token_that_is_not_taken_is_replaced_once() -> None:
    api = FakeApi(answer({"message": "Unauthorized"}, 401), answer({}))
    Client(URL, api, lambda is_new: "new" if is_new else "old").get("stations")
    assert [one.headers["Authorization"] for one in api.requests] == ["Bearer old", "Bearer new"]


def test_a_no_names_the_wrong_fields() -> None:
    spoken, _ = client(problem(422, "That cannot be", {"in": "body", "path": "payload.type", "reason": "is wrong"}))
    with pytest.raises(ApiError, match=r"That cannot be \(422\)\n  body payload.type: is wrong") as caught:
        spoken.get("stations")
    assert caught.value.fields() == {"payload.type"}


def test_a_no_of_api_gateway_is_understood() -> None:
    spoken, _ = client(answer({"message": "Too Many Requests"}, 429))
    with pytest.raises(ApiError, match=r"Too Many Requests \(429\)"):
        spoken.get("stations")


@pytest.mark.parametrize("status", [200, 302, 404, 502])
def test_what_is_no_operator_api_is_told(status: int) -> None:
    spoken, _ = client(answer(b"<html>", status))
    with pytest.raises(CliError, match="operator API"):
        spoken.get("stations")


def test_nothing_is_an_answer() -> None:
    spoken, _ = client(answer(b"", 204))
    assert spoken.ask("DELETE", "stations", "CP1") == {}
