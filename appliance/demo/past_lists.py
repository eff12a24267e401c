# SPDX-License-Identifier: GPL-3.0-or-later
"""The two lists that the household of the demo added, as files: nothing is fetched, and every rule is about a name that
it asks for.
"""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from blocklists.update import refresh
from store.base import db
from store.base.sentences import say
from store.config import list_status, lists
from store.config.engine import Engine

FOLDER = "demo-lists"
ADS_TITLE, ALLOWED_TITLE = say("Ads and counters (of the demo)"), say("Never block these (of the demo)")
ADS = """\
! Ads and counters that the demo's household meets; a list like those of the catalogue, only shorter
||alb.reddit.com^
||bat.bing.com^
||c.clarity.ms^
||cdn.adjust.com^
||cdn.optimizely.com^
||collector.github.com^
||improving.duckduckgo.com^
||script.ioam.de^
||w3-reporting.reddit.com^
||xlog-eu.roborock.com^
"""
ALLOWED = """\
! Names that something breaks without
@@||self.events.data.microsoft.com^
"""


def add(state: Path, engine: Engine) -> tuple[str, str]:
    """Add both and take their texts in; returns their ids: what blocks, and what allows. The index is made later."""
    folder = state / FOLDER
    folder.mkdir(exist_ok=True)
    ids = []
    for file, text, title, allow in (("ads.txt", ADS, ADS_TITLE, False), ("never.txt", ALLOWED, ALLOWED_TITLE, True)):
        (folder / file).write_text(text)
        ids.append(lists.add_blocklist(engine, str(folder / file), str(title), allow=allow))
    _take_in(state, ids)
    return ids[0], ids[1]


def renew(state: Path, ids: Sequence[str]) -> None:
    """Their makers add a name to each, of nobody here, and the daily update takes it in; the next index has it."""
    for file, rule in (("ads.txt", "||ads.shop.example^"), ("never.txt", "@@||pay.shop.example^")):
        with (state / FOLDER / file).open("a") as text:
            text.write(f"{rule}\n")
    _take_in(state, ids)


def _take_in(state: Path, ids: Sequence[str]) -> None:
    with closing(db.connect(state / "config.db")) as con:
        for item in list_status.installed(con):
            if item.id in ids:
                refresh.refresh(con, state, item)
