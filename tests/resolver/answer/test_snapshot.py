# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for whom: policies by client, who is let in, and what is used when files are damaged."""

from __future__ import annotations

import logging
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path

import pytest

from blocklists.index import compile as compiler
from blocklists.index.compile import Part
from blocklists.index.match import RuleTable
from blocklists.index.shard import Shard
from blocklists.rules.rule import Kind
from resolver.answer import snapshot
from resolver.answer.judge import judge
from resolver.answer.seat import Seat
from resolver.answer.snapshot import REFUSED, Snapshot, build
from resolver.kept import client_seats
from resolver.kept.client_seats import ClientSeats
from resolver.upstream.route import HOUSE, to_servers
from store.base import db
from store.config import edit, lists
from store.config.lists import BlocklistSeed
from store.devices import sightings_store
from store.household import groups
from store.log.records import Verdict
from store.wall import wall_edit

pytestmark = pytest.mark.database


def publish(state: Path, *names: str, generation: int = 1) -> None:
    """An index that holds one list, `ads`, of these names."""
    shard = Shard.of_rules([(Kind.BLOCK_SUFFIX, name) for name in names], 1)
    compiler.publish(compiler.compile_index([Part("ads", None, "Ads", False, shard)], 1, generation=generation), state)


@pytest.fixture
def home(state: Path) -> Path:
    """A state directory with the list `ads`, on for the house, and two devices."""
    publish(state, "tracker.test")
    e = edit.engine(state)
    lists.sync_blocklists(e, [BlocklistSeed("ads", "catalogue", "Ads", "https://lists.test/ads", on=True)])
    con = db.connect(state / "config.db")
    assert [sightings_store.sighted(con, f"192.168.1.{number}") for number in (1, 2)] == [1, 2]
    con.close()
    return state


def verdict(held: Snapshot, client: str, name: str = "www.tracker.test") -> Verdict:
    seat = held.admit(client)
    return judge(name, seat.rules, seat.index, seat.mask).verdict


def test_each_device_has_its_policy_and_equal_ones_share_a_seat(home: Path) -> None:
    e = edit.engine(home)
    edit.set_toggle(e, "ads", "device:1", False)
    edit.add_rule(e, "block", "mine.test", scope="device:2")
    held = build(home, {})
    assert verdict(held, "192.168.1.1") is Verdict.PASS
    assert verdict(held, "192.168.1.2") is Verdict.BLOCK
    assert verdict(held, "192.168.1.3") is Verdict.BLOCK
    assert [verdict(held, f"192.168.1.{number}", "mine.test") for number in (1, 2, 3)] == [0, 1, 0]
    assert held.admit("192.168.1.3") is held.admit("10.0.0.4") is held.admit("::1")
    assert held.admit("192.168.1.3") is not held.admit("192.168.1.1")


def test_where_the_wall_refuses_encrypted_dns_its_names_are_blocked_too(home: Path) -> None:
    e = edit.engine(home)
    shard = Shard.of_rules([(Kind.BLOCK_EXACT, "dns.google")], 1)
    compiler.publish(compiler.compile_index([Part("wall:doh", None, "Wall", False, shard)], 1, generation=2), home)
    assert verdict(build(home, {}), "192.168.1.1", "dns.google") is Verdict.PASS
    edit.put_settings(e, {"wall": "watch"})
    assert verdict(build(home, {}), "192.168.1.1", "dns.google") is Verdict.PASS
    edit.put_settings(e, {"wall": "enforce"})
    wall_edit.put_switches(e, "device:2", {"doh": "watch"})
    held = build(home, {})
    assert verdict(held, "192.168.1.1", "dns.google") is Verdict.BLOCK
    assert verdict(held, "192.168.1.2", "dns.google") is Verdict.PASS
    seat = held.admit("192.168.1.1")
    assert judge("dns.google", seat.rules, seat.index, seat.mask).blocklist == "wall:doh"
    edit.add_rule(e, "allow", "dns.google")
    assert verdict(build(home, {}), "192.168.1.1", "dns.google") is Verdict.ALLOW
    assert verdict(build(home, {"TELLTALE_WALL": "off"}), "192.168.1.1", "dns.google") is not Verdict.BLOCK


