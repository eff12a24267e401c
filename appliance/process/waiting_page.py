# SPDX-License-Identifier: GPL-3.0-or-later
"""What the supervisor itself answers at the web port, while the pages' process is not there: a page that stands alone,
or a line for programs. It says nothing of the home.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum
from functools import cache

from store.base import languages
from store.base.sentences import Sentence, say, translate
from store.locale.language_rules import ENGLISH, RULES
from store.locale.translations import Translations, read_forms

REFRESH_SECONDS = 2  # after which a browser comes again; where something has to be put right first, more seldom
FAILS_SECONDS = 20
_STYLE = (
    ":root{color-scheme:light dark}body{margin:0;min-height:100vh;display:grid;place-content:center;"
    "font:1.05rem/1.5 system-ui,sans-serif;background:light-dark(#f5f4f0,#13181a);color:light-dark(#1b2427,#e6ebec)}"
    "main{max-width:34rem;padding:1.5rem}h1{font-size:1.4rem;margin:0 0 .5rem}"
    "p{margin:.5rem 0;color:light-dark(#566064,#a3b0b5)}"
)
_MARKUP = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;"})
_CODE, _MARKED = re.compile("`([^`]+)`"), r"<code>\1</code>"
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


class Why(StrEnum):
    """`not_yet`: the house itself is not ready; `alone`: DNS is all that there is, since the state directory cannot be
    used; `starts`: the pages are on their way; `fails`: they end again and again."""

    NOT_YET = "not_yet"
    ALONE = "alone"
    STARTS = "starts"
    FAILS = "fails"


_TITLES = {
    Why.NOT_YET: say("Telltale is starting."),
    Why.ALONE: say("The pages cannot be shown: the state directory cannot be used."),
    Why.STARTS: say("The pages are starting."),
    Why.FAILS: say("The pages cannot be started."),
}
_MORE = {
    Why.NOT_YET: (say("DNS is answered first; this page shows the rest as soon as it is there."),),
    Why.ALONE: (
        say("DNS is answered from what is there. `telltale doctor` says what is wrong; the pages begin by themselves "
            "once it is put right."),
    ),
    Why.STARTS: (say("They sleep while nobody looks. This page shows them as soon as they are there."),),
    Why.FAILS: (
        say("Their process ends again and again, and is tried again by itself. DNS is answered meanwhile."),
        say("The log says why, and `telltale doctor` looks for the cause; after a full disk or a bad update, restart "
            "Telltale."),
    ),
}  # fmt: skip

# To what is no request at all, as the pages' process would say it.
NO_REQUEST = (
    b"HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: 23\r\nconnection: close"
    b"\r\n\r\nThis is no HTTP request"
)


@cache
def page(why: Why, tag: str, is_head: bool = False) -> bytes:
    """The whole response, in a language that is offered; the browser comes again by itself."""
    tell = _teller(tag)
    title = _escaped(tell(_TITLES[why]))
    more = "".join(f"<p>{_CODE.sub(_MARKED, _escaped(tell(sentence)))}</p>" for sentence in _MORE[why])
    body = (
        f'<!doctype html><html lang="{tag or ENGLISH}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>Telltale</title><style>{_STYLE}</style></head>"
        f'<body><main role="status"><h1>{title}</h1>{more}</main></body></html>'
    )
    return _response(why, "text/html; charset=utf-8", body, is_head, refresh=True)


def _escaped(text: str) -> str:
    """As html.escape does, whose module is 0.3 MB, and could not be imported when the disk fails."""
    return text.translate(_MARKUP)


@cache
def refusal(why: Why, tag: str) -> bytes:
    """For whoever waited for as long as anybody waits: nothing of the request was done."""
    return _response(why, "text/plain; charset=utf-8", _teller(tag)(_TITLES[why]) + "\n", False, refresh=False)


def _response(why: Why, kind: str, body: str, is_head: bool, *, refresh: bool) -> bytes:
    seconds = FAILS_SECONDS if why in (Why.FAILS, Why.ALONE) else REFRESH_SECONDS
    raw = body.encode()
    headers = [
        "HTTP/1.1 503 Service Unavailable", f"content-type: {kind}", f"content-length: {len(raw)}",
        f"retry-after: {seconds}", *([f"refresh: {seconds}"] if refresh else ()), "cache-control: no-store",
        f"content-security-policy: {_POLICY}", "x-content-type-options: nosniff", "referrer-policy: same-origin",
        "connection: close",
    ]  # fmt: skip
    return "\r\n".join([*headers, "", ""]).encode("ascii") + (b"" if is_head else raw)


def _teller(tag: str) -> Callable[[Sentence], str]:
    """The catalogue is read, and let go of again: the supervisor lives for as long as the house, on little memory."""
    if tag in ("", ENGLISH) or tag not in languages.available():
        return str
    catalogue = Translations(read_forms(languages.path_of(tag).read_text(encoding="utf-8")), RULES[tag])
    return lambda sentence: translate(sentence, catalogue)
