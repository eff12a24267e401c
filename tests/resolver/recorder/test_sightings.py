# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is new, who is a stranger, and who was heard last."""

from __future__ import annotations

import pytest

from resolver.recorder import sightings
from resolver.recorder.sightings import Sightings

KNOWN = {"192.168.1.2": 1, "fd00::2": 1, "192.168.1.3": 2}


def test_new_ones_and_strangers_are_told_apart() -> None:
    seen = Sightings(lambda: ["203.0.113.0/24"])
    asked = [*KNOWN, "192.168.1.9", "8.8.8.8", "203.0.113.7", "no address", "ac:bb:cc:00:00:01"]
    assert seen.hear(asked, KNOWN, 100.0) == {"192.168.1.9", "203.0.113.7", "ac:bb:cc:00:00:01"}
    assert seen.hear(["fd00::2"], KNOWN, 101.0) == set()


def test_those_who_were_heard_since_are_told_with_when() -> None:
    seen = Sightings()
    for at, address in ((1.0, "192.168.1.2"), (2.0, "192.168.1.3"), (3.0, "fd00::2")):
        seen.hear([address], KNOWN, at)
    assert seen.heard_since(2.0) == {"192.168.1.3": 2.0, "fd00::2": 3.0}


def test_a_device_was_heard_when_the_last_of_its_addresses_was() -> None:
    seen = Sightings()
    for at, address in ((1.0, "192.168.1.2"), (2.0, "192.168.1.3"), (3.0, "fd00::2")):
        seen.hear([address], KNOWN, at)
    assert seen.by_device(KNOWN) == {1: 3.0, 2: 2.0}


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sightings, "HEARD_MAX", 10)
    seen = Sightings()
    for number in range(100):
        seen.hear([f"10.0.0.{number}"], {f"10.0.0.{number}": number}, float(number))
        assert len(seen._heard) <= 10