def test_a_link_local_client_is_known_without_its_interface(home: Path) -> None:
    con = db.connect(home / "config.db")
    assert sightings_store.sighted(con, "fe80::7") == 3
    con.close()
    edit.set_toggle(edit.engine(home), "ads", "device:3", False)
    assert verdict(build(home, {}), "fe80::7%eth0") is Verdict.PASS


@pytest.mark.parametrize("client", ["8.8.8.8", "172.32.0.1", "2620:fe::fe", "100.128.0.1", "::ffff:8.8.8.8"])
def test_outsiders_are_refused_unless_the_settings_let_them_in(home: Path, client: str) -> None:
    assert build(home, {}).admit(client) is REFUSED
    allowed = build(home, {"TELLTALE_ALLOWED_NETWORKS": "8.8.8.0/24,172.32.0.0/16,2620:fe::/48,100.128.0.0/16"})
    assert allowed.admit(client) is not REFUSED


@pytest.mark.parametrize(
    "client",
    ["127.0.0.9", "10.9.8.7", "172.16.0.1", "192.168.0.1", "169.254.1.1", "100.64.0.1", "::1", "fe80::1%eth0",
     "fd12::1", "::ffff:192.168.1.9"],
)  # fmt: skip
def test_the_home_is_let_in(home: Path, client: str) -> None:
    assert not build(home, {}).admit(client).refused


def test_clients_are_bounded(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_seats, "CLIENTS_MAX", 10)
    held = build(home, {})
    for number in range(200):
        held.admit(f"fd00::{number:x}")
        assert len(held.by_client) <= 10
        assert f"fd00::{number:x}" in held.by_client


def test_strangers_of_one_policy_share_a_seat_and_are_found_by_their_packed_address(home: Path) -> None:
    edit.add_rule(edit.engine(home), "block", "mine.test", scope="device:1")
    now = build(home, {})
    met = [now.meet(ip_address(f"192.168.9.{last}").packed, f"192.168.9.{last}") for last in range(1, 9)]
    assert {id(seat) for _, seat in met} == {id(now.admit("192.168.9.99"))}, "one memo, and nothing made for each"
    assert [now.by_address[ip_address(client).packed] for client, _ in met] == met
    assert now.meet(ip_address("192.168.1.1").packed, "192.168.1.1")[1] is not met[0][1], "who has a policy has its own"
    assert now.meet(ip_address("8.8.8.8").packed, "8.8.8.8")[1] is REFUSED


def test_a_link_local_client_is_met_under_its_interface(home: Path) -> None:
    now, packed = build(home, {}), ip_address("fe80::7").packed + (3).to_bytes(4, "little")
    client, seat = now.meet(packed, "fe80::7%3")
    assert (client, seat) == ("fe80::7%3", now.by_client["fe80::7%3"]) and not seat.refused


