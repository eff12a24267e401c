# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a regular expression can be found in any name at all. Pure.

A name has letters, digits, hyphens, underscores and dots: no dot at an end, none beside another, labels of at most 63
and 253 characters in all. Other signs occur in names that programs ask for by mistake; an expression may mean them by
leaving others out (`[^a-z]`), never by naming one. What cannot be told (syntax that RE2 alone knows) counts as found.
"""

import re
from collections.abc import Iterable
from importlib import import_module
from typing import Any

_parser: Any = import_module("re._parser")  # the syntax tree of an expression, as Python's own compiler takes it
_code: Any = import_module("re._constants")

MAX_NODES = 5000  # of one expression's graph; five times what RE2 is given
MAX_LABEL, MAX_NAME = 63, 253

# What stands next in a name: a letter, digit or underscore, a hyphen, a dot, another sign, or the end.
WORD, HYPHEN, DOT, OTHER, END = 1, 2, 4, 8, 16
NAMED = WORD | HYPHEN | DOT
ANY = NAMED | OTHER
_POSIX = {"alpha": "a-zA-Z", "digit": "0-9", "alnum": "a-zA-Z0-9", "word": r"\w", "lower": "a-z", "upper": "A-Z",
          "punct": r"\-_.", "xdigit": "0-9a-fA-F", "graph": r"\w.\-", "print": r"\w.\-", "space": r"\s",
          "blank": r"\s", "cntrl": r"\s", "ascii": r"\w.\-"}  # fmt: skip
_AS_PYTHON = re.compile(r"\\z|\{,|\(\?[imsU]+\)|\[:(\w+):\]|\\.")

Node = tuple[str, int, tuple[int, ...]]  # what it is, its mask, and what follows


def matches_some_name(pattern: str) -> bool:
    """Whether a name exists in which `pattern` is found, letters of either case being the same."""
    try:
        graph = _Graph(pattern)
    except (re.error, KeyError, OverflowError, RecursionError, ValueError):
        return True
    shortest = _shortest(graph, labels=False)
    if shortest is None or shortest <= MAX_LABEL:
        return shortest is not None
    return _shortest(graph, labels=True) is not None


def matches_every_name(pattern: str) -> bool:
    """Whether `pattern` surely is found in every name, since it asks for nothing."""
    bare = pattern.removeprefix("^").removesuffix("$")
    return bare in ("", ".", ".*", ".+") if bare == pattern else bare in (".*", ".+")


class _Graph:
    """An expression as nodes: `take` one sign, go on with `any` of several, hold `at` a place, or be `found`."""

    def __init__(self, pattern: str) -> None:
        fold = re.IGNORECASE
        if pattern.startswith("(?-i)"):
            pattern = f"(?-i:{pattern.removeprefix('(?-i)')})"
        self.nodes: list[Node] = [("found", 0, ())]
        tree = _parser.parse(_AS_PYTHON.sub(_as_python, pattern), fold)
        first = self._sequence(tree, 0, fold=True)
        self.start = self._add("any", 0, (first,))
        self.nodes[self.start] = ("any", 0, (first, self._add("take", ANY, (self.start,))))

    def _add(self, what: str, mask: int, after: tuple[int, ...]) -> int:
        if len(self.nodes) >= MAX_NODES:
            raise ValueError("too large to be told")
        self.nodes.append((what, mask, after))
        return len(self.nodes) - 1

    def _sequence(self, items: Iterable[Any], after: int, *, fold: bool) -> int:
        for op, value in reversed(list(items)):
            after = self._item(op, value, after, fold=fold)
        return after

    def _item(self, op: Any, value: Any, after: int, *, fold: bool) -> int:
        """Add one part of an expression before `after`; KeyError for one that RE2 does not have."""
        if op is _code.SUBPATTERN:
            _, added, taken, inner = value
            return self._sequence(inner, after, fold=(fold or bool(added & re.I)) and not taken & re.I)
        if op is _code.BRANCH:
            return self._add("any", 0, tuple(self._sequence(way, after, fold=fold) for way in value[1]))
        if op in (_code.MAX_REPEAT, _code.MIN_REPEAT):
            least, most, inner = value
            return self._repeat(least, most, inner, after, fold=fold)
        if op is _code.AT:
            return self._add("at", _PLACES[value], (after,))
        return self._add("take", _signs(op, value, fold=fold), (after,))

    def _repeat(self, least: int, most: Any, inner: Any, after: int, *, fold: bool) -> int:
        if most is _code.MAXREPEAT:
            loop = self._add("any", 0, (after,))
            self.nodes[loop] = ("any", 0, (after, self._sequence(inner, loop, fold=fold)))
            after = loop
        else:
            end = after
            for _ in range(most - least):
                after = self._add("any", 0, (end, self._sequence(inner, after, fold=fold)))
        for _ in range(least):
            after = self._sequence(inner, after, fold=fold)
        return after


def _as_python(match: re.Match[str]) -> str:
    """Syntax of RE2's as Python writes it; flags go, since letters of either case are the same."""
    text = match[0]
    if match[1]:
        return _POSIX[match[1]]
    return {r"\z": r"\Z", "{,": r"\{,"}.get(text, "" if text.startswith("(?") else text)


