# SPDX-License-Identifier: GPL-3.0-or-later
"""What is written to config.db and decides nothing costs no memo; whatever decides anything costs all of them."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from blocklists.index import compile as compiler
from blocklists.index.compile import Part
from blocklists.index.shard import Shard
from blocklists.rules.rule import Kind
from resolver.answer.snapshot import Snapshot, build
from resolver.kept_memos import build_after
from store.base import db
from store.config import edit, lists
from store.config.engine import Engine
from store.config.lists import BlocklistSeed
from store.devices import device_edits, sightings_store
from store.household import groups, pauses
from store.local import correction_edit, forward_edit, lease_edit, record_edit
from store.wall import wall_edit

pytestmark = pytest.mark.database

TABLET, PHONE, MAC = "192.168.1.1", "192.168.1.2", "02:00:5e:00:00:02"


def publish(state: Path, *names: str) -> None:
    shard = Shard.of_rules([(Kind.BLOCK_SUFFIX, name) for name in names], 1)
    compiler.publish(compiler.compile_index([Part("ads", None, "Ads", False, shard)], 1, generation=1), state)


def met(state: Path, address: str, mac: str | None = None) -> int:
    with closing(db.connect(state / "config.db")) as con:
        return sightings_store.sighted(con, address, mac)


@pytest.fixture
def home(state: Path) -> Path:
    publish(state, "tracker.test")
    e = edit.engine(state)
    lists.sync_blocklists(e, [BlocklistSeed("ads", "catalogue", "Ads", "https://lists.test/ads", on=True)])
    assert (met(state, TABLET), met(state, PHONE, MAC)) == (1, 2)
    device_edits.rename_device(e, 2, "Phone")
    edit.set_toggle(e, "ads", "device:2", False)
    return state


def seats(now: Snapshot) -> list[object]:
    return [now.admit(TABLET), now.admit(PHONE)]


def follow(state: Path, old: Snapshot) -> Snapshot:
    return build_after(old, state, {})


@pytest.mark.parametrize("write", [
    lambda e: lease_edit.add_static(e, MAC, PHONE),
    lambda e: correction_edit.correct(e, "tracker.test", company="Nobody"),
    lambda e: wall_edit.put_switches(e, "device:1", {}),
], ids=["a lease", "a correction", "nothing"])  # fmt: skip
def test_what_decides_nothing_leaves_the_seats_and_their_memos(home: Path, write: Callable[[Engine], object]) -> None:
    old = build(home, {})
    before = seats(old)
    write(edit.engine(home))
    now = follow(home, old)
    assert now is not old and now.policies.version > old.policies.version
    assert list(map(id, seats(now))) == list(map(id, before))


def test_a_device_s_new_address_is_its_own_and_costs_no_memo(home: Path) -> None:
    old = build(home, {})
    tablet, phone = seats(old)
    assert old.admit("fd00::7") is tablet
    met(home, "fd00::7", MAC)
    now = follow(home, old)
    assert now.admit("fd00::7") is phone and now.policies.device_of("fd00::7") == 2
    again = follow(home, now)
    assert again.admit("fd00::7") is phone, "and so for as long as nothing is decided"


@pytest.mark.parametrize("write", [
    lambda e: edit.add_rule(e, "block", "mine.test"),
    lambda e: edit.add_rule(e, "block", "mine.test", scope="device:1"),
    lambda e: edit.set_toggle(e, "ads", "house", False),
    lambda e: edit.set_toggle(e, "ads", "device:1", False),
    lambda e: edit.put_settings(e, {"sinkhole_ttl": 77}),
    lambda e: groups.add_group(e, "Children"),
    lambda e: pauses.pause(e, "device:1", until=int(time.time()) + 3600),
    lambda e: record_edit.add_record(e, "nas.test", "A", "192.168.1.9"),
    lambda e: forward_edit.add_forward(e, "office.test", ["192.0.2.9"], "", lambda *_: False),
    lambda e: lists.update_blocklist(e, "ads", answer="nxdomain"),
])  # fmt: skip
def test_what_decides_anything_begins_anew(home: Path, write: Callable[[Engine], object]) -> None:
    old = build(home, {})
    before = seats(old)
    write(edit.engine(home))
    assert not {*map(id, seats(follow(home, old)))} & {*map(id, before)}


def test_another_index_begins_anew_though_it_says_the_same_of_itself(home: Path) -> None:
    old = build(home, {})
    before = seats(old)
    publish(home, "tracker.tst")
    assert follow(home, old).admit(TABLET) is not before[0]


def test_exempt_clients_keep_their_seat(home: Path) -> None:
    edit.put_settings(edit.engine(home), {"wall": "enforce", "wall_exempt": [f"{TABLET}/32"]})
    old = build(home, {})
    before = seats(old)
    met(home, "fd00::7", MAC)
    assert list(map(id, seats(follow(home, old)))) == list(map(id, before))
