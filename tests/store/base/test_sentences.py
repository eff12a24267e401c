# SPDX-License-Identifier: GPL-3.0-or-later
"""Sentences: English where they stand, any language where they are shown."""

import copy
import json
import pickle
import subprocess
import sys
from typing import ClassVar

import pytest

from store.base.sentences import Sentence, say, say_as, say_count, sentence_of, translate
from store.locale.translations import Translations


class German(Translations):
    SAID: ClassVar = {
        "There is no rule {number}.": "Regel {number} gibt es nicht.",
        "{key}: {error}": "{key} – {error}",
        "Nothing was changed.": "Nichts wurde geändert.",
        "odd {value}": "seltsam {other}",
        "worse {value}": "schlimmer {value.nothing}",
        "broken {value}": "kaputt {",
    }

    def gettext(self, message: str) -> str:
        return self.SAID.get(message, message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return {"{count:,} name": "{count:,} Name" if n == 1 else "{count:,} Namen"}.get(msgid1, msgid1)

    def pgettext(self, context: str, message: str) -> str:
        return {("time", "From"): "Ab", ("source", "From"): "Woher"}.get((context, message), message)


def test_a_sentence_reads_as_english() -> None:
    made = say("There is no rule {number}.", number=7)
    assert made == "There is no rule 7."
    assert f"{made}" == str(made) == "There is no rule 7."
    assert json.dumps({"detail": made}) == '{"detail": "There is no rule 7."}'
    assert say_count(1, "{count:,} name", "{count:,} names") == "1 name"
    assert say_count(1234, "{count:,} name", "{count:,} names") == "1,234 names"
    assert say_count(0, "{count:,} name", "{count:,} names") == "0 names"
    assert say_as("time", "From") == "From"


def test_it_is_said_where_it_is_shown() -> None:
    assert translate(say("There is no rule {number}.", number=7), German()) == "Regel 7 gibt es nicht."
    assert translate(say_count(1, "{count:,} name", "{count:,} names"), German()) == "1 Name"
    assert translate(say_count(1234, "{count:,} name", "{count:,} names"), German()) == "1,234 Namen"
    assert translate(say_as("time", "From"), German()) == "Ab"
    assert translate(say_as("source", "From"), German()) == "Woher"


def test_a_sentence_within_a_sentence_is_said_too() -> None:
    inner = say("There is no rule {number}.", number=7)
    made = say("{key}: {error}", key="rules", error=inner)
    assert made == "rules: There is no rule 7."
    assert translate(made, German()) == "rules – Regel 7 gibt es nicht."


def test_what_is_no_sentence_stays() -> None:
    assert translate("Nothing was changed.", German()) == "Nothing was changed."
    assert translate(say("Not translated yet."), German()) == "Not translated yet."


@pytest.mark.parametrize("message", ["odd {value}", "worse {value}", "broken {value}"])
def test_a_translation_that_does_not_fit_gives_way_to_english(message: str) -> None:
    made = say(message, value=1)
    assert translate(made, German()) == made


def test_braces_in_values_and_in_texts_without_values_are_no_fields() -> None:
    assert say("There is no rule {number}.", number="{key} {0} {") == "There is no rule {key} {0} {."
    assert translate(say("There is no rule {number}.", number="{key}"), German()) == "Regel {key} gibt es nicht."
    assert say("a {brace}") == "a {brace}"


def test_an_error_keeps_its_sentence() -> None:
    error = ValueError(say("There is no rule {number}.", number=7))
    assert str(error) == "There is no rule 7."
    assert translate(sentence_of(error), German()) == "Regel 7 gibt es nicht."
    assert sentence_of(ValueError("plain")) == "plain"
    assert sentence_of(OSError(28, "No space left")) == "No space left"
    assert sentence_of(ValueError()) == ""


@pytest.mark.parametrize("again", [copy.deepcopy, lambda made: pickle.loads(pickle.dumps(made))])
def test_a_copy_can_still_be_said(again: object) -> None:
    made = again(say("There is no rule {number}.", number=7))  # type: ignore[operator]
    assert isinstance(made, Sentence)
    assert translate(made, German()) == "Regel 7 gibt es nicht."


@pytest.mark.process
def test_marking_loads_nothing() -> None:
    """Processes that live long only mark: the library is for those who show."""
    code = "import sys; before = set(sys.modules); import store.base.sentences; print(*set(sys.modules) - before)"
    done = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True, check=True)
    beside = {name for name in done.stdout.split() if not name.startswith("store")}
    assert not {name for name in beside if name.partition(".")[0] in ("gettext", "babel", "jinja2", "locale")}
