# SPDX-License-Identifier: GPL-3.0-or-later
"""What people say of devices; that it can be said, and loses nothing."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from store.base import db
from store.base.migration_steps import migration_steps
from store.config import devices, edit, lists
from store.config.choices import NameSource
from store.config.engine import Engine
from store.config.session import EditError, NotFound
from store.devices import device_edits, found_names, sightings_store
from store.devices.device_edits import forget_device, merge_devices, set_networks, split_device
from store.devices.sightings_store import Sighting
from store.history.tracked import TRACKED
from store.household import groups, policy
from store.household.undo import undo

pytestmark = pytest.mark.database

MAC, RADIO = "ac:bb:cc:00:00:01", "ae:bb:cc:00:00:02"


@pytest.fixture
def laptop(con: sqlite3.Connection) -> int:
    """A cable and a radio: two MAC addresses, three addresses."""
    first = sightings_store.meet(con, [Sighting("10.0.0.2", MAC), Sighting("fd00::2", MAC)])["10.0.0.2"]
    second = sightings_store.sighted(con, "10.0.0.3", RADIO)
    with closing(sqlite3.connect(con.execute("PRAGMA database_list").fetchone()[2])) as other:
        other.execute("UPDATE device_mac SET device_id = ? WHERE mac = ?", (first, RADIO))
        other.execute("UPDATE client SET device_id = ? WHERE address = '10.0.0.3'", (first,))
        other.execute("DELETE FROM device WHERE id = ?", (second,))
        other.commit()
    return first


def state_of(con: sqlite3.Connection, device_id: int) -> tuple[set[str], set[str]]:
    rows = devices.devices(con, device_id)
    return {mac.mac for row in rows for mac in row.macs}, {at for row in rows for at in row.addresses}


def test_two_that_are_one_have_what_both_had(engine: Engine, con: sqlite3.Connection) -> None:
    lists.sync_blocklists(engine, [lists.BlocklistSeed("ads", "catalogue", "Ads", "https://example.org/ads")])
    cable, radio = sightings_store.sighted(con, "10.0.0.2", MAC, now=9), sightings_store.sighted(con, "10.0.0.3", RADIO)
    device_edits.rename_device(engine, radio, "Laptop")
    edit.add_rule(engine, "block", "a.example", scope=f"device:{radio}")
    edit.set_toggle(engine, "ads", f"device:{radio}", True)
    edit.set_toggle(engine, "ads", f"device:{cable}", False)
    set_networks(engine, radio, ["10.5.0.0/24"])
    version = policy.load(con).version
    merge_devices(engine, radio, cable)
    (row,) = devices.devices(con)
    assert (row.id, row.name, row.first_seen, row.networks) == (cable, "Laptop", 9, ("10.5.0.0/24",))
    assert state_of(con, cable) == ({MAC, RADIO}, {"10.0.0.2", "10.0.0.3"}) and not row.private_mac
    found = policy.load(con)
    assert found.version > version
    assert found.of("10.0.0.2") == found.of("10.0.0.3") and len(found.of("10.0.0.2").rules) == 1
    assert not found.of("10.0.0.3").lists, "what the one that stays says of a list holds"
    assert devices.merged(con) == {radio: cable}
    assert sightings_store.sighted(con, "fd00::3", RADIO) == cable


def test_a_mac_splits_off_with_all_that_stands_behind_it(engine: Engine, con: sqlite3.Connection, laptop: int) -> None:
    group = groups.add_group(engine, "Children")
    groups.set_groups(engine, laptop, [group])
    new = split_device(engine, laptop, [RADIO.upper().replace(":", "-")])
    assert state_of(con, new) == ({RADIO}, {"10.0.0.3"}) and state_of(con, laptop) == ({MAC}, {"10.0.0.2", "fd00::2"})
    assert devices.devices(con, new)[0].groups == (group,), "what held for it goes on to"
    assert sightings_store.sighted(con, "10.0.0.4", RADIO) == new


def test_an_address_splits_off_alone_and_stays_there_until_another_mac_has_it(
    engine: Engine, con: sqlite3.Connection, laptop: int
) -> None:
    new = split_device(engine, laptop, ["FD00::2"])
    assert state_of(con, new) == (set(), {"fd00::2"}) and state_of(con, laptop)[0] == {MAC, RADIO}
    assert sightings_store.sighted(con, "fd00::2", MAC) == new, "whatever stands behind it"
    assert sightings_store.sighted(con, "fd00::2", RADIO) == laptop


def test_an_address_without_a_mac_splits_off_by_hand(engine: Engine, con: sqlite3.Connection) -> None:
    first, second = (sightings_store.sighted(con, f"10.0.0.{number}") for number in (2, 3))
    merge_devices(engine, second, first)
    new = split_device(engine, first, ["10.0.0.3"])
    assert state_of(con, new) == (set(), {"10.0.0.3"}) and devices.devices(con, new)[0].networks == ("10.0.0.3/32",)


def test_given_networks_hold_where_no_mac_tells(engine: Engine, con: sqlite3.Connection) -> None:
    iot, tv = sightings_store.sighted(con, "10.0.0.2", MAC), sightings_store.sighted(con, "10.5.0.7")
    met = sightings_store.sighted(con, "10.5.0.9")
    set_networks(engine, iot, ["10.5.0.1/16", "fd00:5::/64", "10.5.0.1/16"])
    set_networks(engine, tv, ["10.5.0.7"])
    assert sightings_store.sighted(con, "10.5.0.9") == iot != met, "one that was there already"
    assert sightings_store.sighted(con, "10.5.1.2") == sightings_store.sighted(con, "fd00:5::9") == iot
    assert sightings_store.sighted(con, "10.5.0.7") == tv, "the most specific one"
    assert sightings_store.sighted(con, "10.5.2.2", RADIO) not in (iot, tv), "a MAC tells more"
    assert {client.how for client in devices.devices(con, tv)[0].clients} == {"hand"}
    set_networks(engine, iot, [])
    assert sightings_store.sighted(con, "10.5.1.2") not in (iot, tv)


def test_an_address_given_by_hand_teaches_its_device_the_mac_behind_it(engine: Engine, con: sqlite3.Connection) -> None:
    printer = sightings_store.sighted(con, "10.0.0.2")
    set_networks(engine, printer, ["10.0.0.2", "10.0.0.3"])
    assert sightings_store.sighted(con, "10.0.0.3") == printer
    assert sightings_store.sighted(con, "10.0.0.3", MAC) == printer and state_of(con, printer)[0] == {MAC}


def test_what_is_forgotten_is_new_when_it_asks_again(engine: Engine, con: sqlite3.Connection, laptop: int) -> None:
    edit.add_rule(engine, "block", "a.example", scope=f"device:{laptop}")
    forget_device(engine, laptop)
    assert devices.devices(con) == [] and devices.clients(con) == {} and devices.by_mac(con) == {}
    assert edit.rules(engine) == []
    assert sightings_store.sighted(con, "10.0.0.2", MAC) > laptop, "an id is never given twice"


@pytest.mark.parametrize(
    ("action", "kind", "part"),
    [
        (lambda e, n: merge_devices(e, n, n), EditError, "one with itself"),
        (lambda e, n: merge_devices(e, n, 99), NotFound, "no device 99"),
        (lambda e, n: merge_devices(e, 99, n), NotFound, "no device 99"),
        (lambda e, n: split_device(e, n, []), EditError, "which of its addresses"),
        (lambda e, n: split_device(e, n, ["phone"]), EditError, "'phone' is no address and no MAC"),
        (lambda e, n: split_device(e, n, ["10.9.9.9"]), NotFound, "no address 10.9.9.9"),
        (lambda e, n: split_device(e, n, [MAC, RADIO]), EditError, "nothing would be left"),
        (lambda e, n: split_device(e, n, ["10.0.0.2", "10.0.0.3", "fd00::2"]), EditError, "nothing would be left"),
        (lambda e, n: split_device(e, n, [f"fd00::{i:x}" for i in range(1001)]), EditError, "At most 1000"),
        (lambda e, n: forget_device(e, 99), NotFound, "no device 99"),
        (lambda e, n: set_networks(e, n, ["10.0.0.0/33"]), EditError, "no address or network"),
        (lambda e, n: set_networks(e, 99, ["10.0.0.0/8"]), NotFound, "no device 99"),
    ],
)
def test_what_cannot_be_is_said_and_changes_nothing(
    engine: Engine, con: sqlite3.Connection, laptop: int, action: Callable[[Engine, int], object],
    kind: type[EditError], part: str,
) -> None:  # fmt: skip
    before = devices.devices(con)
    with pytest.raises(kind, match=part):
        action(engine, laptop)
    assert devices.devices(con) == before


def test_the_same_network_belongs_to_one_device(
    engine: Engine, con: sqlite3.Connection, laptop: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    tv = sightings_store.sighted(con, "10.0.0.9")
    set_networks(engine, laptop, ["10.5.0.0/24"])
    with pytest.raises(EditError, match=f"given to device {laptop} already"):
        set_networks(engine, tv, ["10.6.0.0/24", "10.5.0.9/24"])
    assert not devices.devices(con, tv)[0].networks
    monkeypatch.setattr(device_edits, "MAX_NETWORKS", 1)
    with pytest.raises(EditError, match="1 addresses and networks"):
        set_networks(engine, tv, ["10.6.0.0/24"])


def image(con: sqlite3.Connection) -> dict[str, list[tuple[object, ...]]]:
    """All rows of what is tracked."""
    return {table: sorted(con.execute(f'SELECT * FROM "{table}"').fetchall(), key=str) for table in TRACKED}


@pytest.mark.parametrize("action", ["merge", "split", "split address", "forget", "networks"])
def test_all_of_it_can_be_undone_and_done_again(
    engine: Engine, con: sqlite3.Connection, laptop: int, action: str
) -> None:
    tv = sightings_store.sighted(con, "10.0.0.9", "ac:bb:cc:00:00:09")
    far = sightings_store.sighted(con, "10.5.0.1")
    found_names.learn(con, tv, NameSource.LEASE, "tv")
    groups.set_groups(engine, laptop, [groups.add_group(engine, "Children")])
    edit.add_rule(engine, "block", "a.example", scope=f"device:{laptop}")
    set_networks(engine, tv, ["10.6.0.0/16"])
    before = image(con)
    {
        "merge": lambda: merge_devices(engine, laptop, tv),
        "split": lambda: split_device(engine, laptop, [RADIO]),
        "split address": lambda: split_device(engine, laptop, ["fd00::2"]),
        "forget": lambda: forget_device(engine, laptop),
        "networks": lambda: set_networks(engine, laptop, ["10.5.0.0/16"]),
    }[action]()
    after = image(con)
    assert after != before
    sightings_store.heard(con, {"10.0.0.2": 2_000_000_000})
    undo(engine, newest(con))
    sightings_store.heard(con, dict.fromkeys(["10.0.0.2"], 1))
    assert unseen(image(con)) == unseen(before) and far
    undo(engine, newest(con))
    assert unseen(image(con)) == unseen(after)


def newest(con: sqlite3.Connection) -> int:
    return int(con.execute("SELECT max(id) FROM change").fetchone()[0])


def unseen(rows: dict[str, list[tuple[object, ...]]]) -> dict[str, list[tuple[object, ...]]]:
    """Without when a thing was seen last, which nobody decides."""
    return {
        table: sorted((row[:-1] if table in ("client", "device_mac") else row for row in those), key=str)
        for table, those in rows.items()
    }


def test_the_migration_keeps_all_that_was_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = migration_steps("config")
    monkeypatch.setattr(db, "migration_steps", lambda kind: real[:8])
    db.migrate(tmp_path / "config.db")
    with closing(db.connect(tmp_path / "config.db")) as con:
        rows = [
            (1, "A", "a-net", MAC, "Acme"), (2, None, None, "DA:BB:CC:00:00:02", None), (7, None, "b", None, "B"),
            (9, None, "More devices", None, None),
        ]  # fmt: skip
        columns = "id, name, found_name, mac, maker, first_seen"
        con.executemany(f"INSERT INTO device ({columns}) VALUES (?, ?, ?, ?, ?, 5)", rows)
        con.execute("INSERT INTO client VALUES ('10.0.0.2', 1, 6), ('10.0.0.7', 7, 8)")
        con.execute("DELETE FROM device WHERE id = 9")
    monkeypatch.setattr(db, "migration_steps", lambda kind: real)
    db.migrate(tmp_path / "config.db")
    with closing(db.connect(tmp_path / "config.db")) as con:
        one, two, seven = devices.devices(con)
        assert (one.name, one.found_name, one.name_from, one.mac, one.private_mac) == ("A", "a-net", "hand", MAC, False)
        assert (two.mac, two.private_mac, seven.name_from, seven.maker) == ("da:bb:cc:00:00:02", True, "ptr", "B")
        assert (one.clients[0].how, one.clients[0].mac, one.clients[0].last_seen) == ("mac", MAC, 6)
        assert (seven.clients[0].how, seven.clients[0].mac) == ("address", None)
        assert sightings_store.sighted(con, "10.0.0.9") == 10, "an id that was given is never given again"
        assert con.execute("PRAGMA foreign_key_check").fetchall() == []
