"""The page on which people sign in to the local system, in German and English. It has no script."""

import base64
import hashlib
from collections.abc import Mapping
from html import escape
from string import Template
from typing import Any

from aiohttp import web

ENGLISH: Mapping[str, str] = {
    "lang": "en",
    "title": "Sign in",
    "email": "E-mail address",
    "password": "Password",
    "submit": "Sign in",
    "note": "This is the local system's own sign-in. In the cloud, Amazon Cognito's is here.",
    "wrong": "E-mail address or password is wrong.",
    "temporary": "This password is a temporary one. Set a permanent one first: aws cognito-idp admin-set-user-password "
    "--permanent …",
    "more": "The user pool asks for more than a password (a second factor, perhaps), which the local system cannot.",
    "client": "This client is not known here.",
    "redirect": "The client may not send people back to that address.",
    "origin": "The form was not sent from this page.",
    "refused": "That cannot be",
}
GERMAN: Mapping[str, str] = {
    "lang": "de",
    "title": "Anmelden",
    "email": "E-Mail-Adresse",
    "password": "Passwort",
    "submit": "Anmelden",
    "note": "Hier meldet man sich am lokalen System an. In der Cloud steht hier die Anmeldung von Amazon Cognito.",
    "wrong": "E-Mail-Adresse oder Passwort ist falsch.",
    "temporary": "Dieses Passwort gilt nur vorläufig. Erst muss ein bleibendes gesetzt werden: aws cognito-idp "
    "admin-set-user-password --permanent …",
    "more": "Der User Pool verlangt mehr als ein Passwort (vielleicht einen zweiten Faktor); das kann das lokale "
    "System nicht.",
    "client": "Dieser Client ist hier nicht bekannt.",
    "redirect": "An diese Adresse darf der Client niemanden zurückschicken.",
    "origin": "Das Formular kam nicht von dieser Seite.",
    "refused": "Das geht nicht",
}

_STYLE = """\
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { display: grid; place-items: center; min-height: 100vh; margin: 0; padding: 1rem; box-sizing: border-box; }
main { width: min(100%, 22rem); }
label { display: block; margin-top: 1rem; }
input, button { box-sizing: border-box; width: 100%; padding: .6rem; font: inherit; border: 1px solid GrayText;
  border-radius: .3rem; }
button { margin-top: 1.5rem; font-weight: 600; cursor: pointer; }
:focus-visible { outline: 3px solid Highlight; outline-offset: 2px; }
[role=alert] { padding: .6rem; border-left: .3rem solid #c62828; }
small { display: block; margin-top: 1.5rem; }
"""
_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_HASH}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_PAGE = Template("""\
<!doctype html>
<html lang="$lang">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Idlewatt: $title</title>
<style>$style</style>
<main>
<h1>$heading</h1>
$content
</main>
</html>
""")
_FORM = Template("""\
$alert<form method="post">
<label for="username">$email</label>
<input id="username" name="username" type="email" autocomplete="username" required value="$name"$focus_name>
<label for="password">$password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required$focus_password>
<button>$submit</button>
</form>
<small>$note</small>""")


def words(wanted: str) -> Mapping[str, str]:
    """The words of the page by an Accept-Language header or the name of a language: German if that comes first."""
    for one in wanted.lower().split(","):
        language = one.partition(";")[0].strip().partition("-")[0]
        if language in ("de", "en"):
            return GERMAN if language == "de" else ENGLISH
    return ENGLISH


def form(words: Mapping[str, str], *, name: str = "", problem: str = "") -> web.Response:
    """The form; with what was wrong, if it was sent before."""
    alert = f'<p role="alert" id="problem">{escape(words[problem])}</p>\n' if problem else ""
    # Who was refused corrects the password, and hears why.
    content = _FORM.substitute(
        words,
        alert=alert,
        name=escape(name),
        focus_name="" if problem else " autofocus",
        focus_password=' aria-describedby="problem" autofocus' if problem else "",
    )
    return _page(words, words["title"], content, 200)


def refusal(words: Mapping[str, str], reason: str) -> web.Response:
    """A page that leads nowhere: `reason` is one of client, redirect, origin."""
    return _page(words, words["refused"], f'<p role="alert">{escape(words[reason])}</p>', 400)


def _page(words: Mapping[str, str], heading: str, content: str, status: int) -> web.Response:
    given: dict[str, Any] = {"style": _STYLE, "heading": heading, "content": content}
    page = _PAGE.substitute(words, **given)
    return web.Response(status=status, text=page, content_type="text/html", headers=_HEADERS)
