# SPDX-License-Identifier: GPL-3.0-or-later
"""Which names are under safe search; test_pipeline_safe_search.py shows what they answer."""

from resolver.answer import safe_search
from resolver.answer.safe_search import LIST, NOT_SAFE
from store.log.records import Verdict


def test_the_names_of_what_is_on_and_no_others() -> None:
    table = safe_search.table((("bing", ""), ("youtube", "moderate")))
    assert table["www.bing.com"].rule == "www.bing.com → strict.bing.com"
    assert table["m.youtube.com"].answer is not None
    assert table["m.youtube.com"].answer.records == (("CNAME", "restrictmoderate.youtube.com"),)
    assert {(each.verdict, each.blocklist) for each in table.values()} == {(Verdict.BLOCK, LIST)}
    assert "www.google.com" not in table


def test_none_where_none_is_on_nor_of_an_engine_that_nobody_knows() -> None:
    assert safe_search.table(()) == safe_search.table((("altavista", ""),)) == NOT_SAFE
    assert safe_search.table(()) is safe_search.table(())
