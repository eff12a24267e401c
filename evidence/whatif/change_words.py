# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes as people write them on the command line. Pure.

    on LIST [at LEVEL] [for SCOPE]     off LIST [for SCOPE]     follow LIST for SCOPE
    block RULE [for SCOPE]             allow RULE [for SCOPE]   forget RULE-ID
    device:3 joins group:2             device:3 leaves group:2
    list URL|FILE|ID [for SCOPE]       permit URL|FILE|ID [for SCOPE]        a list that allows

Several may follow one another; LIST is an id (`pack:xiaomi`, `service:tiktok`), RULE as in `telltale rules add`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from evidence.whatif.whatif_change import (
    MAX_CHANGES,
    BadChange,
    Change,
    GroupChange,
    RuleChange,
    RuleRemoval,
    SourceChange,
    ToggleChange,
)
from store.base.sentences import say, sentence_of
from store.config import rule_text
from store.config.choices import RuleForm, RuleKind
from store.config.scopes import HOUSE

EXAMPLES = (
    "on hagezi-pro", "off pack:xiaomi for device:3", "on pack:samsung at strict", "block tiktok.com for group:2",
    "allow cdn.example", "forget 12", "device:3 joins group:2", "list https://lists.example/block.txt",
)  # fmt: skip

_MEMBER = re.compile(r"device:(\d{1,9})").fullmatch
_GROUP = re.compile(r"group:(\d{1,9})").fullmatch
_TOGGLES = {"on": True, "off": False, "follow": None}
_RULES = {"block": RuleKind.BLOCK, "allow": RuleKind.ALLOW}
_SOURCES = {"list": False, "permit": True}
_ENDINGS = (".txt", ".list", ".hosts", ".gz")  # of files; no id of the catalogue has a dot


def parse(arguments: Sequence[str]) -> tuple[Change, ...]:
    """The changes of a command line. Raises BadChange."""
    words, changes = [word for argument in arguments for word in argument.split()], list[Change]()
    while words:
        changes.append(_next(words))
    if not changes or len(changes) > MAX_CHANGES:
        raise BadChange(say("Say 1 to {most} changes, such as “{example}”.", most=MAX_CHANGES, example=EXAMPLES[0]))
    return tuple(changes)


def _next(words: list[str]) -> Change:
    """Take the first change off the words."""
    verb = words.pop(0)
    if verb in _TOGGLES:
        blocklist, level = _taken(words, verb), None
        if words[:1] == ["at"]:
            words.pop(0)
            level = _taken(words, "at")
        scope = _scope(words)
        if verb == "follow" and scope == str(HOUSE):
            raise BadChange(say("“follow” needs a group or device: follow LIST for device:3."))
        return ToggleChange(blocklist, scope, _TOGGLES[verb], level)
    if verb in _RULES:
        return _rule(_RULES[verb], _taken(words, verb), words)
    if verb in _SOURCES:
        return SourceChange(_source(_taken(words, verb)), _scope(words), _SOURCES[verb])
    if verb == "forget":
        number = _taken(words, verb)
        if not number.isascii() or not number.isdigit() or len(number) > 9:
            raise BadChange(say("“forget” needs a rule's number; `telltale rules` shows them."))
        return RuleRemoval(int(number))
    return _member(verb, words)


def _source(text: str) -> str:
    """A URL or an id of the catalogue as it stands; a file by its whole path."""
    path = Path(text)
    if "://" in text or (not path.is_file() and "/" not in text and path.suffix not in _ENDINGS):
        return text
    if not path.is_file():
        raise BadChange(say("There is no file {path}.", path=text))
    return str(path.resolve())


def _rule(kind: RuleKind, text: str, words: list[str]) -> RuleChange:
    try:
        given = rule_text.read(text)
    except ValueError as error:
        raise BadChange(sentence_of(error)) from None
    if given.kind not in (None, kind):
        raise BadChange(say("'{text}' lets a name through: write allow before it.", text=text))
    below = given.form is RuleForm.NAME and given.subdomains is not False
    return RuleChange(kind, given.name, _scope(words), below, given.form, given.types, given.inverted, given.answer)


def _member(verb: str, words: list[str]) -> GroupChange:
    device = _MEMBER(verb)
    group = _GROUP(words[1]) if len(words) > 1 and words[0] in ("joins", "leaves") else None
    if device is None or group is None:
        raise BadChange(say(
            "'{word}' begins no change: write {examples}.", word=verb, examples="; ".join(EXAMPLES)
        ))  # fmt: skip
    joins = words[0] == "joins"
    del words[:2]
    return GroupChange(int(device[1]), int(group[1]), joins)


def _scope(words: list[str]) -> str:
    if words[:1] != ["for"]:
        return str(HOUSE)
    words.pop(0)
    return _taken(words, "for")


def _taken(words: list[str], after: str) -> str:
    if not words:
        raise BadChange(say("Something is missing after “{word}”.", word=after))
    return words.pop(0)


def turned(blocklist: str, on: bool, level: str = "", scope: str = "house") -> str:
    """The words for a list, pack or service that is turned on (at a level, for a scope) or off."""
    words = ["on" if on else "off", blocklist]
    if on and level:
        words += ["at", level]
    return " ".join([*words, "for", scope] if scope != "house" else words)
