# SPDX-License-Identifier: GPL-3.0-or-later
from pathlib import Path

import pytest
from told_facts import NOTHING

from store.log.batches import Batch
from store.log.querylog import open_log
from store.log.records import Key, Origin, Verdict
from store.log.writer import Writer
from store.stats.list_hits import ListHits, hits

pytestmark = pytest.mark.database

NOW = 1_790_000_000_000_000


def test_hits_are_counted_by_rule_without_the_hop(tmp_path: Path) -> None:
    con = open_log(tmp_path / "querylog.db")
    texts = ["||a.test^", "||a.test^ through CNAME x.a.test", "||b.test^"]
    keys = [Key(f"n{n}.test", 1, Verdict.BLOCK, Origin.SELF, "added:x", text, 0, "") for n, text in enumerate(texts)]
    keys.append(Key("other.test", 1, Verdict.BLOCK, Origin.SELF, "added:y", "||c.test^", 0, ""))
    rows = [(NOW + number, 0, key, 10) for number, key in enumerate([0, 0, 1, 2, 3])]
    writer = Writer(con, NOTHING, lambda: NOW)
    writer.add(Batch(1, 0, 0, ["10.0.0.7"], keys, rows), lambda client: None)
    writer.commit()
    assert hits(con, "added:x", NOW, NOW + 9) == ListHits(4, 2, NOW + 3)
    assert hits(con, "added:x", NOW + 3, NOW + 9) == ListHits(1, 1, NOW + 3)
    assert hits(con, "none", NOW, NOW + 9) == ListHits(0, 0, None)
    con.close()
