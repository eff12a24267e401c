# SPDX-License-Identifier: GPL-3.0-or-later
"""Cloaked names: what an answer leads to is judged as if it had been asked."""

from __future__ import annotations

from io import BytesIO
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from blocklists.index.compile import Part, compile_index
from blocklists.index.index import Index
from blocklists.index.match import RuleTable
from blocklists.index.shard import Shard
from resolver.answer.inspect import inspect, rebinding
from store.config import edit
from store.household.policy import Rule
from store.log.records import Verdict
from wire.addresses import is_private
from wire.message import Response

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


@pytest.mark.parametrize(
    ("address", "private"),
    [
        ("10.0.0.1", True), ("172.16.0.1", True), ("172.32.0.1", False), ("192.168.1.1", True), ("192.169.1.1", False),
        ("169.254.169.254", True), ("100.64.0.1", True), ("100.128.0.1", False), ("127.0.0.1", True), ("0.0.0.0", True),
        ("192.0.2.7", False), ("9.9.9.9", False), ("fd00::1", True), ("fe80::1", True), ("::1", True), ("::", True),
        ("2001:db8::7", False), ("::ffff:192.168.1.1", True), ("::ffff:9.9.9.9", False),
    ],
)  # fmt: skip
def test_addresses_that_mean_another_machine_in_every_home(address: str, private: bool) -> None:
    assert is_private(ip_address(address).packed) is private
    found = rebinding(Response(0, b"", (0, 0, 0), addresses=[ip_address("9.9.9.9").packed, ip_address(address).packed]))
    assert (found is not None) is private
    assert found is None or found.rule == f"private address {ip_address(address)} in a public name"


def test_where_an_https_record_leads_is_judged() -> None:
    found = inspect(Response(0, b"", (0, 0, 0), targets=["svc.tracker.test"]), RULES, Index.empty(), 0)
    assert found is not None and found.rule == "||tracker.test^ through HTTPS record to svc.tracker.test"


def test_lists_of_addresses_judge_where_an_answer_leads() -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "list"
        path.write_text("||192.0.2.0/24^\n@@||192.0.2.9^\n")
        part = Part("ips", None, "Ips", False, Shard.of_text(path, "adblock", 1))
    data = BytesIO()
    compile_index([part], 1).write(data.write)
    index = Index(memoryview(data.getvalue()))
    found = {
        text: inspect(Response(0, b"", (0, 0, 0), addresses=[ip_address(text).packed]), RuleTable(), index, 1)
        for text in ("192.0.2.7", "192.0.2.9", "9.9.9.9")
    }
    blocked = found.pop("192.0.2.7")
    assert blocked is not None and (blocked.blocklist, blocked.rule) == (
        "ips",
        "192.0.2.0/24 through address 192.0.2.7",
    )
    assert list(found.values()) == [None, None]
