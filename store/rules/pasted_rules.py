# SPDX-License-Identifier: GPL-3.0-or-later
"""Many rules as one text, as people keep them: what of it is understood, line by line, and what not and why. Pure.

    ||ads.example^  ads.example  /re/  @@…  # why      as `rule_text` reads a rule
    0.0.0.0 ads.example tracker.example                a hosts line that blocks
    ! telltale: scope=device:3 on=no until=1796…       of what follows, as our own export writes it
    {"telltale": "rules", "rules": [{…}, …]}           the export as JSON

`#` and `!` at the beginning of a line begin a comment.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from ipaddress import ip_address
from typing import Any

from store.base.sentences import say, sentence_of
from store.config.choices import RuleForm, RuleKind
from store.config.rule_input import check_comment, check_rule
from store.config.scopes import HOUSE, Scope
from store.config.session import EditError, about
from store.rules import rule_hint
from store.rules.rule_edit import MAX_TOGETHER, NewRule, identity_of

MAX_TEXT = 1 << 20  # characters: ten thousand lines of a hundred
MAX_SHOWN = 120  # characters of a line that is told of
MARK = "! telltale:"  # begins a line about those that follow
_SINKS = frozenset({"0.0.0.0", "127.0.0.1", "::", "::1", "0"})  # noqa: S104 - what hosts files block with
_HOSTS = re.compile(r"(\S+)[ \t]+([^#]+?)(?:\s*#\s*(.*))?").fullmatch
_COSMETIC = re.compile(r"#[@?$%]{0,3}#").search
_MARKS = re.compile(r"(scope|on|until|schedule)=(\S+)").findall
_FIELDS = frozenset({"kind", "form", "name", "subdomains", "types", "inverted", "answer"})


@dataclass(frozen=True, slots=True)
class Understood:
    """A rule and the line (from 1) that says it; of JSON, the place among its rules."""

    line: int
    new: NewRule


@dataclass(frozen=True, slots=True)
class Odd:
    """A line that gives no rule, and a sentence that says why."""

    line: int
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Twice:
    """A line that says what one before it said already."""

    line: int
    text: str
    first: int


@dataclass(frozen=True, slots=True)
class Pasted:
    """A whole text, taken apart; `lines`: how many were not empty, `comments`: how many of them say nothing."""

    rules: tuple[Understood, ...]
    odd: tuple[Odd, ...]
    twice: tuple[Twice, ...]
    lines: int
    comments: int

    @property
    def hints(self) -> list[tuple[int, str, str]]:
        """Of each rule that may do what is not meant by it: its line, its name, and a sentence."""
        each = [(rule.line, rule.new.rule.name, rule_hint.hint(rule.new.rule)) for rule in self.rules]
        return [(line, name, why) for line, name, why in each if why]


def read(text: str, kind: RuleKind = RuleKind.BLOCK, *, subdomains: bool = True, scope: str = "") -> Pasted:
    """Take a text apart. Raises EditError for one that is too long, JSON that is none of ours, or no scope.

    `kind`, `subdomains`: what a line means that does not say so itself; `scope`: whom all of it is for, "": as the text
    says, else the house.
    """
    with about("scope"):
        scope = _scope(scope) if scope else ""
    if len(text) > MAX_TEXT:
        raise EditError(say("That is more than {most:,} characters; add it as a blocklist instead.", most=MAX_TEXT))
    begun = text.lstrip()
    each = _of_json(begun) if begun.startswith("{") else _of_lines(text, kind, subdomains)
    rules: list[Understood] = []
    odd: list[Odd] = []
    twice: list[Twice] = []
    first: dict[tuple[Any, ...], int] = {}
    lines = comments = 0
    for number, shown, given in each:
        lines += 1
        comments += given is None
        if isinstance(given, EditError):
            odd.append(Odd(number, shown[:MAX_SHOWN], sentence_of(given)))
            continue
        for new in given or ():
            new = replace(new, scope=scope or new.scope)
            key = identity_of(new)
            if key not in first:
                first[key] = number
                rules.append(Understood(number, new))
            elif first[key] != number:
                twice.append(Twice(number, shown[:MAX_SHOWN], first[key]))
    if lines > MAX_TOGETHER:
        raise EditError(say("That is more than {most:,} lines; add it as a blocklist instead.", most=MAX_TOGETHER))
    return Pasted(tuple(rules), tuple(odd), tuple(twice), lines, comments)


# A line, as shown, with its rules; None: it says nothing.
_Line = tuple[int, str, "list[NewRule] | EditError | None"]


def _of_lines(text: str, kind: RuleKind, subdomains: bool) -> Iterator[_Line]:
    around = NewRule(_NOTHING)
    for number, written in enumerate(text.splitlines(), 1):
        line = written.strip().lstrip("\ufeff")
        if not line:
            continue
        try:
            if line.startswith(MARK):
                around = _marked(line)
                yield number, line, None
            elif _is_comment(line):
                yield number, line, None
            else:
                yield number, line, [replace(around, rule=rule) for rule in _rules(line, kind, subdomains)]
        except EditError as error:
            yield number, line, error


def _is_comment(line: str) -> bool:
    if line.startswith("##") and not line[2:3].isspace() and line.strip("#"):
        return False  # hides a part of every page, and is told so
    return (line.startswith(("#", "!")) and not line.startswith("!/")) or (line.startswith("[") and line.endswith("]"))


def _rules(line: str, kind: RuleKind, subdomains: bool) -> Iterator[Any]:
    if (mark := _COSMETIC(line)) and not line[: mark.start()][-1:].isspace():
        raise EditError(say("It hides a part of web pages; a rule for names cannot do that."))
    hosts = _HOSTS(line)
    if hosts and (address := _address(hosts[1])):
        if address not in _SINKS:
            raise EditError(say("It gives a name the address of a machine; that is for the local names."))
        for name in hosts[2].split():
            yield _checked(RuleKind.BLOCK, name, subdomains, hosts[3] or "")
        return
    yield _checked(RuleKind.ALLOW if line.startswith("@@") else kind, line, subdomains, "")


def _checked(kind: str, name: str, subdomains: bool, comment: str) -> Any:
    rule = check_rule(kind, name, subdomains=subdomains)
    comment = comment.strip() or rule.comment
    check_comment(comment)
    return replace(rule, comment=comment)


def _address(text: str) -> str:
    """The address as hosts files have it; "" for what is none."""
    if text == "0":
        return text
    try:
        return str(ip_address(text))
    except ValueError:
        return ""


def _marked(line: str) -> NewRule:
    """What holds for the lines that follow."""
    words = dict(_MARKS(line))
    return _around(words.get("scope", str(HOUSE)), words.get("on") != "no", words.get("until"), words.get("schedule"))


def _around(scope: object, on: object, until: object, schedule: object) -> NewRule:
    return NewRule(_NOTHING, _scope(str(scope)), bool(on), _number(until), _number(schedule))


def _scope(text: str) -> str:
    try:
        return str(Scope.parse(text))
    except ValueError as error:
        raise EditError(sentence_of(error)) from None


def _number(value: object) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not str(value).isascii() or not str(value).isdigit() or len(str(value)) > 11:
        raise EditError(say("'{value}' is no whole number.", value=str(value)[:20]))
    return int(str(value))


def _of_json(text: str) -> Iterator[_Line]:
    try:
        given = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise EditError(say("This begins as JSON, and does not read as it: {why}.", why=str(error)[:200])) from None
    rules = given.get("rules") if isinstance(given, dict) else None
    if not isinstance(rules, list):
        raise EditError(say("This is JSON, and no export of rules: it has no list “rules”."))
    for number, row in enumerate(rules, 1):
        try:
            yield number, json.dumps(row, ensure_ascii=False), [_of_row(row)]
        except EditError as error:
            yield number, json.dumps(row, ensure_ascii=False), error


def _of_row(row: object) -> NewRule:
    if not isinstance(row, dict) or not isinstance(row.get("name"), str):
        raise EditError(say("It has no name."))
    texts = {key: row.get(key, "") for key in ("kind", "types", "answer", "comment")}
    if not all(isinstance(text, str) for text in texts.values()):
        raise EditError(say("Its kind, types, answer and comment must be text."))
    rule = check_rule(
        texts["kind"] or RuleKind.BLOCK, row["name"], subdomains=bool(row.get("subdomains", True)),
        form=str(row.get("form", RuleForm.NAME)), types=texts["types"], inverted=bool(row.get("inverted", False)),
        answer=texts["answer"],
    )  # fmt: skip
    check_comment(texts["comment"])
    around = _around(row.get("scope", str(HOUSE)), row.get("on", True), row.get("until"), row.get("schedule"))
    return replace(around, rule=replace(rule, comment=texts["comment"] or rule.comment))


_NOTHING = check_rule(RuleKind.BLOCK, "nothing.invalid", subdomains=True)
