# SPDX-License-Identifier: GPL-3.0-or-later
"""From CNAME to CNAME among the home's own answers. `tests/resolver/test_public_reports.py` asks a worker."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path

import pytest

from resolver.answer import home_zone, own_chain, snapshot
from resolver.answer.decide import Alias, Block, View, decide
from resolver.answer.own_chain import MAX_HOPS, Chain
from resolver.kept.client_seats import ClientSeats
from store.base import db
from store.config import edit
from store.local.local_records import LocalRecord
from wire import message, stub

pytestmark = pytest.mark.database

CLIENT, LISTED = "192.168.1.2", "data.mistat.xiaomi.com"
RECORDS = {
    "app.lan": "server.lan",
    "server.lan": "192.168.1.9",
    "six.lan": "fd00::6",
    "to-six.lan": "six.lan",
    "gone.lan": "nxdomain",
    "to-gone.lan": "gone.lan",
    "to-unknown.lan": "unknown.lan",
    "to-us.example": "telltale",
    "out.lan": "www.shop.example",
    "to-blocked.lan": "blocked.example",
    "search.example": "safe.search.example",
    "circle.lan": "round.lan",
    "round.lan": "circle.lan",
    **{f"hop{n}.lan": f"hop{n + 1}.lan" for n in range(MAX_HOPS + 2)},
}


@pytest.fixture(scope="module")
def now(tmp_path_factory: pytest.TempPathFactory) -> snapshot.Snapshot:
    state: Path = tmp_path_factory.mktemp("state")
    db.open_config(state)
    engine = edit.engine(state)
    for name, answer in RECORDS.items():
        edit.add_rule(engine, "block", name, answer=answer)
    edit.add_rule(engine, "block", "blocked.example")
    return snapshot.build(state, {})


def chain(now: snapshot.Snapshot, name: str) -> Chain | None:
    question = message.parse_question(stub.build(name, 1))
    view = View(now.admit(CLIENT), CLIENT)
    decision = decide(question, view)
    assert isinstance(decision, Block | Alias)
    return own_chain.follow(question, decision.judgement, view, now)


@pytest.mark.parametrize(
    ("name", "targets", "ask", "addresses"),
    [
        ("app.lan", ["server.lan"], None, ["192.168.1.9"]),
        ("to-six.lan", ["six.lan"], None, []),
        ("to-gone.lan", ["gone.lan"], None, []),
        ("to-unknown.lan", ["unknown.lan"], None, []),
        ("out.lan", ["www.shop.example"], "www.shop.example", []),
        ("to-blocked.lan", ["blocked.example"], "blocked.example", []),
        ("search.example", ["safe.search.example"], "safe.search.example", []),
        ("safe.search.example", [], "safe.search.example", []),
        ("circle.lan", ["round.lan"], None, []),
        ("hop0.lan", [f"hop{n + 1}.lan" for n in range(MAX_HOPS)], None, []),
    ],
)
def test_where_it_leads(
    now: snapshot.Snapshot, name: str, targets: list[str], ask: str | None, addresses: list[str]
) -> None:
    found = chain(now, name)
    assert found is not None
    assert [target.name for target in found.targets] == targets
    assert (found.ask and found.ask.name) == ask
    assert [str(ip_address(address)) for address in found.data] == addresses


def test_a_name_of_the_appliance_leads_to_the_appliance(now: snapshot.Snapshot) -> None:
    found = chain(now, "to-us.example")
    assert found is not None and found.ask is None and found.data


@pytest.mark.parametrize("name", ["server.lan", "gone.lan", "blocked.example"])
def test_what_is_no_cname_leads_nowhere(now: snapshot.Snapshot, name: str) -> None:
    assert chain(now, name) is None


@pytest.mark.parametrize(
    ("name", "ask", "data"),
    [("to-rule.home", None, "0.0.0.0"), ("to-list.home", LISTED, None), ("away.home", "www.shop.example", None)],
)
def test_a_local_record_leads_past_a_list_and_past_no_rule_of_the_home(
    now: snapshot.Snapshot, name: str, ask: str | None, data: str | None
) -> None:
    targets = {"to-rule.home": "blocked.example", "to-list.home": LISTED, "away.home": "www.shop.example"}
    assert isinstance(decide(message.parse_question(stub.build(LISTED, 1)), View(now.admit(CLIENT), CLIENT)), Block)
    records = [LocalRecord(owner, "CNAME", target) for owner, target in targets.items()]
    found = chain(with_records(now, records), name)
    assert found is not None and (found.ask and found.ask.name) == ask
    assert [str(ip_address(each)) for each in found.data] == ([data] if data else [])


def test_a_local_record_leads_nowhere_while_a_schedule_has_closed_all_access(now: snapshot.Snapshot) -> None:
    shut = with_records(now, [LocalRecord("away.home", "CNAME", "www.shop.example")])
    policies = replace(shut.policies, default=replace(shut.policies.default, closed="night"))
    found = chain(replace(shut, policies=policies, by_client=ClientSeats(), _seats={}), "away.home")
    assert found is not None and found.ask is None


def with_records(now: snapshot.Snapshot, records: list[LocalRecord]) -> snapshot.Snapshot:
    return replace(now, home=home_zone.build("telltale", "", records, []), by_client=ClientSeats(), _seats={})
