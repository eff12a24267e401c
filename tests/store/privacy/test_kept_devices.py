# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose names are not kept: devices, those of groups, and those that were made one with them."""

from contextlib import closing
from pathlib import Path

import pytest

from store.base import db
from store.config.choices import LogPrivacy
from store.config.settings import Settings
from store.privacy import kept_devices
from store.privacy.log_privacy import ALL, Kept

pytestmark = pytest.mark.database


def test_of_the_settings(state: Path) -> None:
    with closing(db.connect(state / "config.db")) as con:
        assert kept_devices.load(con, Settings()) == ALL
        for number in range(1, 7):
            con.execute("INSERT INTO device (id, name, first_seen) VALUES (?, ?, 0)", (number, f"device {number}"))
        con.execute("INSERT INTO \"group\" (id, name) VALUES (2, 'Guests')")
        con.execute("INSERT INTO device_group (device_id, group_id) VALUES (3, 2)")
        con.execute("INSERT INTO device_merged (device_id, into_id) VALUES (5, 4)")
        settings = Settings(log_unnamed=("device:1", "group:2", "device:5", "group:9"), log_addresses="off")
        assert kept_devices.load(con, settings) == Kept(addresses=False, unnamed=frozenset({1, 3, 4, 5}))


def test_while_it_is_not_known_of_whom_nothing_is_kept() -> None:
    assert kept_devices.unread(Settings()) == ALL
    assert kept_devices.unread(Settings(log_unnamed=("group:2",))).level is LogPrivacy.NOTHING
