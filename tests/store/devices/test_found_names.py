# SPDX-License-Identifier: GPL-3.0-or-later
"""Which of its names a device goes by, and that no device takes another's."""

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.config import devices
from store.config.choices import NameSource
from store.config.engine import Engine
from store.devices import device_edits, found_names, sightings_store
from store.devices.found_names import learn

pytestmark = pytest.mark.database

FOUND = [source for source in NameSource if source != NameSource.HAND]


def shown(con: sqlite3.Connection, device_id: int) -> tuple[str | None, NameSource | None]:
    (row,) = devices.devices(con, device_id)
    return row.found_name, row.name_from


@pytest.fixture
def phone(con: sqlite3.Connection) -> int:
    return sightings_store.sighted(con, "10.0.0.2")


@pytest.fixture
def nas(con: sqlite3.Connection) -> int:
    return sightings_store.sighted(con, "10.0.0.3")


def test_sources_go_before_one_another_in_their_order(con: sqlite3.Connection, engine: Engine, phone: int) -> None:
    for source in reversed(FOUND):
        learn(con, phone, source, f"by-{source}")
        assert shown(con, phone) == (f"by-{source}", source)
    assert list(found_names.names_of(con, phone)) == FOUND
    device_edits.rename_device(engine, phone, "Phone")
    assert shown(con, phone) == ("by-lease", NameSource.HAND)
    device_edits.rename_device(engine, phone, None)
    for source, after in zip(FOUND, [*FOUND[1:], None], strict=True):
        learn(con, phone, source, None)
        assert shown(con, phone) == (f"by-{after}" if after else None, after)


def test_a_name_by_hand_is_nobody_elses(con: sqlite3.Connection, engine: Engine, phone: int, nas: int) -> None:
    learn(con, phone, NameSource.LEASE, "NAS")
    learn(con, phone, NameSource.MDNS, "evil")
    device_edits.rename_device(engine, nas, "nas")
    assert shown(con, phone) == ("evil", NameSource.MDNS), "it gave the name up"
    learn(con, phone, NameSource.HOSTS, "Nas")
    assert shown(con, phone) == ("evil", NameSource.MDNS)


def test_who_had_a_name_first_keeps_it_from_an_equal_word(con: sqlite3.Connection, phone: int, nas: int) -> None:
    learn(con, nas, NameSource.LEASE, "nas")
    learn(con, phone, NameSource.LEASE, "nas")
    assert (shown(con, nas)[0], shown(con, phone)[0]) == ("nas", None)
    learn(con, nas, NameSource.LEASE, "attic")
    learn(con, phone, NameSource.LEASE, "nas2")
    learn(con, phone, NameSource.LEASE, "nas")
    assert (shown(con, nas)[0], shown(con, phone)[0]) == ("attic", "nas")


def test_what_a_person_wrote_takes_a_name_from_what_a_device_says(
    con: sqlite3.Connection, phone: int, nas: int
) -> None:
    learn(con, phone, NameSource.MDNS, "x")
    learn(con, phone, NameSource.LEASE, "nas")
    learn(con, nas, NameSource.HOSTS, "nas")
    assert shown(con, nas) == ("nas", NameSource.HOSTS) and shown(con, phone) == ("x", NameSource.MDNS)


@pytest.mark.parametrize("name", ["localhost", "WPAD", "isatap", "telltale"])
def test_names_that_stand_for_something_else_are_no_devices(con: sqlite3.Connection, phone: int, name: str) -> None:
    learn(con, phone, NameSource.LEASE, name)
    assert shown(con, phone) == (None, None)


def test_the_device_of_those_beyond_the_bound_takes_no_name(
    con: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sightings_store, "MAX_DEVICES", 0)
    more = sightings_store.sighted(con, "10.0.0.2")
    learn(con, more, NameSource.LEASE, "phone")
    assert shown(con, more) == (devices.MORE_DEVICES, None)


STEPS = st.lists(
    st.tuples(st.integers(1, 4), st.sampled_from(FOUND), st.sampled_from(["a", "A", "b", "c", None])), max_size=25
)


@given(STEPS)
def test_no_two_devices_ever_bear_one_name(steps: list[tuple[int, NameSource, str | None]]) -> None:
    con = sqlite3.connect(":memory:")
    con.execute("CREATE TABLE device (id INTEGER PRIMARY KEY, name TEXT, found_name TEXT, found_from TEXT)")
    con.execute("CREATE TABLE device_name (device_id INT, source TEXT, name TEXT, PRIMARY KEY (device_id, source))")
    con.executemany("INSERT INTO device (id, name) VALUES (?, ?)", [(1, None), (2, None), (3, None), (4, "c")])
    for device_id, source, name in steps:
        learn(con, device_id, source, name)
        borne = [name.lower() for (name,) in con.execute("SELECT found_name FROM device WHERE found_name IS NOT NULL")]
        assert len(borne) == len(set(borne))
        others = {row[0] for row in con.execute("SELECT lower(found_name) FROM device WHERE id <> 4")}
        assert "c" not in others
    con.close()
