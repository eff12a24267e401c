# SPDX-License-Identifier: GPL-3.0-or-later
"""A person says what a device is, and takes it back."""

from __future__ import annotations

import sqlite3

import pytest

from store.config import devices
from store.config.engine import Engine
from store.config.session import EditError, NotFound
from store.devices import kind_edit, sightings_store

pytestmark = pytest.mark.database


def test_a_kind_is_set_and_taken_back(con: sqlite3.Connection, engine: Engine) -> None:
    number = sightings_store.sighted(con, "192.168.1.20")
    for kind in ("printer", "unknown", None):
        kind_edit.set_kind(engine, number, kind)
        assert devices.devices(con, number)[0].given_kind == kind
    with pytest.raises(EditError, match=r"'toaster' is no kind of device: phone, .*or unknown"):
        kind_edit.set_kind(engine, number, "toaster")
    with pytest.raises(NotFound, match="There is no device 999"):
        kind_edit.set_kind(engine, 999, "tv")
