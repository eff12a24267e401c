# SPDX-License-Identifier: GPL-3.0-or-later
"""What scripts say goes through the catalogue too."""

import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from brackets import TAG
from brackets import brackets as brackets

from webui.views import script_sentences

STATIC = Path("webui/static")
SCRIPTS = sorted(STATIC.glob("*.js"))


def code(path: Path) -> str:
    """A script without its comments."""
    return re.sub(r"^\s*//.*$| // .*$|/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.M)


def test_every_sentence_of_a_script_is_listed_and_used() -> None:
    said = {text for path in SCRIPTS for text in re.findall(r'\bsay\("([^"]*)"', code(path))}
    assert said == set(script_sentences.SENTENCES)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_no_script_shows_a_text_of_its_own(path: Path) -> None:
    assert not re.findall(r'(?:textContent|title|innerHTML|placeholder|label) = ["`][^"`$]*[a-z]', code(path))
    sentences = re.findall(r'["`]([A-Z][a-z]+(?: [^"`]*)?)["`]', re.sub(r'\bsay\("[^"]*"', "", code(path)))
    assert not [text for text in sentences if " " in text]


@pytest.mark.usefixtures("brackets")
def test_a_page_brings_them_along(looker: Any) -> None:
    page = looker.get("/", headers={"Accept-Language": TAG}).text
    found = re.search(r'<meta name="sentences" content="([^"]*)">', page)
    assert found
    assert json.loads(unescape(found[1]))["Go on"] == "⟦Go on⟧"
    assert json.loads(unescape(found[1]))["{count} new"] == "{count}⟦ new⟧"
    assert 'name="sentences"' not in looker.get("/").text