def damage(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2 :] = b"\xa5" * (len(data) - len(data) // 2)
    data[:16] = b"no database here"
    path.write_bytes(bytes(data))


@pytest.mark.parametrize("how", ["damaged", "gone", "empty"])
def test_a_config_that_cannot_be_read_is_replaced_by_its_last_good_copy(home: Path, how: str) -> None:
    db.backup(home / "config.db")
    if how == "damaged":
        damage(home / "config.db")
    else:
        (home / "config.db").unlink()
        if how == "empty":
            (home / "config.db").touch()
    assert verdict(build(home, {}), "192.168.1.1") is Verdict.BLOCK


def test_with_no_config_at_all_names_pass_and_the_log_says_why(home: Path, caplog: pytest.LogCaptureFixture) -> None:
    for path in home.glob("config.db*"):
        damage(path)
    with caplog.at_level(logging.ERROR):
        assert verdict(build(home, {}), "192.168.1.1") is Verdict.PASS
    assert "config.db cannot be used" in caplog.text


def test_while_running_the_policy_before_the_damage_stays(home: Path) -> None:
    edit.set_toggle(edit.engine(home), "ads", "device:1", False)
    old = build(home, {})
    for path in home.glob("config.db*"):
        damage(path)
    new = build(home, {}, old)
    assert [verdict(new, f"192.168.1.{number}") for number in (1, 2)] == [Verdict.PASS, Verdict.BLOCK]


def test_a_damaged_index_is_replaced_by_the_previous_one(home: Path, caplog: pytest.LogCaptureFixture) -> None:
    publish(home, "other.test", generation=2)
    assert verdict(build(home, {}), "::1", "other.test") is Verdict.BLOCK
    damage(home / "index" / "current.idx")
    held = build(home, {})
    assert held.index.generation == 1 and verdict(held, "::1") is Verdict.BLOCK
    assert "current.idx" in caplog.text


def test_without_any_index_the_homes_own_rules_still_hold(home: Path) -> None:
    edit.add_rule(edit.engine(home), "block", "mine.test")
    for path in (home / "index").glob("*.idx"):
        path.unlink()
    held = build(home, {})
    assert verdict(held, "::1") is Verdict.PASS and verdict(held, "::1", "mine.test") is Verdict.BLOCK


def test_while_running_a_damaged_index_is_not_taken_over(home: Path) -> None:
    old = build(home, {})
    publish(home, "other.test", generation=2)
    (home / "index" / "current.idx").unlink()
    (home / "index" / "current.idx").write_bytes(b"x" * 999)
    new = build(home, {}, old)
    assert new.index is old.index and verdict(new, "::1") is Verdict.BLOCK


def test_a_seat_goes_with_the_index_that_its_mask_is_for(home: Path) -> None:
    """A query in flight is judged to its end by what held when it came: bits of another index mean other lists."""
    old = build(home, {})
    seat = old.admit("192.168.1.1")
    shards = [
        Part(name, None, name, False, Shard.of_rules([(Kind.BLOCK_SUFFIX, name)], 1)) for name in ("x.test", "ads")
    ]
    compiler.publish(compiler.compile_index(shards, 1, generation=2), home)
    new = build(home, {}, old)
    assert judge("x.test", seat.rules, seat.index, seat.mask).verdict is Verdict.PASS
    assert new.admit("192.168.1.1") is not seat
    assert verdict(new, "192.168.1.1", "x.test") is Verdict.PASS


def test_a_group_for_new_devices_that_is_not_there_is_told_until_it_is(home: Path) -> None:
    environ = {"TELLTALE_NEW_DEVICES": "Gusts"}
    told = snapshot.build(home, environ).fallbacks
    assert ["no group “Gusts”" in sentence for sentence in told] == [True]
    groups.add_group(edit.engine(home), "gusts")
    assert snapshot.build(home, environ).fallbacks == ()


def test_a_refused_seat_holds_no_list() -> None:
    assert REFUSED.refused and REFUSED.mask == 0
    assert not Seat(RuleTable(), REFUSED.index, 0).refused


def test_a_group_s_upstreams_are_a_seat_s_route_unless_they_are_the_house_s(home: Path) -> None:
    now = build(home, {"TELLTALE_UPSTREAMS": "192.0.2.1"})
    for specs, route in (((), HOUSE), (("192.0.2.1",), HOUSE), (("192.0.2.9",), to_servers(["192.0.2.9"]))):
        own = replace(now.policies.default, upstreams=specs)
        policies = replace(now.policies, clients={"192.168.1.9": 7}, by_device={7: own}, upstreams=frozenset({specs}))
        changed = replace(now, policies=policies, by_client=ClientSeats(), _seats={})
        assert changed.admit("192.168.1.9").route == route and changed.admit("192.168.1.8").route is HOUSE
        assert changed.routes() == {route} - {HOUSE}
