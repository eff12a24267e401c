# SPDX-License-Identifier: GPL-3.0-or-later
"""The addresses of many blocklists as one text, an address a line: all are added as one change, or none."""

from __future__ import annotations

from collections.abc import Mapping

from store.base.sentences import Sentence, say, say_count, sentence_of, together
from store.config import lists
from store.config.choices import ListKind
from store.config.engine import Engine
from store.config.list_input import check_remote, title_of
from store.config.session import EditError, writing
from store.names.list_origins import garbled

MAX_TOLD = 20  # lines with what is wrong with them; who mends those sees the next
MAX_SHOWN = 80  # characters of a line that is told of


def add_all(e: Engine, text: str) -> int:
    """Add them, on for the house at once; returns how many.

    Blank lines, comments (`#`) and what stood before are passed over. Raises EditError that names each line that is no
    address, or whose list is here already, on or off; and where all together are more than may be added.
    """
    here = lists.blocklists(e)
    sources, wrong = _read(text, {view.source: view.id for view in here})
    if wrong:
        raise EditError(together(*wrong[:MAX_TOLD]), "addresses")
    if not sources:
        raise EditError(say("There is no address in it: write one a line."), "addresses")
    count, there = len(sources), sum(view.kind == ListKind.ADDED for view in here)
    if there + count > lists.MAX_ADDED:
        raise EditError(say(
            "Up to {most:,} lists can be added; here already: {there:,}, in this text: {count:,}.",
            most=lists.MAX_ADDED, there=there, count=count,
        ), "addresses")  # fmt: skip
    with writing(e, say_count(count, "{count:,} list is added.", "{count:,} lists are added.")) as session:
        for source in sources:
            lists.put_list(session, source, title_of(source), None, allow=False)
    return count


def _read(text: str, there: Mapping[str, str]) -> tuple[list[str], list[Sentence]]:
    """The addresses, each once, and a sentence for each line that cannot be added; `there`: ids by their sources."""
    sources: dict[str, None] = {}
    wrong: list[Sentence] = []
    for number, written in enumerate(text.splitlines(), 1):
        line = written.partition(" #")[0].strip().lstrip("\ufeff")
        if not line or line.startswith(("#", "!")):
            continue
        try:
            source = check_remote(line)
            if source in there:
                raise EditError(say("This list is here already, as '{id}'.", id=there[source]))
            sources[source] = None
        except EditError as error:
            shown = garbled(line)[:MAX_SHOWN]
            wrong.append(say("Line {line:,}, {text}: {why}", line=number, text=shown, why=sentence_of(error)))
    return list(sources), wrong
