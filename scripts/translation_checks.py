# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with a translation, as far as it can be told without knowing the language. Pure; the suite runs it.

A translation has the same values, code and options as its English, all plural forms, the same blanks and the same kind
of end, about the same length, no invisible characters, and no English left over.
"""

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from store.locale.language_rules import RULES, LanguageRules

# Words that stay as they are in every language: names, terms of the field, units; a line of the file holds one kind.
_KEPT_FILE = Path(__file__).parents[1] / "store" / "messages" / "kept_words.txt"
KEPT = frozenset(
    word for line in _KEPT_FILE.read_text("utf-8").splitlines() if not line.startswith("#") for word in line.split()
)
_CODE = re.compile(r"`[^`]*`|\{code\}.*?\{end\}")
_OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*|https?://(?:[^\s,;)]*[^\s,;).])?|\b[a-z]+(?:_[a-z0-9]+)+\b|\bTELLTALE_[A-Z_]+\b")
_VALUE = re.compile(r"\{[^{}]*\}")
_LATIN_WORD = re.compile(r"(?<![\w./@:*-])[A-Za-z][A-Za-z'’-]*(?![\w/@*]|[.:-]\w)")
# Ends of sentences; those that mean the same in another script are one.
_ENDS = {
    ".": ".", "。": ".", "।": ".", "?": "?", "？": "?", "!": "!", "！": "!", ":": ":", "：": ":", "…": "…",
}  # fmt: skip
# English words that none of the languages in Latin letters has.
_ENGLISH_ONLY = frozenset(("the", "and", "which", "with", "this", "these", "those", "that", "were", "have"))
# Of these every English sentence has one, and no list of words that are typed.
_COMMON = _ENGLISH_ONLY | {"a", "from", "of", "to", "is", "it", "or", "for", "by", "not", "no", "as", "at", "be", "has"}
# Shorter texts vary too much to be compared by length.
_COMPARED_FROM = 25
_LENGTHS = {"LATIN": (0.5, 2.0), "CYRILLIC": (0.5, 2.0), "DEVANAGARI": (0.5, 2.0), "CJK": (0.15, 1.0)}
_JOINERS = "\u200c\u200d"  # which Devanagari is written with


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence of the catalogue: its English; that for many, "" where it does not count; its sense; its files."""

    text: str
    many: str = ""
    sense: str = ""
    places: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        return self.sense, self.text


def faults(message: Message, forms: tuple[str, ...], tag: str) -> list[str]:
    """In plain words; [] for a translation that passes."""
    rules = RULES[tag]
    wanted = len(rules.plural.forms) if message.many else 1
    if len(forms) != wanted:
        return [f"has {len(forms)} forms, and needs {wanted}" + (f": for {rules.plural.forms}" if message.many else "")]
    wrong = []
    for number, form in enumerate(forms):
        english = message.many or message.text
        alone = bool(message.many) and number in rules.plural.alone
        wrong += [f"'{form}': {fault}" for fault in _faults(message, english, form, rules, alone)]
    return wrong


def fields(text: str) -> Counter[str]:
    """The braces of a text, each as it stands: "count:,". ValueError for those that do not close, or do more."""
    found: Counter[str] = Counter()
    for _, name, form, conversion in string.Formatter().parse(text):
        if name is not None:
            if not name.isidentifier() or form not in ("", ",") or conversion:
                raise ValueError(f"'{{{name}}}' is no plain value")
            found[f"{name}:{form}" if form else name] += 1
    return found


def _faults(message: Message, english: str, form: str, rules: LanguageRules, alone: bool) -> Iterator[str]:
    if not form.strip():
        yield "is empty"
        return
    yield from _value_faults(message, english, form, alone)
    yield from _copied_faults(english, form)
    yield from _shape_faults(english if not alone else message.text, form, rules)
    yield from _character_faults(english, form, rules)
    yield from _english_faults(message, form, rules)


