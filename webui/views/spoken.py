# SPDX-License-Identifier: GPL-3.0-or-later
"""How templates speak: `{{ say("Log out") }}`, each sentence in the page's language and escaped exactly once.

A sentence of the catalogue is plain text, in English and in every other language: what looks like markup in it is
escaped. Markup comes in as a value alone, from a macro or from `tag`:

    {{ say("Run {code}telltale password{end} on the appliance.", **tag("code")) }}

Sentences that a terminal says as well set commands in `backticks`: here that is code, and no value can make it so.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import cast

from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from markupsafe import Markup, escape

from store.base import languages
from store.base.sentences import Sentence, pattern, translate
from store.locale.language_rules import ENGLISH, RULES, LocalValues
from webui.views import formatting
from webui.views.script_sentences import translated

_CODE = re.compile("`([^`]+)`")


class Written(Extension):
    """Writes `{{ say("Log out") }}` into the compiled template, in its language: it then costs a page nothing."""

    _SHAPE = ("variable_begin", "name", "lparen", "string", "rparen", "variable_end")

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        written = cast(Callable[[str], str], self.environment.globals["say"])
        tokens = list(stream)
        at = 0
        while at < len(tokens):
            some = tokens[at : at + len(self._SHAPE)]
            if tuple(token.type for token in some) == self._SHAPE and some[1].value == "say":
                yield Token(some[0].lineno, "data", str(written(some[3].value)))
                at += len(self._SHAPE)
            else:
                yield tokens[at]
                at += 1


class Spoken:
    """What the templates of one language call."""

    def __init__(self, language: str) -> None:
        self._language, self._catalogue = language, languages.catalogue(language)
        # Message → as it is said, escaped: rows of tables say the same again and again. Bounded by the templates.
        self._known: dict[str, Markup] = {}

    def say(self, message: str, /, **values: object) -> Markup:
        """`store.base.sentences.say` on a page."""
        text = self._known.get(message)
        if text is None:
            text = self._known[message] = _escaped(self._catalogue.gettext(message))
        return self._filled(text, message, values) if values else text

    def say_count(self, count: int, singular: str, plural: str, /, **values: object) -> Markup:
        """`say_count` on a page."""
        text = _escaped(self._catalogue.ngettext(singular, plural, count))
        return self._filled(text, singular if count == 1 else plural, {"count": count, **values})

    def say_as(self, sense: str, message: str, /, **values: object) -> Markup:
        """`say_as` on a page."""
        text = _escaped(self._catalogue.pgettext(sense, message))
        return self._filled(text, message, values) if values else text

    def shown(self, value: object) -> object:
        """What is printed for a value: a sentence in the page's language, anything else as it is."""
        if not isinstance(value, Sentence):
            return value
        text = translate(value, self._catalogue)
        return self._with_code(value) if "`" in text else text

    def visible(self, value: str) -> str:
        """`formatting.visible` for names from the network, in sentences too; what is escaped already stays."""
        if isinstance(value, Markup):
            return value
        text = formatting.visible(str(shown := self.shown(value)))
        return Markup(text) if isinstance(shown, Markup) else text  # noqa: S704 - it was escaped before

    def globals(self) -> dict[str, object]:
        """The names under which templates call these."""
        calls = {"say": self.say, "say_count": self.say_count, "say_as": self.say_as, "tag": tag}
        rules = self._catalogue.rules
        facts = {
            "language": self._language, "language_name": rules.name, "script_sentences": translated(self._language),
            "direction": "rtl" if rules.right_to_left else "ltr", "choosable": len(languages.available()) > 1,
            "drafted": languages.drafted_by_machine(self._language),
        }  # fmt: skip
        return {**calls, **facts}

    def _with_code(self, sentence: Sentence) -> Markup:
        text = _escaped(pattern(sentence, self._catalogue))
        english = sentence.many if sentence.many and sentence.number != 1 else sentence.message
        return self._filled(text, english, dict(sentence.values)) if sentence.values else text

    def _filled(self, text: Markup, english: str, values: dict[str, object]) -> Markup:
        written = {key: self._value(value) for key, value in values.items()}
        try:
            # Not Markup's own way, which would look at each value again for ten times as long.
            return Markup(str.format_map(text, self._local(written)))  # noqa: S704 - both are escaped
        except (ValueError, LookupError, AttributeError):  # a translation that does not fit gives way to English
            return Markup(str.format_map(_escaped(english), written))  # noqa: S704 - both are escaped

    def _local(self, values: dict[str, object]) -> Mapping[str, object]:
        rules = self._catalogue.rules
        return values if rules is RULES[ENGLISH] else cast(Mapping[str, object], LocalValues(values, rules))

    def _value(self, value: object) -> object:
        """Numbers stay, so that the sentence can group their digits; all else is escaped, unless it is already."""
        return value if isinstance(value, int | float | Markup) else escape(self.shown(value))


@lru_cache(maxsize=256)  # tables open the same ones in each row; an address with a name in it is another each time
def tag(name: str, **attributes: str) -> dict[str, Markup]:
    """An element around words of a sentence, as the values that open and end it: `{code}`, `{end}`."""
    written = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items())
    opened, closed = f"<{name}{written}>", f"</{name}>"
    return {name: Markup(opened), "end": Markup(closed)}  # noqa: S704 - the name is a template's own


def _escaped(text: str) -> Markup:
    """For text and for values in double quotes; an apostrophe needs no escaping in either. Backticks mark code."""
    escaped = html.escape(text, quote=False).replace('"', "&#34;")
    return Markup(_CODE.sub(r"<code>\1</code>", escaped) if "`" in escaped else escaped)  # noqa: S704 - escaped here
