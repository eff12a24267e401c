# SPDX-License-Identifier: GPL-3.0-or-later
"""Hits of each rule: without the hop, back to where counting ended."""

from pathlib import Path

import pytest
from told_facts import NOTHING

from store.log.batches import Batch
from store.log.querylog import open_log
from store.log.records import Key, Origin, Verdict
from store.log.writer import Writer
from store.rules.rule_hit import RuleHit
from store.stats import rule_hits
from store.stats.rule_hits import hits

pytestmark = pytest.mark.database

NOW = 1_790_000_000_000_000


def test_hits_of_each_rule_without_the_hop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    con = open_log(tmp_path / "querylog.db")
    texts = ["||a.test^", "||a.test^ through CNAME x.a.test", "||b.test^"]
    keys = [Key(f"n{n}.test", 1, Verdict.BLOCK, Origin.SELF, "own", text, 0, "") for n, text in enumerate(texts)]
    keys.append(Key("other.test", 1, Verdict.BLOCK, Origin.SELF, "added:y", "||c.test^", 0, ""))
    writer = Writer(con, NOTHING, lambda: NOW)
    rows = [(NOW + number, 0, key, 10) for number, key in enumerate([0, 0, 1, 2, 3])]
    writer.add(Batch(1, 0, 0, ["10.0.0.7"], keys, rows), lambda client: None)
    writer.commit()
    counted = hits(con, "own", NOW - 9, NOW + 9, 1.0)
    assert counted.hits == {"||a.test^": RuleHit(3, NOW + 2), "||b.test^": RuleHit(1, NOW + 3)}
    assert counted.since_us == NOW - 9
    assert not hits(con, "none", NOW, NOW + 9, 1.0).hits
    monkeypatch.setattr(rule_hits, "MAX_HITS", 2)
    cut = hits(con, "own", NOW - 9, NOW + 9, 1.0)
    assert sum(hit.queries for hit in cut.hits.values()) == 2 and cut.since_us == NOW + 2
    con.close()
