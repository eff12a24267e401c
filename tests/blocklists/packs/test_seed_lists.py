# SPDX-License-Identifier: GPL-3.0-or-later
"""Every house begins with all packs on at safe, and with the catalogue."""

from blocklists.packs import catalogue, vendor_packs
from blocklists.packs.seed_lists import seeds


def test_packs_are_on_at_safe() -> None:
    found = {seed.id: seed for seed in seeds() if seed.kind == "pack"}
    assert found.keys() == {pack.blocklist_id for pack in vendor_packs.load()}
    assert {(seed.on, seed.level) for seed in found.values()} == {(True, "safe")}
    assert "pack:xiaomi" in found


def test_the_catalogue_is_there_as_it_says() -> None:
    found = {seed.id: seed for seed in seeds() if seed.kind == "catalogue"}
    entries = {entry.id: entry for entry in catalogue.load()}
    assert found.keys() == entries.keys()
    assert {seed.id for seed in found.values() if seed.on} == {entry.id for entry in entries.values() if entry.on}
    assert all(seed.level is None and seed.source.startswith("https://") for seed in found.values())
