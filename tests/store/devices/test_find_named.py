# SPDX-License-Identifier: GPL-3.0-or-later
"""Devices and groups are found by what people call them."""

from __future__ import annotations

import sqlite3

import pytest

from store.config.engine import Engine
from store.config.session import EditError, NotFound
from store.devices import device_edits, find_named, sightings_store
from store.household import groups

pytestmark = pytest.mark.database


@pytest.fixture
def phone(engine: Engine, con: sqlite3.Connection) -> int:
    sightings_store.sighted(con, "10.0.0.9")
    number = sightings_store.sighted(con, "10.0.0.2", "50:8f:4c:00:00:01")
    device_edits.rename_device(engine, number, "Tom's  Phone")
    groups.add_group(engine, "Children")
    return number


@pytest.mark.parametrize("text", ["2", "Tom's Phone", "tom's phone", "10.0.0.2", "50:8F:4C:00:00:01"])
def test_a_device_goes_by_number_name_and_address(engine: Engine, phone: int, text: str) -> None:
    assert find_named.find_device(engine, text) == phone
    assert find_named.find_scope(engine, f"device:{text}") == f"device:{phone}"


def test_a_group_goes_by_number_and_name(engine: Engine, phone: int) -> None:
    assert find_named.find_group(engine, "1") == find_named.find_group(engine, "children") == 1
    groups.add_group(engine, "children")
    assert find_named.find_group(engine, "Children") == 1 and find_named.find_group(engine, "children") == 2
    with pytest.raises(EditError, match=r"Several are called 'CHILDREN'.*1, 2"):
        find_named.find_group(engine, "CHILDREN")


def test_what_is_not_there_is_told(engine: Engine, phone: int) -> None:
    for find in (find_named.find_device, find_named.find_group):
        with pytest.raises(NotFound, match=r"There is no .* 'Nobody'"):
            find(engine, "Nobody")
    with pytest.raises(NotFound):
        find_named.find_scope(engine, "device:Nobody")


@pytest.mark.parametrize("text", ["house", "group:", "device:9", "nonsense", "room:Kitchen", ""])
def test_what_is_no_name_stays_as_it_is(engine: Engine, text: str) -> None:
    assert find_named.find_scope(engine, text) == text
