# SPDX-License-Identifier: GPL-3.0-or-later
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from store.config import devices, edit, lists, settings
from store.config.edit import EditError, NotFound
from store.config.engine import Engine
from store.devices import device_edits, sightings_store
from store.household import groups, policy

pytestmark = pytest.mark.database


@pytest.fixture(autouse=True)
def ads(engine: Engine) -> None:
    lists.sync_blocklists(engine, [
        lists.BlocklistSeed("ads", "catalogue", "Ads", "https://example.org/ads"),
        lists.BlocklistSeed("pack:acme", "pack", "Acme", "vendors/acme"),
    ])  # fmt: skip


def test_what_is_no_scope_is_refused() -> None:
    assert edit.parse_scope("device:37") == ("device", 37)
    with pytest.raises(EditError, match="write house, group:ID"):
        edit.parse_scope("all")


@pytest.mark.parametrize(
    ("edits", "error", "words"),
    [
        (lambda e: edit.set_toggle(e, "none", "house", True), NotFound, "'none'"),
        (lambda e: edit.set_toggle(e, "ads", "device:9", True), NotFound, "device 9"),
        (lambda e: edit.set_toggle(e, "ads", "group:9", True), NotFound, "group 9"),
        (lambda e: edit.set_level(e, "ads", "safe"), EditError, "no levels"),
        (lambda e: edit.set_level(e, "pack:acme", "extreme"), EditError, "safe, strict, everything"),
        (lambda e: edit.add_rule(e, "deny", "a.example"), EditError, "blocks or allows"),
        (lambda e: edit.add_rule(e, "block", "a b"), EditError, "no valid name"),
        (lambda e: edit.remove_rule(e, 9), NotFound, "rule 9"),
        (lambda e: device_edits.rename_device(e, 9, "x"), NotFound, "device 9"),
        (lambda e: edit.put_settings(e, {"workers": 3, "nonsense": 1}), EditError, "nonsense"),
    ],
)
def test_refused_edits_say_why_and_change_nothing(
    engine: Engine, con: sqlite3.Connection, edits: Callable[[Engine], Any], error: type[EditError], words: str
) -> None:
    before = list(con.iterdump())
    with pytest.raises(error, match=words):
        edits(engine)
    assert list(con.iterdump()) == before


def test_a_toggle_keeps_the_level(engine: Engine, con: sqlite3.Connection) -> None:
    edit.set_level(engine, "pack:acme", "strict")
    edit.set_toggle(engine, "pack:acme", "house", False)
    assert policy.load(con).default.lists == ()
    edit.set_toggle(engine, "pack:acme", "house", True)
    assert policy.load(con).default.lists == (("pack:acme", "strict"),)


def test_a_rule_is_normalised_and_stands_once(engine: Engine) -> None:
    first = edit.add_rule(engine, "block", "Tracking.Müller.Example.", comment="one")
    assert edit.add_rule(engine, "block", "tracking.xn--mller-kva.example", comment="two") == first
    other = edit.add_rule(engine, "block", "tracking.xn--mller-kva.example", subdomains=False)
    assert other != first
    assert [(rule.name, rule.comment) for rule in edit.rules(engine)] == [
        ("tracking.xn--mller-kva.example", "two"), ("tracking.xn--mller-kva.example", ""),
    ]  # fmt: skip
    edit.remove_rule(engine, first)
    assert [rule.id for rule in edit.rules(engine)] == [other]


def test_names_of_devices(engine: Engine, con: sqlite3.Connection) -> None:
    device = sightings_store.sighted(con, "10.0.0.2")
    device_edits.rename_device(engine, device, "  Anna's   phone ")
    assert devices.names(con) == {device: "Anna's phone"}
    device_edits.rename_device(engine, device, None)
    assert devices.names(con) == {device: "10.0.0.2"}
    with pytest.raises(EditError, match="printable"):
        device_edits.rename_device(engine, device, "bell\x07")


def test_settings_are_stored_and_taken_back(state: Path, engine: Engine) -> None:
    edit.put_settings(engine, {"workers": 3, "upstreams": ["1.1.1.1", "8.8.8.8"]})
    assert settings.load(state, {}).upstreams == ("1.1.1.1", "8.8.8.8")
    edit.put_settings(engine, {"workers": None})
    found = settings.load(state, {})
    assert (found.workers, found.upstreams) == (settings.Settings().workers, ("1.1.1.1", "8.8.8.8"))


def test_new_devices_land_in_a_group_that_there_is(engine: Engine) -> None:
    with pytest.raises(EditError, match="no group “Guests”, nor any other; make it first"):
        edit.put_settings(engine, {"new_devices": "Guests"})
    kids = groups.add_group(engine, "Kids")
    groups.add_group(engine, "Guests")
    with pytest.raises(EditError, match="no group “Gusts”; there are Guests, Kids"):
        edit.put_settings(engine, {"new_devices": "Gusts", "log_keep_days": 9})
    for text in ("guests", str(kids), "", None):
        edit.put_settings(engine, {"new_devices": text})
