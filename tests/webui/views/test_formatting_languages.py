# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers, sizes, dates and lists as people of other languages write them."""

import pytest
from markupsafe import Markup

from store.base import languages
from store.base.sentences import figure, packed, translate, unpacked
from store.locale.language_rules import RULES
from store.locale.translations import Translations, read_forms
from webui.views import formatting
from webui.views.spoken import Spoken

NOON = 1_796_000_400.0


@pytest.fixture(scope="module")
def german() -> Translations:
    return Translations(read_forms(languages.path_of("de").read_text("utf-8")), RULES["de"])


def test_german(german: Translations) -> None:
    written = {
        formatting.number(1_234_567): "1.234.567",
        formatting.share(42, 1000): "4,2\u00a0%",
        formatting.share(1, 5000): "<\u00a00,1\u00a0%",
        formatting.size(1_234_567): "1,2 MB",
        formatting.duration(1520): "1,5 s",
        formatting.listed(["a", "b", "c"]): "a, b und c",
        formatting.listed("abcdefg"): "a, b, c und 4 weitere",
        formatting.stretch(7200): "2 Stunden",
        formatting.ago(0, 3 * 86_400): "vor 3 Tagen",
        formatting.ago(None, 1): "nie",
        formatting.number(None): "unbekannt",
    }
    assert {english: translate(english, german) for english in written} == written


def test_a_date_has_the_order_of_the_language(german: Translations) -> None:
    english = formatting.day(NOON)
    day, month, year = english.split(" ")
    assert translate(english, german).startswith(f"{day}. ") and translate(english, german).endswith(f" {year}")
    assert month not in ("Dec", "Oct") or month not in translate(english, german)


@pytest.mark.parametrize(
    ("tag", "written"),
    [
        ("es", "1234 12.345"),
        ("fr", "1\u202f234 12\u202f345"),
        ("hi", "1,234 12,34,567"),
        ("ru", "1\u00a0234 12\u00a0345"),
    ],
)
def test_figures_alone_need_no_translation(tag: str, written: str) -> None:
    second = 1_234_567 if tag == "hi" else 12_345
    catalogue = Translations({}, RULES[tag])
    assert " ".join(translate(figure(value), catalogue) for value in (1234, second)) == written


def test_a_figure_outlives_a_file() -> None:
    assert unpacked(packed(figure(1234.5, ",.1f"))) == "1,234.5"


def test_on_a_page(monkeypatch: pytest.MonkeyPatch, german: Translations) -> None:
    monkeypatch.setattr(languages, "catalogue", lambda tag: german)
    page = Spoken("de")
    assert page.shown(formatting.number(1234)) == "1.234"
    said = page.say_count(1234, "{count:,} name", "{count:,} names")
    assert said == "1.234 Namen" and isinstance(said, Markup)
    assert page.say("{on} of {lists} on", on=1234, lists=formatting.number(5678)) == "1234 von 5.678 an"
