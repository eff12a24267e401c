# SPDX-License-Identifier: GPL-3.0-or-later
"""The engines of safe search: what their file says, and that every name in it is one."""

import pytest

from blocklists.packs import search_engines
from blocklists.safety.essential import public_suffixes
from store.config import custom_responses
from store.config.choices import SearchEngine, YoutubeLevel
from store.names import rule_names

GOOGLE = search_engines.load()[SearchEngine.GOOGLE].names


def test_every_engine_is_there_with_a_title_and_the_page_that_documents_it() -> None:
    engines = search_engines.load()
    assert set(engines) == set(SearchEngine)
    assert all(engine.title and engine.about and "." in engine.source for engine in engines.values())


def test_google_under_every_country_s_name() -> None:
    assert len(GOOGLE) == len(set(GOOGLE)) > 180
    assert {"www.google.com", "www.google.de", "www.google.co.jp", "www.google.com.br", "www.google.cat"} < set(GOOGLE)


@pytest.mark.parametrize("engine", SearchEngine)
def test_names_are_names_and_answers_are_none_of_them(engine: SearchEngine) -> None:
    known = search_engines.load()[engine]
    for name in known.names:
        assert rule_names.normalise(name) == name
        assert name not in public_suffixes()
    for answer in known.answers.values():
        assert answer not in known.names, "it would lead to itself"
        assert custom_responses.parse(answer).records


def test_youtube_has_two_levels_and_the_others_one() -> None:
    assert search_engines.answers(SearchEngine.YOUTUBE, "moderate") == "restrictmoderate.youtube.com"
    assert search_engines.answers(SearchEngine.YOUTUBE, "strict") == "restrict.youtube.com"
    assert search_engines.answers(SearchEngine.YOUTUBE, "") == "restrict.youtube.com"
    assert set(search_engines.load()[SearchEngine.YOUTUBE].answers) == set(YoutubeLevel)
    assert search_engines.answers(SearchEngine.BING, "strict") == search_engines.answers(SearchEngine.BING, "")
