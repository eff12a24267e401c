# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes what was heard or guessed of devices into config.db: names, makers, kinds. The recorder's."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path

from resolver.recorder.announcement_book import Heard
from store.base import db
from store.devices import device_kinds, found_names, kind_rules, sightings_store
from store.devices.kind_rules import Signs


def store(config: Path, heard: Mapping[str, Heard], own_name: str = "") -> None:
    """Note what devices announced, by their addresses; those that are no device's are left out.

    `own_name`: the appliance's, which is no device's. Raises sqlite3.Error.
    """
    with contextlib.closing(db.connect(config)) as con, db.transaction(con):
        owners = dict(con.execute("SELECT address, device_id FROM client"))
        for address, what in heard.items():
            device_id = owners.get(address)
            if device_id is None:
                continue
            for source, name in what.names.items():
                if name.casefold() != own_name.casefold():
                    found_names.learn(con, device_id, source, name)
            if what.maker:
                sightings_store.set_maker(con, device_id, what.maker)
            guess_kind(con, device_id, what.signs)


def store_asked(config: Path, asked: Mapping[int, Collection[str]]) -> None:
    """Note what the names tell that devices asked for, by device. Raises sqlite3.Error."""
    with contextlib.closing(db.connect(config)) as con, db.transaction(con):
        for device_id, names in asked.items():
            guess_kind(con, device_id, Signs(asked=names))


def guess_kind(con: sqlite3.Connection, device_id: int, signs: Signs | None = None) -> None:
    """Guess by these signs, and by what config.db knows. In a transaction of the caller's."""
    known, given = device_kinds.signs_of(con, device_id), signs or Signs()
    both = replace(given, names=(*given.names, *known.names), maker=known.maker)
    device_kinds.learn(con, device_id, kind_rules.guess(both))
