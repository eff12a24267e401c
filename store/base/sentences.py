# SPDX-License-Identifier: GPL-3.0-or-later
"""Sentences for people. Each reads as English where it stands, and is said in a person's language where it is shown.

    say("There is no rule {number}.", number=7)    an error, a text of a page, a line of a command
        │  a str: "There is no rule 7."            so logs, tests and programs read English
        ▼
    translate(sentence, catalogue)                 where it is shown; the English text is the id in the catalogue

The English text must stand there as a literal, since `make messages` reads it from the source. Braces name values, and
`{count:,}` groups digits; a value may be a sentence itself. No library is loaded, so marking costs a process nothing.
"""

import json
from collections.abc import Mapping
from typing import Annotated, Protocol

from store.locale.language_rules import ENGLISH, RULES, LanguageRules, LocalValues

_ENGLISH = RULES[ENGLISH]


class Catalogue(Protocol):
    """The translations of one language, with what it does to numbers; each falls back on English."""

    @property
    def rules(self) -> LanguageRules: ...
    def gettext(self, message: str, /) -> str: ...
    def ngettext(self, singular: str, plural: str, count: int, /) -> str: ...
    def pgettext(self, sense: str, message: str, /) -> str: ...


class Sentence(str):
    """A finished English text that knows what it was made of, so that it can be made again in another language.

    `message`: the English text with its braces, the id; `many`: the same for any count but one, "" where it does not
    count; `sense`: what tells it from the same English text elsewhere, "" where nothing must.
    """

    __slots__ = ("many", "message", "number", "sense", "values")

    message: str
    values: Mapping[str, object]
    many: str
    number: int
    sense: str

    def __new__(
        cls, message: str, values: Mapping[str, object] | None = None, many: str = "", number: int = 1, sense: str = ""
    ) -> "Sentence":
        made = super().__new__(cls, filled(many if many and number != 1 else message, values or {}))
        made.message, made.values, made.many, made.number, made.sense = message, values or {}, many, number, sense
        return made


def say(message: str, /, **values: object) -> Sentence:
    """A sentence with its values. Without values its braces are no fields."""
    return Sentence(message, values)


def say_count(count: int, singular: str, plural: str, /, **values: object) -> Sentence:
    """One that depends on a number, which is the value `count`: "{count:,} name", "{count:,} names"."""
    return Sentence(singular, {"count": count, **values}, plural, count)


def say_as(sense: str, message: str, /, **values: object) -> Sentence:
    """One whose English text has other translations elsewhere; `sense` tells them apart: ("time", "From")."""
    return Sentence(message, values, sense=sense)


def together(*texts: str, between: str = " ") -> Sentence:
    """Texts one after the other, each of which is said by itself; `between` holds no braces."""
    values: dict[str, object] = {f"part{number}": text for number, text in enumerate(texts)}
    return Sentence(between.join(f"{{{name}}}" for name in values), values)


def figure(value: float, form: str = ",") -> Sentence:
    """A number by itself, as each language writes it: 1,234.5 or 1.234,5. `form`: as in a format string."""
    return Sentence(f"{{value:{form}}}", {"value": value})


def mark(message: str) -> str:
    """A text that is a key or a word in a file, and a sentence where it is shown: there it is recalled."""
    return message


def recall(text: str) -> Sentence:
    """A text without values that the catalogue knows: one that was marked, or a description from a file of ours."""
    return Sentence(text)


# A field that holds a sentence in a file or a table, as `packed` writes it; for a type checker it is a text.
SentenceText = Annotated[str, "sentence"]


def packed(text: str) -> str:
    """A sentence for a file or a table, from which `unpacked` makes it again; one without values is its own text."""
    if not isinstance(text, Sentence) or not (text.values or text.sense):
        return str(text)
    values = {key: packed(value) if isinstance(value, Sentence) else value for key, value in text.values.items()}
    return json.dumps([text.message, values, text.many, text.number, text.sense], default=str, ensure_ascii=False)


def unpacked(text: str) -> Sentence:
    """What `packed` wrote, or any text that was written before there were sentences."""
    try:
        message, values, many, number, sense = json.loads(text) if text.startswith('["') else (text, {}, "", 1, "")
        inner = {key: unpacked(value) if isinstance(value, str) else value for key, value in values.items()}
        return Sentence(message, inner, many, number, sense)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return Sentence(text)


def sentence_of(error: BaseException) -> str:
    """An error's sentence as it was raised, or its text."""
    first = error.args[0] if error.args else ""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror  # without its number, which says nothing to people
    return first if isinstance(first, Sentence) else str(error)


def translate(text: str, catalogue: Catalogue) -> str:
    """A sentence in the catalogue's language, any other text as it is; what does not fit gives way to English."""
    if not isinstance(text, Sentence):
        return text
    values = {
        key: translate(value, catalogue) if isinstance(value, Sentence) else value
        for key, value in text.values.items()
    }
    try:
        return filled(pattern(text, catalogue), values, catalogue.rules)
    except (ValueError, LookupError, AttributeError):
        return str(text)


def pattern(text: Sentence, catalogue: Catalogue) -> str:
    """The sentence in the catalogue's language, its braces not yet filled."""
    if not text.message:
        return ""  # which is the id of the catalogue's own heading
    if text.many:
        return catalogue.ngettext(text.message, text.many, text.number)
    if text.sense:
        return catalogue.pgettext(text.sense, text.message)
    return catalogue.gettext(text.message)


def filled(message: str, values: Mapping[str, object], rules: LanguageRules = _ENGLISH) -> str:
    """The message with its values in place of their braces, numbers as the language writes them."""
    if not values:
        return message
    return message.format_map(values if rules is _ENGLISH else LocalValues(values, rules))
