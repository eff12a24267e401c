# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody types above the query log, as filters: "tv facebook blocked", `device:tv company:meta`. Pure.

A word with a key before it means that; any other means what it is: a verdict, a kind, a purpose, a type, a response
code, a time, an address, a device of the home, a company of the log, and else a part of a name. `-cdn` leaves names
with that part out.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from store.base.sentences import say
from store.log.records import CHECKED, COUNTED, Origin, Transport
from store.log.values import Source
from store.names.purpose import Kind, Purpose
from webui.views import log_times
from wire import types

MAX_WORDS = 20  # of one text; what is typed is shorter

_TOKEN = re.compile(r'(?:(?P<key>[a-z]+):)?(?:"(?P<quoted>[^"]*)"|(?P<word>\S+))', re.IGNORECASE)
_VERDICTS = {
    **{word.lower(): word for word in COUNTED}, "blocked": "BLOCK", "stopped": "BLOCK", "passed": "PASS",
    "through": "PASS", "allowed": "ALLOW", "refused": "REFUSE", "error": "FAILED", "errors": "FAILED",
}  # fmt: skip
_KINDS = {**{kind.word: kind.word for kind in Kind}, "tracker": "tracking", "trackers": "tracking"}
_PURPOSES = {**{str(each): str(each) for each in Purpose if each is not Purpose.UNKNOWN}, "updates": "update",
             "ad": "ads", "telemetry": "analytics"}  # fmt: skip
_TYPES = {name.lower() for name in types.TYPE_NAMES.values()} - {"a", "any", "key", "sig", "null", "ds", "ta"}
_TRANSPORTS = {
    **{each.name.lower(): each.name for each in Transport if each}, "tls": "DOT", "https": "DOH", "quic": "DOQ",
}  # fmt: skip
_KEYS = {
    "device": "device", "client": "client", "ip": "client", "address": "client", "name": "name", "domain": "name",
    "names": "names", "verdict": "verdict", "status": "verdict", "kind": "kind", "purpose": "purpose",
    "company": "company", "list": "list", "type": "type", "origin": "origin", "rcode": "rcode", "code": "rcode",
    "source": "source", "transport": "transport", "over": "transport", "dnssec": "dnssec", "signatures": "dnssec",
    "hide": "hide", "range": "range", "from": "from", "to": "to",
}  # fmt: skip
_LET = ("let", "got")  # before "through", they say nothing more


@dataclass(slots=True)
class Understood:
    """Filters as they stand in an address; `notes` say what could not be understood as it was meant."""

    pairs: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def understood(text: str, devices: Mapping[int, str], companies: Collection[str]) -> Understood:
    """`devices`: id → name. What several words say of the same thing, the last one says."""
    result = Understood()
    names: list[str] = []
    hidden: list[str] = []
    words = list(_tokens(text))[:MAX_WORDS]
    free = [word for key, word, quoted in words if not key and not quoted]
    for key, word, quoted in words:
        if key in _KEYS:
            _keyed(result, _KEYS[key], word, devices, companies)
        elif word.startswith("-") and len(word) > 1 and not key and not quoted:
            hidden.append(word[1:].lower())
        elif quoted:
            result.pairs["names"] = word.lower()
        elif not _plain(result, f"{key}:{word}" if key else word, devices, companies, free):
            names.append(f"{key}:{word}" if key else word)
    if hidden:
        result.pairs["hide"] = ",".join(hidden)
    if names:
        result.pairs["name"] = names[0] if len(names) == 1 else f"*{'*'.join(names)}*"
    return result


def free_words(text: str) -> list[str]:
    """The words that may be a company."""
    return [word for key, word, _ in _tokens(text) if key in ("", "company") and len(word) > 1][:MAX_WORDS]


def _tokens(text: str) -> Iterator[tuple[str, str, bool]]:
    """(key, word, whether it was quoted)"""
    for match in _TOKEN.finditer(text):
        quoted = match["quoted"]
        yield (match["key"] or "").lower(), match["word"] if quoted is None else quoted.strip(), quoted is not None


def _plain(
    result: Understood, word: str, devices: Mapping[int, str], companies: Collection[str], free: list[str]
) -> bool:
    """Whether the word is a filter by itself, which it then is."""
    low = word.lower()
    if low in _LET and "through" in map(str.lower, free):
        return True
    for key, known in (("verdict", _VERDICTS), ("kind", _KINDS), ("purpose", _PURPOSES)):
        if low in known:
            result.pairs[key] = known[low]
            return True
    if word in types.TYPE_NUMBERS or low in _TYPES:
        result.pairs["type"] = word.upper()
    elif word.upper() in types.RCODE_NUMBERS:
        result.pairs["rcode"] = word.upper()
    elif low in log_times.TITLES:
        result.pairs["range"] = low
    elif _is_address(word):
        result.pairs["client"] = word
    elif company := _company(word, companies):
        result.pairs["company"] = company
    else:
        return "." not in word and "*" not in word and _of_device(result, word, devices, free)
    return True


def _keyed(
    result: Understood, key: str, word: str, devices: Mapping[int, str], companies: Collection[str]
) -> None:  # fmt: skip
    low = word.lower()
    if key == "device":
        if low.isdecimal() and int(low) in devices:
            result.pairs[key] = low
        elif not _of_device(result, word, devices, [word]):
            result.notes.append(say("No device is called “{word}”.", word=word))
        return
    known: Mapping[str, str] = {
        "verdict": _VERDICTS, "kind": _KINDS, "purpose": {**_PURPOSES, "unknown": "unknown"},
        "origin": {each.name.lower(): each.name for each in Origin},
        "transport": _TRANSPORTS,
        "dnssec": {word: word for word in CHECKED},
        "source": {str(each): str(each) for each in Source},
        "range": {each: each for each in log_times.TITLES},
    }.get(key, {})  # fmt: skip
    if known and low not in known:
        choices = ", ".join(dict.fromkeys(known))
        result.notes.append(say("“{word}” is no {key}; there are {choices}.", word=word, key=key, choices=choices))
    elif key == "company":
        result.pairs[key] = _company(word, companies) or word
    else:
        result.pairs[key] = known.get(low, word)


def _of_device(result: Understood, word: str, devices: Mapping[int, str], free: list[str]) -> bool:
    """Whether a device is called so; of several the one of whose name most of the text speaks."""
    low = word.lower()
    called = {number: name.lower() for number, name in devices.items() if low in _parts(name) or low == name.lower()}
    if not called:
        return False
    typed = {each.lower() for each in free}
    scores = {number: len(typed & _parts(name)) for number, name in called.items()}
    best = [number for number, score in scores.items() if score == max(scores.values())]
    if len(best) > 1:
        names = ", ".join(sorted(devices[number] for number in best))
        result.notes.append(say("Several devices are called “{word}”: {names}. Write more of the name.", word=word,
                                names=names))  # fmt: skip
    result.pairs["device"] = str(min(best, key=lambda number: devices[number].casefold()))
    return True


def _parts(name: str) -> set[str]:
    return set(re.findall(r"\w+", name.lower()))


def _company(word: str, companies: Collection[str]) -> str | None:
    low = word.lower()
    return next((company for company in companies if company.lower() == low), None)


def _is_address(word: str) -> bool:
    try:
        ipaddress.ip_address(word)
    except ValueError:
        return False
    return True
