# SPDX-License-Identifier: GPL-3.0-or-later
"""The modifiers of an adblock rule, as DNS blockers read them. Pure.

A rule with a condition that cannot be held is skipped: were the condition ignored, the rule would block what its author
never meant.
"""

import re
from dataclasses import dataclass
from typing import Any

from blocklists.formats import list_names, rewrites
from blocklists.rules import reasons
from blocklists.rules.complex_rule import ALWAYS, When
from blocklists.rules.list_options import Options
from store.config import custom_responses
from wire.types import type_number

MAX_VALUES = 1000  # of one modifier; each is looked at for every query that the rule may speak of
_SPLIT = re.compile(r"(?<!\\),").split
_BARS = re.compile(r"(?<!\\)\|").split
_SITE = frozenset({"all", "doc", "document"})
# Kinds of request: beside a whole site they only add to it.
_FETCHED = frozenset({"popup", "popunder", "script", "image", "subdocument", "frame", "xhr", "xmlhttprequest", "other"})
# Modifiers that mean something in a browser alone: where a request comes from, what it fetches, what to do with it.
_BROWSER = frozenset(
    (
        "third-party", "3p", "first-party", "1p", "strict1p", "strict3p", "domain", "from", "to", "method", "header",
        "script", "image", "stylesheet", "css", "font", "media", "object", "object-subrequest", "other", "ping",
        "beacon", "websocket", "webrtc", "xmlhttprequest", "xhr", "subdocument", "frame", "popup", "popunder",
        "inline-script", "inline-font", "generichide", "ghide", "elemhide", "ehide", "specifichide", "shide",
        "genericblock", "content", "extension", "jsinject", "urlblock", "match-case", "csp", "permissions", "redirect",
        "redirect-rule", "rewrite", "empty", "mp4", "removeparam", "queryprune", "urltransform", "uritransform",
        "urlskip", "replace", "cookie", "hls", "jsonprune", "xmlprune", "removeheader", "referrerpolicy", "network",
        "app", "stealth", "sitekey", "cname", "ipaddress", "reason", "background", "document-only", "responseheader",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Modifiers:
    """What the modifiers of one rule come to. `answer` is that of `dnsrewrite`; `rewrite` that there was one."""

    important: bool = False
    badfilter: bool = False
    when: When = ALWAYS
    answer: str = ""
    rewrite: bool = False


NONE = Modifiers()


class Unheld(ValueError):  # noqa: N818 - said of a rule
    """The rule cannot be held; the text is the reason."""


def read(text: str, *, allow: bool, options: Options) -> Modifiers:
    """Read what stands behind the `$`; raise `Unheld`."""
    if not text:
        return NONE
    fields: dict[str, Any] = {}
    when: dict[str, tuple[Any, ...]] = {}
    asked = [_pair(part) for part in _SPLIT(text)]
    site = not allow and options.whole_site == "block" and bool(_SITE & {name for name, _ in asked})
    for name, value in asked:
        if name in ("important", "badfilter"):
            fields[name] = True
        elif name == "dnsrewrite":
            fields |= {"rewrite": True, "answer": _rewrite(value, allow)}
        elif name in _CONDITIONS:
            when |= _CONDITIONS[name](value)
        elif site and name in ("domain", "from", "to"):
            when |= _pages(value)
        elif not (site and name in _SITE | _FETCHED):
            raise Unheld(reasons.BROWSER if name.removeprefix("~") in _BROWSER | _SITE else reasons.MODIFIER)
    if when:
        fields["when"] = When(**when)
    return Modifiers(**fields)


def when_types(text: str) -> When:
    """The condition that `A,AAAA` or `~A,AAAA` is, as the home's own rules write it; raise `Unheld`."""
    if not text:
        return ALWAYS
    out = "~" if text.startswith("~") else ""
    words = [word.strip(" ~") for word in text.split(",")]
    return When(**_types("|".join(f"{out}{word}" for word in words)))


def answer(text: str) -> str:
    """An answer as `store.config.custom_responses` writes it, nothing for nothing; raise ValueError."""
    return custom_responses.write(custom_responses.parse(text)) if text else ""


def _pair(part: str) -> tuple[str, str]:
    name, _, value = part.strip().partition("=")
    return name.lower(), value.replace("\\,", ",")


def _rewrite(value: str, allow: bool) -> str:
    if not value:
        if allow:
            return ""
        raise Unheld(reasons.VALUE)
    answer = rewrites.read(value)
    if answer is None:
        raise Unheld(reasons.VALUE)
    return answer


def _pages(value: str) -> dict[str, tuple[Any, ...]]:
    """A whole site blocked but for some pages: `to=~x`, and `domain=~x` of the page itself, spare x."""
    pages = value.lower().split("|")
    if not all(page.startswith("~") and list_names.plausible(page[1:]) for page in pages):
        raise Unheld(reasons.BROWSER)
    return {"spared": tuple(page[1:] for page in pages)}


def _types(value: str) -> dict[str, tuple[Any, ...]]:
    words = value.upper().split("|")
    numbers = [_type(word.removeprefix("~")) for word in words]
    out = [word.startswith("~") for word in words]
    if any(out) != all(out):
        raise Unheld(reasons.VALUE)
    return {"types_out" if out[0] else "types": tuple(sorted(set(numbers)))}


def _type(word: str) -> int:
    number = type_number(word)
    if not number:  # 0 is a type of no query
        raise Unheld(reasons.VALUE)
    return number


def _spared(value: str) -> dict[str, tuple[Any, ...]]:
    names = [name.strip().lower().removesuffix(".") for name in value.split("|")]
    names = [name if name.isascii() else list_names.a_label(name) for name in names]
    if len(names) > MAX_VALUES or not all(name and list_names.plausible(name) for name in names):
        raise Unheld(reasons.VALUE)
    return {"spared": tuple(names)}


def _clients(value: str) -> dict[str, tuple[Any, ...]]:
    clients = [_unquoted(part.strip()) for part in _BARS(value)]
    if len(clients) > MAX_VALUES or not all(name for _, name in clients):
        raise Unheld(reasons.VALUE)
    inside, outside = (tuple(name for out, name in clients if out == wanted) for wanted in (False, True))
    return {"clients": inside, "clients_out": outside}


def _unquoted(part: str) -> tuple[bool, str]:
    out = part.startswith("~")
    part = part.removeprefix("~")
    if len(part) > 1 and part[0] == part[-1] and part[0] in "'\"":
        part = part[1:-1]
    return out, re.sub(r"\\(.)", r"\1", part).lower()


def _tags(value: str) -> dict[str, tuple[Any, ...]]:
    tags = [part.strip().lower() for part in value.split("|")]
    if len(tags) > MAX_VALUES or not all(part.strip("~") for part in tags):
        raise Unheld(reasons.VALUE)
    return {
        "tags": tuple(part for part in tags if not part.startswith("~")),
        "tags_out": tuple(part[1:] for part in tags if part.startswith("~")),
    }


_CONDITIONS = {"dnstype": _types, "denyallow": _spared, "client": _clients, "ctag": _tags}
