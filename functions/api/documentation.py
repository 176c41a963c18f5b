"""The description of the API: the OpenAPI document, and the same as a page to read. Open to everybody.

The page is made here and needs nothing from elsewhere: no script, no font, no other host.
"""

import base64
import hashlib
import json
import re
from collections.abc import Sequence
from functools import cache
from html import escape
from http import HTTPStatus
from pathlib import Path
from typing import Any

from aws_lambda_powertools.event_handler import Response

from shared.aws.http import JSON, Api

DOCUMENT = Path(__file__).with_name("openapi.json")
HTML = "text/html; charset=utf-8"
STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h2 { margin-top: 3rem; } h3 { margin-top: 2.5rem; }
code { font: 0.9em ui-monospace, monospace; }
table { border-collapse: collapse; width: 100%; margin: 0.5rem 0; }
td, th { text-align: left; vertical-align: top; padding: 0.3rem 1rem 0.3rem 0; border-top: 1px solid #8884; }
th { font-weight: 600; }
nav li { list-style: none; }
.method { display: inline-block; min-width: 4.5rem; font-weight: 600; }
"""
STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = (
    f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

Json = dict[str, Any]

api = handler = Api("documentation")


@api.route("GET /openapi.json", {HTTPStatus.OK: JSON})
def get_openapi() -> Response[str]:
    """This document."""
    return Response(HTTPStatus.OK, JSON, _document())


@api.route("GET /docs", {HTTPStatus.OK: "text/html"})
def get_docs() -> Response[str]:
    """This document as a page to read."""
    return Response(HTTPStatus.OK, HTML, _page(), {"Content-Security-Policy": POLICY, "Referrer-Policy": "no-referrer"})


@cache
def _document() -> str:
    return DOCUMENT.read_text("utf-8")


@cache
def _page() -> str:
    document = json.loads(_document())
    operations = [
        (method, path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    title = escape(document["info"]["title"])
    return "\n".join(
        (
            f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<style>{STYLE}</style></head><body><h1>{title} {escape(document['info']['version'])}</h1>",
            _prose(document["info"]["description"]),
            f"<p>All paths begin with <code>{escape(document['servers'][0]['url'])}</code>. For programs there is the",
            '<a href="openapi.json">OpenAPI document</a>.</p>',
            "<nav><ul>",
            *(_entry(*operation) for operation in operations),
            "</ul></nav><h2>Operations</h2>",
            *(_operation(*operation) for operation in operations),
            "<h2>Shapes</h2>",
            *(_shape(name, schema) for name, schema in document["components"]["schemas"].items()),
            "</body></html>",
        )
    )


def _entry(method: str, path: str, operation: Json) -> str:
    link = f'<a href="#{escape(operation["operationId"])}"><code>{_call(method, path)}</code></a>'
    return f"<li>{link} {escape(operation['summary'])}</li>"


def _call(method: str, path: str) -> str:
    return f'<span class="method">{escape(method.upper())}</span>{escape(path)}'


def _operation(method: str, path: str, operation: Json) -> str:
    parameters = [
        (f"<code>{escape(one['name'])}</code>", _type(one["schema"]), one["in"], _inline(one.get("description", "")))
        for one in operation.get("parameters", [])
    ]
    body = operation.get("requestBody", {}).get("content", {})
    answers = [
        (status, _inline(answer["description"]), ", ".join(map(_type, _schemas(answer.get("content", {})))))
        for status, answer in operation["responses"].items()
    ]
    return "\n".join(
        (
            f'<h3 id="{escape(operation["operationId"])}"><code>{_call(method, path)}</code></h3>',
            f"<p><strong>{escape(operation['summary'])}.</strong></p>",
            _prose(operation.get("description", "")),
            _table(("Parameter", "Type", "In", ""), parameters),
            *(f"<p>Body: {_type(schema)}</p>" for schema in _schemas(body)),
            _table(("Status", "", "Answer"), answers),
        )
    )


def _schemas(content: Json) -> list[Json]:
    return [one["schema"] for one in content.values()]


def _shape(name: str, schema: Json) -> str:
    fields = [
        (f"<code>{escape(field)}</code>", _type(kind), _inline(kind.get("description", "")))
        for field, kind in schema.get("properties", {}).items()
    ]
    heading = f'<h3 id="{escape(name)}"><code>{escape(name)}</code></h3>'
    return heading + _prose(schema.get("description", "")) + _table(("Field", "Type", ""), fields)


def _type(schema: Json) -> str:
    """What values a schema takes, in a few words."""
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return f'<a href="#{name}"><code>{name}</code></a>'
    if "anyOf" in schema:
        return " or ".join(_type(kind) for kind in schema["anyOf"])
    if "enum" in schema or "const" in schema:
        values = schema.get("enum", [schema.get("const")])
        words = " | ".join(f"<code>{escape(json.dumps(value))}</code>" for value in values)
    elif schema.get("type") == "array":
        words = f"list of {_type(schema['items'])}"
    else:
        words = escape(schema.get("format") or schema.get("type") or "anything")
    return words + _bounds(schema)


def _bounds(schema: Json) -> str:
    low = schema.get("minimum", schema.get("minLength"))
    high = schema.get("maximum", schema.get("maxLength"))
    bounds = "" if low is None and high is None else f" ({'' if low is None else low}…{'' if high is None else high})"
    default = "" if schema.get("default") is None else f", default <code>{escape(json.dumps(schema['default']))}</code>"
    return bounds + default


def _table(headings: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """A table of cells that are HTML already; nothing if there are no rows."""
    if not rows:
        return ""
    head = "".join(f"<th>{heading}</th>" for heading in headings)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><tr>{head}</tr>{body}</table>"


def _prose(text: str) -> str:
    return "".join(f"<p>{_inline(paragraph)}</p>" for paragraph in text.split("\n\n") if paragraph)


def _inline(text: str) -> str:
    """Text with its `code` marked as such."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))
