# SPDX-License-Identifier: GPL-3.0-or-later
"""Which names somebody would miss, and why."""

from __future__ import annotations

from collections import Counter

from evidence.whatif.missed_names import MAX_USED, MAX_WARNINGS, USED_QUERIES, MissedNames
from evidence.whatif.tallies import Changed, Who

KNOWN = MissedNames(
    {"check.example": "devices ask for it to see whether they are online"}, {"video.example": "Video"},
    {"cast.example": "casting stops", "all.example": "everything stops"}, frozenset({"all.example"}),
)  # fmt: skip
DEVICES = {1: "TV", 2: "Phone", 3: "Tablet", 4: "Laptop"}


def changed(more: int, answered: int = 0, **who: int) -> Changed:
    askers: Counter[Who] = Counter({int(key[1:]): count for key, count in who.items()})
    return Changed(more, 0, answered, askers)


def kinds(*names: tuple[str, Changed], switched: frozenset[str] = frozenset()) -> list[tuple[str, str]]:
    return [(warned.kind, warned.name) for warned in KNOWN.warnings(names, DEVICES, switched)]


def test_each_reason_is_told_what_is_needed_first() -> None:
    assert kinds(
        ("video.example", changed(1)), ("a.video.example", changed(1)), ("cast.example", changed(1)),
        ("x.cast.example", changed(1)), ("x.all.example", changed(1)), ("check.example", changed(1)),
    ) == [
        ("essential", "check.example"), ("breaks", "cast.example"), ("breaks", "x.all.example"),
        ("service", "video.example"), ("service", "a.video.example"),
    ]  # fmt: skip
    assert kinds(("video.example", changed(1)), switched=frozenset({"Video"})) == []
    assert kinds(("check.example", changed(0))) == []


def test_what_is_used_names_who_uses_it() -> None:
    few, many = changed(USED_QUERIES, USED_QUERIES - 1, d1=9), changed(50, 40, d1=30, d2=9, d3=2, d4=1)
    (warned,) = KNOWN.warnings([("few.example", few), ("many.example", many)], DEVICES)
    assert warned.sentence == "many.example is used by TV, Phone, Tablet and 1 more: 40 queries got an answer."
    (warned,) = KNOWN.warnings([("few.example", changed(50, 50, d1=50))], DEVICES)
    assert warned.sentence == "few.example is used by TV: 50 queries got an answer."


def test_there_is_an_end_to_warnings() -> None:
    used = [(f"n{number}.example", changed(99, 99, d1=99)) for number in range(50)]
    assert len(KNOWN.warnings(used, DEVICES)) == MAX_USED
    assert len(KNOWN.warnings([(f"n{number}.video.example", each) for number, (_, each) in enumerate(used)], {})) \
        == MAX_WARNINGS


def test_what_ships_is_read() -> None:
    shipped = MissedNames.load()
    assert shipped.essential["captive.apple.com"] and shipped.services["tiktok.com"] and shipped.breakage
