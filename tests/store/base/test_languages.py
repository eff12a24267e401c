# SPDX-License-Identifier: GPL-3.0-or-later
"""Languages: which there are, and which one a person gets."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from store.base import languages
from store.base.sentences import say, say_as, say_count

GERMAN = """
msgid ""
msgstr ""
"Language: de\\n"
"X-Offered: yes\\n"
"X-Draft: machine\\n"

msgid "There is no rule {number}."
msgstr "Regel {number} gibt es nicht."

msgid "{count:,} name"
msgid_plural "{count:,} names"
msgstr[0] "{count:,} Name"
msgstr[1] "{count:,} Namen"

msgctxt "time"
msgid "From"
msgstr "Ab"
"""
OTHER = 'msgid ""\nmsgstr ""\n"X-Offered: {}\\n"\n'


@pytest.fixture
def german(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """German, Brazil's Portuguese and Chinese are offered; French is not yet."""
    (tmp_path / "de.po").write_text(GERMAN)
    for name, offered in (("pt_BR", "yes"), ("zh_CN", "yes"), ("id", "yes"), ("fr", "no")):
        (tmp_path / f"{name}.po").write_text(OTHER.format(offered))
    monkeypatch.setattr(languages, "FOLDER", tmp_path)
    for cached in (languages.available, languages.catalogue, languages.drafted_by_machine):
        cached.cache_clear()
    yield
    for cached in (languages.available, languages.catalogue, languages.drafted_by_machine):
        cached.cache_clear()


@pytest.mark.usefixtures("german")
def test_a_language_is_said_from_its_file() -> None:
    assert languages.available() == ("en", "de", "pt-BR", "id", "zh-CN")
    assert languages.drafted_by_machine("de") and not languages.drafted_by_machine("pt-BR")
    assert languages.catalogue("fr").gettext("x") == "x", "which is not whole"
    assert languages.tell(say("There is no rule {number}.", number=7), "de") == "Regel 7 gibt es nicht."
    assert languages.tell(say_count(1, "{count:,} name", "{count:,} names"), "de") == "1 Name"
    assert languages.tell(say_count(2000, "{count:,} name", "{count:,} names"), "de") == "2.000 Namen"
    assert languages.tell(say_as("time", "From"), "de") == "Ab"
    assert languages.tell(say_as("source", "From"), "de") == "From"
    assert languages.tell(say("Not translated."), "de") == "Not translated."


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize(
    ("accept", "tag"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("fr, de;q=0.5, en;q=0.7", "en"),
        ("fr;q=1, DE;q=0.1", "de"),
        ("pt-br", "pt-BR"),
        ("pt", "pt-BR"),
        ("pt-PT, de;q=0.9", "pt-BR"),
        ("zh", "zh-CN"),
        ("zh-Hans-SG", "zh-CN"),
        ("zh-TW, de;q=0.5", "de"),
        ("zh-Hant-HK", "en"),
        ("in", "id"),
        ("de;q=0", "en"),
        ("de;q=nan", "en"),
        ("de;q=much, en", "en"),
        ("*", "en"),
        ("../../etc/passwd", "en"),
        (";;,,;q=,", "en"),
        ("x," * 100_000, "en"),
    ],
)
def test_the_language_of_a_browser(accept: str, tag: str) -> None:
    assert languages.of_browser(accept) == tag


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize(
    ("environ", "tag"),
    [
        ({}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "de_AT.UTF-8"}, "de"),
        ({"LANG": "de_DE", "LC_ALL": "C"}, "en"),
        ({"LANG": "C", "LANGUAGE": "fr:de:en"}, "de"),
        ({"LANG": "pt_BR.UTF-8", "TELLTALE_LANGUAGE": "de"}, "de"),
        ({"LC_MESSAGES": "pt_BR.UTF-8", "LANG": "de"}, "pt-BR"),
    ],
)
def test_the_language_of_a_terminal(environ: dict[str, str], tag: str) -> None:
    assert languages.of_process(environ) == tag


@pytest.mark.usefixtures("german")
def test_the_house_speaks_where_a_terminal_wishes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(languages, "_house", [])
    languages.speak_as_the_house("de")
    wishes = ({}, {"LANG": "C.UTF-8"}, {"LANG": "xx_XX"}, {"LANG": "en_US.UTF-8"}, {"LANG": "pt_BR.UTF-8"})
    assert [languages.of_process(environ) for environ in wishes] == ["de", "de", "de", "en", "pt-BR"]
    for none in ("", "xx"):
        languages.speak_as_the_house(none)
        assert languages.of_process({}) == "en"


def test_english_needs_no_file() -> None:
    assert languages.tell(say("There is no rule {number}.", number=7), "en") == "There is no rule 7."
    assert languages.catalogue("en").gettext("x") == "x"
    assert languages.catalogue("../nowhere").gettext("x") == "x"
