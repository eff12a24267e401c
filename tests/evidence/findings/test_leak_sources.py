# SPDX-License-Identifier: GPL-3.0-or-later
"""What the judging of leaks is given: lists that have a name, since when; config.db as it was; the home's rules."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path

import pytest

from blocklists.index import list_files
from blocklists.packs import built_in_index
from blocklists.update.assemble import Assembler, Listed
from evidence.findings import leak_sources
from evidence.findings.leak_sources import Holders
from evidence.findings.leaks import Holder
from evidence.findings.past import SECOND_US
from store.base import db
from store.config import edit, lists
from store.config.choices import ListKind

pytestmark = pytest.mark.database
LIST = "||t.example^\n@@||good.t.example^\n/^rx[0-9]+\\.example$/\n"


def test_a_pack_has_a_name_at_its_level(tmp_path: Path) -> None:
    holders = Holders(built_in_index.build(), tmp_path, {"pack:xiaomi": 7})
    assert Holder("pack:xiaomi", "safe", added_us=7 * SECOND_US) in holders.of("data.mistat.xiaomi.com")
    assert holders.of("www.example.com") == [] and holders.title("pack:xiaomi").startswith("Xiaomi")


def test_a_list_has_a_name_since_its_copy_and_not_what_it_allows(state: Path) -> None:
    seed = lists.BlocklistSeed("ads", ListKind.CATALOGUE, "Ads", "https://lists.example/ads")
    lists.sync_blocklists(edit.engine(state), [seed])
    (state / "lists").mkdir()
    list_files.text_path(state, "ads").write_text(LIST)
    Assembler(state).build([Listed("ads", "Ads", None, False)], 1)
    with closing(db.connect(state / "config.db", read_only=True)) as con:
        holders = Holders.open(state, con)
    (holder,) = [each for each in holders.of("a.t.example") if each.blocklist == "ads"]
    now_us = time.time_ns() // 1000
    assert holder.level is None and not holder.exact and now_us - 600 * SECOND_US < holder.since_us <= now_us
    assert abs(holder.added_us - now_us) < 600 * SECOND_US
    assert [each.blocklist for each in holders.of("rx12.example")] == ["ads"]
    assert holders.of("good.t.example") == []


def test_what_was_edited_is_taken_back_for_the_time_before(state: Path) -> None:
    seed = lists.BlocklistSeed("ads", ListKind.CATALOGUE, "Ads", "https://lists.example/ads")
    engine = edit.engine(state)
    lists.sync_blocklists(engine, [seed])
    edit.set_toggle(engine, "ads", "house", True)
    with closing(db.connect(state / "config.db", read_only=True)) as con:
        home = leak_sources.past_of(con, 0)
        assert con.row_factory is None
    before = home.at((int(time.time()) - 600) * SECOND_US)
    assert home.now.word(1, "ads").on and before and not before.word(1, "ads").on


def test_rules_of_the_home_that_allow_are_known_as_the_log_has_them(state: Path) -> None:
    engine = edit.engine(state)
    number = edit.add_rule(engine, "allow", "t.example", True, "", "house")
    edit.add_rule(engine, "block", "u.example", True, "", "house")
    with closing(db.connect(state / "config.db", read_only=True)) as con:
        assert leak_sources.allow_rules(con) == {"@@||t.example^": (number, "house")}
