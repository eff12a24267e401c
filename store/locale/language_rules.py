# SPDX-License-Identifier: GPL-3.0-or-later
"""What each language of ours does with numbers: which plural form a count takes, and how digits are grouped.

Pure. The rules are those of Unicode's CLDR for whole numbers. One is left out: Spanish, French and Portuguese have a
form of their own for whole millions ("1 000 000 de noms"), which a home does not count to the very one.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Plural:
    """`form` says which of the `forms` a count takes, from 0; `alone` are the forms that stand for one number only."""

    forms: tuple[str, ...]  # for which counts each is, for translators
    form: Callable[[int], int]
    alone: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class LanguageRules:
    """`group` and `point` are written between thousands and before a fraction. Numbers below `grouped_from` are not
    grouped. `in_twos`: beyond thousands digits go in pairs, 12,34,567.
    """

    name: str  # as its speakers call it
    plural: Plural
    group: str = ","
    point: str = "."
    grouped_from: int = 1_000
    in_twos: bool = False
    script: str = "LATIN"
    right_to_left: bool = False


def _russian(count: int) -> int:
    if count % 10 == 1 and count % 100 != 11:
        return 0
    return 1 if 2 <= count % 10 <= 4 and not 12 <= count % 100 <= 14 else 2


_ONE_ELSE = Plural(("1", "0, 2, 3, 4 …"), lambda count: int(count != 1), frozenset({0}))
_FEW_ELSE = Plural(("0, 1", "2, 3, 4 …"), lambda count: int(count > 1))
_ALL_ALIKE = Plural(("0, 1, 2 …",), lambda _: 0)
_RUSSIAN = Plural(("1, 21, 31, 101 …", "2, 3, 4, 22, 23 …", "0, 5, 6, 11, 12 …"), _russian)
# By its tag (BCP 47). A tag's file has an underscore in place of its hyphen, as translators' tools expect: pt_BR.po.
RULES: Mapping[str, LanguageRules] = {
    ENGLISH: LanguageRules("English", _ONE_ELSE),
    "de": LanguageRules("Deutsch", _ONE_ELSE, ".", ","),
    "es": LanguageRules("Español", _ONE_ELSE, ".", ",", grouped_from=10_000),
    "fr": LanguageRules("Français", _FEW_ELSE, "\u202f", ","),
    "pt-BR": LanguageRules("Português (Brasil)", _FEW_ELSE, ".", ","),
    "hi": LanguageRules("हिन्दी", _FEW_ELSE, in_twos=True, script="DEVANAGARI"),
    "id": LanguageRules("Bahasa Indonesia", _ALL_ALIKE, ".", ","),
    "ru": LanguageRules("Русский", _RUSSIAN, "\u00a0", ",", script="CYRILLIC"),
    "zh-CN": LanguageRules("简体中文", _ALL_ALIKE, script="CJK"),
}


class LocalNumber:
    """A number in a sentence, whose braces say how it is written: "{count:,}", "{value:.1f}"."""

    __slots__ = ("_rules", "_value")

    def __init__(self, value: float, rules: LanguageRules) -> None:
        self._value, self._rules = value, rules

    def __format__(self, form: str) -> str:
        return localized(format(self._value, form), self._rules, grouped="," in form)

    def __str__(self) -> str:
        return localized(str(self._value), self._rules, grouped=False)


class LocalValues:
    """Values for `str.format_map`, whose numbers are written as the language writes them."""

    __slots__ = ("_rules", "_values")

    def __init__(self, values: Mapping[str, object], rules: LanguageRules) -> None:
        self._values, self._rules = values, rules

    def __getitem__(self, name: str) -> object:
        value = self._values[name]
        return LocalNumber(value, self._rules) if isinstance(value, int | float) else value


def localized(english: str, rules: LanguageRules, grouped: bool) -> str:
    """A number as Python writes it, "-12,345.6", as the language does. `grouped`: its thousands are told apart."""
    whole, point, fraction = english.replace(",", "").partition(".")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    if grouped and digits.isdecimal() and int(digits) >= rules.grouped_from:
        digits = rules.group.join(_groups(digits, rules.in_twos))
    return sign + digits + (rules.point + fraction if point else "")


def _groups(digits: str, in_twos: bool) -> Iterator[str]:
    """ "1234567" → "1", "234", "567", or "12", "34", "567" in twos."""
    head, last = digits[:-3], digits[-3:]
    size = 2 if in_twos else 3
    first = len(head) % size
    yield from filter(None, (head[:first], *(head[at : at + size] for at in range(first, len(head), size)), last))
