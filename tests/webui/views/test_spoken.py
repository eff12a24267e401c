# SPDX-License-Identifier: GPL-3.0-or-later
"""How templates speak: names from the network are escaped exactly once, translations bring no markup."""

from __future__ import annotations

from typing import ClassVar

import pytest
from jinja2 import DictLoader
from markupsafe import Markup

from store.base import languages
from store.base.sentences import say, say_count, together
from store.locale.translations import Translations
from webui.pages import templating
from webui.views.spoken import Spoken

HOSTILE = "<b>&\"'{x}"
ESCAPED = "&lt;b&gt;&amp;&#34;&#39;{x}"


class Sly(Translations):
    """Translations with what a page must not take as it is."""

    SAID: ClassVar = {
        "Save": 'Speichern" onclick="x',
        "of {name}": "<script>{name}</script> & {name}",
        "Run {code}x{end}": "{code}x{end} ausführen",
        "odd {name}": "seltsam {other}",
    }

    def gettext(self, message: str) -> str:
        return self.SAID.get(message, message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return "{count:,} Namen" if n != 1 else "ein Name"


@pytest.fixture
def sly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(languages, "catalogue", lambda tag: Sly() if tag == "de" else Translations())


def render(template: str, language: str = "en", **values: object) -> str:
    made = templating.environment(language).overlay(loader=DictLoader({"it": template}))
    return made.get_template("it").render(values)


@pytest.fixture(autouse=True)
def _fresh() -> None:
    templating.environment.cache_clear()


@pytest.mark.parametrize("template", ['{{ say("of {name}", name=name) }}', "{{ sentence }}"])
def test_a_name_is_escaped_exactly_once(template: str) -> None:
    assert render(template, name=HOSTILE, sentence=say("of {name}", name=HOSTILE)) == f"of {ESCAPED}"


@pytest.mark.usefixtures("sly")
def test_a_translation_brings_no_markup() -> None:
    wanted = f"&lt;script&gt;{ESCAPED}&lt;/script&gt; &amp; {ESCAPED}"
    assert render('{{ say("of {name}", name=name) }}', "de", name=HOSTILE) == wanted
    assert render('<b title="{{ say("Save") }}">', "de") == '<b title="Speichern&#34; onclick=&#34;x">'
    assert render("{{ sentence }}", "de", sentence=say("of {name}", name=HOSTILE)) == wanted


@pytest.mark.usefixtures("sly")
def test_markup_comes_in_as_a_value() -> None:
    template = '{{ say("Run {code}x{end}", **tag("code")) }}'
    assert render(template) == "Run <code>x</code>"
    assert render(template, "de") == "<code>x</code> ausführen"
    link = '{{ say("{a}here{end}", **tag("a", href="/x?a=1&b=" ~ name)) }}'
    assert render(link, name='"><b>') == '<a href="/x?a=1&amp;b=&#34;&gt;&lt;b&gt;">here</a>'


@pytest.mark.usefixtures("sly")
def test_counts_and_numbers() -> None:
    template = '{{ say_count(count, "{count:,} name", "{count:,} names") }}'
    assert [render(template, count=count) for count in (1, 1234)] == ["1 name", "1,234 names"]
    assert [render(template, "de", count=count) for count in (1, 1234)] == ["ein Name", "1,234 Namen"]
    assert render("{{ sentence }}", "de", sentence=say_count(2, "{count:,} name", "{count:,} names")) == "2 Namen"


@pytest.mark.usefixtures("sly")
def test_a_translation_that_does_not_fit_gives_way_to_english() -> None:
    assert render('{{ say("odd {name}", name=name) }}', "de", name=HOSTILE) == f"odd {ESCAPED}"


@pytest.mark.usefixtures("sly")
def test_hidden_characters_are_shown_in_sentences_too() -> None:
    sentence = say("of {name}", name="a\u202eb")
    assert render("{{ sentence | visible }}", sentence=sentence) == r"of a\u{202e}b"
    assert "a\\u{202e}b" in render("{{ sentence | visible }}", "de", sentence=sentence)
    assert render("{{ name | visible }}", name=Markup("<b>")) == "<b>"


@pytest.mark.usefixtures("sly")
def test_a_sentence_as_a_value_is_said_in_the_same_language() -> None:
    template = '{{ say("of {name}", name=inner) }}'
    inner = say("Run {code}x{end}", code="", end="")
    assert "x ausführen" in render(template, "de", inner=inner)
    assert Spoken("en").shown(inner) == "Run x"


def test_a_sentence_without_values_is_written_into_the_template(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a table pays nothing for it; the language is still the environment's own."""
    monkeypatch.setattr(languages, "catalogue", lambda tag: Sly() if tag == "de" else Translations())
    english, german = templating.environment("en"), templating.environment("de")
    source = '<b>{{ say("Save") }}</b>{{- say("Save") -}} {{ say ("Save") | lower }}'
    assert "call" not in english.compile('<b>{{ say("Save") }}</b>', raw=True)
    assert english.from_string(source).render() == "<b>Save</b>Savesave"
    assert german.from_string('{{ say("Save") }}').render() == "Speichern&#34; onclick=&#34;x"


@pytest.mark.parametrize("template", ["{{ it }}", "{{ it | visible }}", '{{ say("{it}", it=it) }}'])
def test_a_command_of_a_terminals_sentence_is_code_and_no_value_makes_any(template: str) -> None:
    """Backticks stood raw on Home, Health and Settings."""
    it = say("There is no {name}; `telltale lists on {name}` <adds> it.", name="`rm` <b>")
    safe = "`rm` &lt;b&gt;"
    assert render(template, it=it) == (
        f"There is no {safe}; <code>telltale lists on {safe}</code> &lt;adds&gt; it."
    )
    assert render(template, it="a `name`") == "a `name`"
    assert render(template, it=say("Run `telltale doctor`.")) == "Run <code>telltale doctor</code>."


def test_a_command_in_a_count_or_in_another_sentence_is_code_too() -> None:
    inner = say("Run `telltale doctor`.")
    assert render("{{ it }}", it=together(inner, say("Then wait."))) == "Run <code>telltale doctor</code>. Then wait."
    assert render("{{ it }}", it=say_count(2, "`a` {count:,}", "`b` {count:,}")) == "<code>b</code> 2"
    assert render('{{ say("Try {what}", what=it) }}', it=inner) == "Try Run <code>telltale doctor</code>."
