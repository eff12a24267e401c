# SPDX-License-Identifier: GPL-3.0-or-later
"""Safe search: what is said of the names of engines that are to hide what is not for children. Pure.

A name is answered by a CNAME to a name of its maker's, whose addresses are asked for upstream, or by an address. No
HTTPS or SVCB record comes with it: theirs would lead a browser to the addresses of the name itself.
"""

from collections.abc import Mapping
from functools import lru_cache

from blocklists.packs import search_engines
from resolver.answer.judge import Judgement
from store.base.sentences import mark
from store.config import custom_responses
from store.config.choices import SearchEngine
from store.log.records import Verdict
from wire.types import AAAA, ANY, CNAME, HTTPS, SVCB, A

LIST = "safe-search"  # what stands in place of a blocklist id
TITLE = mark("Safe search")
# Types that lead to an address, and so around it; others (mail, keys, proofs of a zone) are the zone's own to answer.
LEADS = frozenset({A, AAAA, HTTPS, SVCB, ANY, CNAME})
NOT_SAFE: Mapping[str, Judgement] = {}


@lru_cache(maxsize=64)  # a home has a handful of such choices
def table(chosen: tuple[tuple[str, str], ...]) -> Mapping[str, Judgement]:
    """Names → what is said of them, where these (engine, level) are on. An engine that nobody knows is left out."""
    engines = [(SearchEngine(word), level) for word, level in chosen if word in tuple(SearchEngine)]
    return {name: _judgement(name, search_engines.answers(engine, level))
            for engine, level in engines
            for name in search_engines.load()[engine].names}  # fmt: skip


def _judgement(name: str, answer: str) -> Judgement:
    return Judgement(Verdict.BLOCK, LIST, f"{name} → {answer}", custom_responses.parse(answer))
