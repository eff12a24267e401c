# SPDX-License-Identifier: GPL-3.0-or-later
"""Cloaked names: what an answer leads to is judged as if it had been asked."""

from __future__ import annotations

from typing import Any

import pytest

from blocklists.index import Index
from blocklists.match import RuleTable
from resolver.inspect import inspect
from resolver.wire import Response
from store import edit
from store.policy import Rule
from store.records import Verdict

RULES = RuleTable.build([Rule(1, "block", "tracker.test", True, ""), Rule(2, "allow", "fine.test", True, "")])


@pytest.mark.parametrize(
    ("chain", "rule"),
    [
        ([], None),
        (["cdn.test"], None),
        (["www.tracker.test"], "||tracker.test^ through CNAME www.tracker.test"),
        (["cdn.test", "a.tracker.test", "b.tracker.test"], "||tracker.test^ through CNAME a.tracker.test"),
        (["fine.test", "a.tracker.test"], None),
        (["a.tracker.test", "fine.test"], "||tracker.test^ through CNAME a.tracker.test"),
    ],
)
def test_the_first_hop_that_a_rule_speaks_for_decides(chain: list[str], rule: str | None) -> None:
    found = inspect(Response(0, b"", (0, 0, 0), chain=chain), RULES, Index.empty(), 0)
    assert (found.rule if found else None) == rule
    assert found is None or (found.verdict is Verdict.BLOCK and found.blocklist == "own")


def test_a_cloaked_tracker_is_sunk_from_upstream_from_cache_and_from_memo(worker: Any, upstream: Any) -> None:
    for _ in range(2):
        assert str(worker.ask("shop.cloak.example").answer[-1][0]) == "192.0.2.7"
    edit.add_rule(edit.engine(worker.state), "block", "tracker.xx")
    fresh, held = "news.cloak.example", "shop.cloak.example"
    worker.wait_for_policy()
    for name in (fresh, held, held, held):
        assert str(worker.ask(name).answer[0][0]) == "0.0.0.0"
        assert "192.0.2.7" not in str(worker.ask(name))
    assert upstream.asked[held] == upstream.asked[fresh] == 1
    blocked = [key for _, key, _ in worker.rows(10) if key.verdict == Verdict.BLOCK]
    assert {key.rule for key in blocked} == {"||tracker.xx^ through CNAME hide.tracker.xx"}


def test_a_name_that_the_home_allows_is_not_inspected(worker: Any) -> None:
    e = edit.engine(worker.state)
    edit.add_rule(e, "block", "tracker.xx")
    edit.add_rule(e, "allow", "shop.cloak.example")
    worker.wait_for_policy()
    assert str(worker.ask("shop.cloak.example").answer[-1][0]) == "192.0.2.7"
