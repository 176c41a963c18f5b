"""The description of the API, as it is served."""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import pytest

from functions.api import documentation
from local import openapi
from tests.integration.api import call, get


class Page(HTMLParser):
    """What a page consists of: its tags with their attributes, its texts, and whether every tag is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture
def page() -> Page:
    return Page(call("GET", "/docs").text)


def test_the_document_is_served_as_it_is_committed() -> None:
    assert get("/openapi.json") == openapi.written()


def test_the_page_is_whole_and_has_every_operation_and_shape(page: Page) -> None:
    document = get("/openapi.json")
    assert page.open == []
    anchors = {attributes["id"] for _, attributes in page.tags if "id" in attributes}
    operations = [operation for methods in document["paths"].values() for operation in methods.values()]
    assert {operation["operationId"] for operation in operations} <= anchors
    assert document["components"]["schemas"].keys() <= anchors
    assert all(operation["summary"] in page.text for operation in operations)


def test_every_link_of_the_page_leads_somewhere(page: Page) -> None:
    anchors = {f"#{attributes['id']}" for _, attributes in page.tags if "id" in attributes}
    links = {attributes["href"] for tag, attributes in page.tags if tag == "a"}
    assert links - anchors == {"openapi.json"}


def test_the_page_loads_nothing_and_runs_nothing(page: Page) -> None:
    answer = call("GET", "/docs")
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert not {"script", "img", "link", "iframe"} & {tag for tag, _ in page.tags}
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on") or name == "style"]
    styles = re.findall("<style>(.*?)</style>", answer.text, re.DOTALL)
    digests = [base64.b64encode(hashlib.sha256(style.encode()).digest()).decode() for style in styles]
    assert [f"'sha256-{digest}'" in policy for digest in digests] == [True]


def test_text_of_the_document_cannot_become_markup(monkeypatch: pytest.MonkeyPatch) -> None:
    evil = "<script>alert(1)</script>\"'&"
    hostile = {
        "info": {"title": evil, "version": evil, "description": f"{evil}\n\n`{evil}`"},
        "servers": [{"url": evil}],
        "paths": {
            evil: {
                "get": {
                    "summary": evil,
                    "description": evil,
                    "operationId": evil,
                    "parameters": [
                        {"name": evil, "in": "query", "description": evil, "schema": {"enum": [evil], "default": evil}}
                    ],
                    "responses": {"200": {"description": evil, "content": {"x": {"schema": {"type": evil}}}}},
                }
            }
        },
        "components": {
            "schemas": {evil: {"description": evil, "properties": {evil: {"$ref": evil}, "b": {"format": evil}}}}
        },
    }
    monkeypatch.setattr(documentation, "_document", lambda: json.dumps(hostile))
    page = Page(documentation._page.__wrapped__())
    assert not [tag for tag, _ in page.tags if tag == "script"]
    assert "<script>alert(1)</script>" in page.text
