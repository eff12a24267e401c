# SPDX-License-Identifier: GPL-3.0-or-later
"""Kinds in config.db: a guess, and a person's word before it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from store.base import db
from store.config import devices
from store.config.choices import DeviceKind, NameSource
from store.devices import device_kinds, found_names, kind_rules, sightings_store
from store.devices.kind_rules import Guess

pytestmark = pytest.mark.database

TV, PHONE = Guess(DeviceKind.TV, "mdns:_googlecast._tcp"), Guess(DeviceKind.PHONE, "name:iphone")


def kind(con: sqlite3.Connection, number: int) -> tuple[str | None, str | None]:
    (row,) = devices.devices(con, number)
    return row.found_kind, row.kind_reason


def test_a_guess_stays_until_a_better_one_comes(con: sqlite3.Connection) -> None:
    number = sightings_store.sighted(con, "192.168.1.20")
    assert kind(con, number) == (None, None)
    for guess, holds in ((PHONE, PHONE), (None, PHONE), (TV, TV), (PHONE, TV)):
        with db.transaction(con):
            device_kinds.learn(con, number, guess)
        assert kind(con, number) == (holds.kind, holds.reason)


def test_names_and_maker_are_signs(con: sqlite3.Connection) -> None:
    number = sightings_store.sighted(con, "192.168.1.20")
    with db.transaction(con):
        found_names.learn(con, number, NameSource.LEASE, "Annas-iPhone")
        sightings_store.set_maker(con, number, "Apple, Inc.")
        signs = device_kinds.signs_of(con, number)
    assert kind_rules.guess(signs) == PHONE and signs.maker == "Apple, Inc."


@pytest.mark.parametrize(
    ("given", "found", "is_"),
    [("tv", "phone", "tv"), (None, "phone", "phone"), (None, None, "unknown"), (None, "x", "unknown")],
)
def test_a_persons_word_goes_first(given: str | None, found: str | None, is_: str) -> None:
    assert device_kinds.kind_of(given, found) == is_


def test_one_device_of_two_keeps_what_either_is(con: sqlite3.Connection, state: Path) -> None:
    first, second = (sightings_store.sighted(con, at) for at in ("192.168.1.20", "192.168.1.21"))
    with db.transaction(con):
        device_kinds.learn(con, second, TV)
    from store.devices.device_merging import carry_over

    with db.transaction(con):
        carry_over(con, second, first)
    assert kind(con, first) == (TV.kind, TV.reason)
