# SPDX-License-Identifier: GPL-3.0-or-later
"""Languages: which there are, and which one a person gets."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from store.base import languages
from store.base.sentences import say, say_as, say_count


@pytest.fixture
def german(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """German as `make messages` compiles it, and Brazil's Portuguese."""
    made = Catalog("de")
    made.add("There is no rule {number}.", "Regel {number} gibt es nicht.")
    made.add(("{count:,} name", "{count:,} names"), ("{count:,} Name", "{count:,} Namen"))
    made.add("From", "Ab", context="time")
    with (tmp_path / "de.mo").open("wb") as file:
        write_mo(file, made)
    with (tmp_path / "pt-BR.mo").open("wb") as file:
        write_mo(file, Catalog("pt_BR"))
    monkeypatch.setattr(languages, "FOLDER", tmp_path)
    languages.available.cache_clear()
    languages.catalogue.cache_clear()
    yield
    languages.available.cache_clear()
    languages.catalogue.cache_clear()


@pytest.mark.usefixtures("german")
def test_a_compiled_language_is_said() -> None:
    assert languages.available() == ("en", "de", "pt-BR")
    assert languages.tell(say("There is no rule {number}.", number=7), "de") == "Regel 7 gibt es nicht."
    assert languages.tell(say_count(1, "{count:,} name", "{count:,} names"), "de") == "1 Name"
    assert languages.tell(say_count(2000, "{count:,} name", "{count:,} names"), "de") == "2,000 Namen"
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
        ({"LC_MESSAGES": "pt_BR.UTF-8", "LANG": "de"}, "pt-BR"),
    ],
)
def test_the_language_of_a_terminal(environ: dict[str, str], tag: str) -> None:
    assert languages.of_process(environ) == tag


def test_english_needs_no_file() -> None:
    assert languages.tell(say("There is no rule {number}.", number=7), "en") == "There is no rule 7."
    assert languages.catalogue("en").gettext("x") == "x"
    assert languages.catalogue("../nowhere").gettext("x") == "x"
