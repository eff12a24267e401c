# SPDX-License-Identifier: GPL-3.0-or-later
"""A result is the same after it was kept as JSON."""

import json

from evidence.idle_test.result import AddressSeen, Counts, Limits, NameAsked, NameBeat
from evidence.idle_test.result import TestResult as Result
from evidence.idle_test.result_json import plain, result_of
from store.names.purpose import Kind, Purpose

NOW = 1_790_000_000_000_000
BEAT = NameBeat(180.25, 0.12, 0.8, 19)
NAMES = (
    NameAsked("data.mistat.xiaomi.com", "Xiaomi", "MIUI", Purpose.ANALYTICS, Kind.TRACKING, "CN", "pack:xiaomi",
              Counts(20, 5, 15, 0, 20, 5, 15, 0), Counts(15, 0, 15, 0, 15, 0, 15, 0), NOW, NOW + 9, BEAT, ("Xiaomi",),
              (0, 180, 181, 400)),
    NameAsked("<b>x</b>.example", None, None, Purpose.UNKNOWN, Kind.UNKNOWN, None, "", Counts(1), Counts(), NOW, NOW,
              None, (), ()),
)  # fmt: skip
LIMITS = Limits(3, ((NOW, NOW + 5),), (NOW + 1,), (AddressSeen("10.0.0.9", NOW, 4, True),), 2, True)


def test_it_comes_back_as_it_was() -> None:
    result = Result(7, 1, "Phone", "After", NOW, NOW + 99, NOW + 50, True, NOW + 100, "abc", Counts(21), Counts(15),
                    NAMES, 4, LIMITS)  # fmt: skip
    assert result_of(json.loads(json.dumps(plain(result)))) == result
    assert plain(result)["form"] == 1


def test_an_empty_one_too() -> None:
    result = Result(7, 1, "Phone", "", NOW, NOW + 99, None, False, NOW, "", Counts(), Counts(), (), 0, Limits())
    assert result_of(json.loads(json.dumps(plain(result)))) == result