_START, _BOUNDARY, _INSIDE = 32, 64, 128
_PLACES = {_code.AT_BEGINNING: _START, _code.AT_BEGINNING_STRING: _START, _code.AT_END: END, _code.AT_END_STRING: END,
           _code.AT_BOUNDARY: _BOUNDARY, _code.AT_NON_BOUNDARY: _INSIDE}  # fmt: skip
_CATEGORIES = {_code.CATEGORY_DIGIT: WORD, _code.CATEGORY_NOT_DIGIT: ANY, _code.CATEGORY_WORD: WORD,
               _code.CATEGORY_NOT_WORD: ANY - WORD, _code.CATEGORY_SPACE: 0, _code.CATEGORY_NOT_SPACE: ANY}  # fmt: skip
_WORD_SIGNS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_")


def _signs(op: Any, value: Any, *, fold: bool) -> int:
    """The kinds of sign that one place of an expression takes. KeyError for what is no such place."""
    if op is _code.ANY:
        return ANY
    if op is _code.LITERAL:
        return _kind(chr(value), fold=fold)
    if op is _code.NOT_LITERAL:
        return ANY & ~(_kind(chr(value), fold=fold) & ~WORD)
    if op is _code.CATEGORY:
        return _CATEGORIES[value]
    if op is not _code.IN:
        raise KeyError(op)
    return _left_out(value[1:], fold=fold) if value[0][0] is _code.NEGATE else _set(value, fold=fold)


def _set(members: Iterable[Any], *, fold: bool) -> int:
    mask = 0
    for op, value in members:
        if op is _code.RANGE:
            mask |= _range(*value, fold=fold)
        else:
            mask |= _signs(op, value, fold=fold)
    return mask


def _range(low: int, high: int, *, fold: bool) -> int:
    signs = (*_WORD_SIGNS, "-", ".", *(map(str.upper, _WORD_SIGNS) if fold else ()))
    mask = 0
    for sign in signs:
        if low <= ord(sign) <= high:
            mask |= _kind(sign, fold=fold)
    return mask


def _left_out(members: list[Any], *, fold: bool) -> int:
    """What a class takes that names what it does not take."""
    left = {"-": HYPHEN, ".": DOT} | dict.fromkeys(_WORD_SIGNS, WORD)
    for op, value in members:
        if op is _code.CATEGORY:
            taken = _CATEGORIES[value]
            digits = value is _code.CATEGORY_DIGIT
            left = {
                sign: kind for sign, kind in left.items() if not kind & taken or (digits and not sign.isdigit())
            }  # fmt: skip
            continue
        low, high = value if op is _code.RANGE else (value, value)
        left = {
            sign: kind
            for sign, kind in left.items()
            if not (low <= ord(sign) <= high or (fold and low <= ord(sign.upper()) <= high))
        }
    mask = OTHER
    for kind in left.values():
        mask |= kind
    return mask


def _kind(sign: str, *, fold: bool) -> int:
    """Which kind of sign of a name this is; none for what no name has."""
    small = sign.casefold() if fold else sign
    return WORD if small in _WORD_SIGNS else {"-": HYPHEN, ".": DOT}.get(small, 0)


State = tuple[int, int, int, int]  # a node; the sign before it (0: none); what may follow; the label's length so far


def _shortest(graph: _Graph, *, labels: bool) -> int | None:
    """The length of the shortest name in which the expression is found; None for none."""
    states, seen = [(graph.start, 0, ANY | END, 0)], set[State]()
    for length in range(MAX_NAME + 1):
        taking: list[State] = []
        while states:
            state = states.pop()
            if state in seen:
                continue
            seen.add(state)
            node, before, following, label = state
            what, mask, after = graph.nodes[node]
            if what == "found":
                if length and before != DOT and following & END:
                    return length
                taking.append(state)
            elif what == "take":
                taking.append(state)
            else:
                following = following if what == "any" else following & _allowed(mask, before)
                states += [(to, before, following, label) for to in after] if following else ()
        states = [new for state in taking for new in _taken(graph, state, labels=labels)]
    return None


def _allowed(place: int, before: int) -> int:
    """What may follow where this place is held."""
    if place == _START:
        return 0 if before else ANY | END
    if place == END:
        return END
    word = before == WORD
    return (ANY | END) & ~WORD if word == (place == _BOUNDARY) else WORD


def _taken(graph: _Graph, state: State, *, labels: bool) -> Iterable[State]:
    node, before, following, label = state
    what, mask, after = graph.nodes[node]
    to, mask = (node, ANY) if what == "found" else (after[0], mask)
    for sign in (WORD, HYPHEN, DOT, OTHER):
        allowed = before not in (0, DOT) if sign == DOT else label < MAX_LABEL
        if not allowed or not sign & mask & following:
            continue
        yield to, sign, ANY | END, 0 if sign == DOT or not labels else label + 1