def _value_faults(message: Message, english: str, form: str, alone: bool) -> Iterator[str]:
    try:
        given = fields(form)
    except ValueError as error:
        yield f"its braces do not read ({error})"
        return
    wanted = fields(english)
    if alone:  # a form for one may leave the number out: "one name"
        wanted = fields(message.text)
        for values in (given, wanted):
            for name in ("count", "count:,"):
                values.pop(name, None)
    pairs = "end" in wanted
    if (given != wanted) if pairs else (set(given) != set(wanted)):
        missing, more = sorted(set(wanted) - set(given)), sorted(set(given) - set(wanted))
        yield f"its values differ from the English (missing {missing}, too much {more})"


def _copied_faults(english: str, form: str) -> Iterator[str]:
    """What is typed stays as it is."""
    for pattern, what in ((_CODE, "code"), (_OPTION, "names that are typed")):
        wanted, given = set(pattern.findall(english)), set(pattern.findall(form))
        if wanted != given:
            yield f"its {what} differ: {sorted(wanted ^ given)}"
    for sign in "<>&`|\n":
        if english.count(sign) != form.count(sign):
            yield f"has {form.count(sign)} of {sign!r}, the English {english.count(sign)}"


def _shape_faults(english: str, form: str, rules: LanguageRules) -> Iterator[str]:
    if _blanks(english) != _blanks(form):
        yield "begins or ends with other blanks than the English"
    if "\u00a0" in english and " " not in english and " " in form:
        yield "has a blank that breaks the line, where the English has one that does not (U+00A0)"
    ends = _ENDS.get(english.rstrip()[-1:], ""), _ENDS.get(form.rstrip()[-1:], "")
    abbreviation = not ends[0] and ends[1] == "." and len(form) < _COMPARED_FROM  # "Sept."
    if ends[0] != ends[1] and not abbreviation:
        yield f"ends with {form.rstrip()[-1:]!r}, the English with {english.rstrip()[-1:]!r}"
    long, short = len(_VALUE.sub("", english)), len(_VALUE.sub("", form))
    low, high = _LENGTHS[rules.script]
    if long >= _COMPARED_FROM and not low <= short / long <= high:
        yield f"is {short / long:.2f} times as long as the English; {low} to {high} is usual"


def _blanks(text: str) -> tuple[str, str]:
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]


def _character_faults(english: str, form: str, rules: LanguageRules) -> Iterator[str]:
    for char in sorted(set(form) - set(english)):
        kind = unicodedata.category(char)
        if kind in ("Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp") and not (
            char in _JOINERS and rules.script == "DEVANAGARI"
        ):
            yield f"has the invisible character U+{ord(char):04X}"
        elif unicodedata.bidirectional(char) in ("R", "AL", "AN"):
            yield f"has the right-to-left character U+{ord(char):04X}"
        elif char.isalpha() and not _of_script(char, (rules.script, "LATIN", "GREEK")):
            yield f"has '{char}' of another script"


def _english_faults(message: Message, form: str, rules: LanguageRules) -> Iterator[str]:
    english = f"{message.text} {message.many}"
    said, meant = _prose(form), _prose(english)
    plain = [word for word in meant if word.islower() and word not in KEPT and len(word) > 2]
    if rules.script == "LATIN":
        if left := _ENGLISH_ONLY & {word for word in said if word.islower()}:
            yield f"has English left: {sorted(left)}"
        if form in (message.text, message.many) and _COMMON & set(meant):
            yield "is the English"
        return
    left = {word for word in said if word.lower() not in KEPT and (word.islower() or word.lower() in plain)}
    if left := {word for word in left if len(word) > 2}:
        yield f"has words in Latin letters: {sorted(left)}; what stays in every language is in kept_words.txt"
    if plain and not any(_of_script(char, (rules.script,)) for char in form):
        yield "is not in the letters of the language"


def _prose(text: str) -> list[str]:
    """Words in Latin letters that are no value, code, name or option."""
    for pattern in (_CODE, _VALUE, _OPTION, re.compile(r"“[^”]*”|‘[^’]*’|'[^' ]*'|«[^»]*»|„[^“”]*[“”]|「[^」]*」")):
        text = pattern.sub(" ", text)
    return _LATIN_WORD.findall(text)


def _of_script(char: str, scripts: Iterable[str]) -> bool:
    name = unicodedata.name(char, "")
    return any(name.startswith(script) for script in scripts) or char in "ªºµ"
