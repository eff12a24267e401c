# SPDX-License-Identifier: GPL-3.0-or-later
import pytest

from blocklists.rules import patterns, reasons
from blocklists.rules.patterns import PatternSet

needs_re2 = pytest.mark.skipif(not patterns.available(), reason="RE2 has no wheel for this processor")


@needs_re2
def test_every_pattern_that_is_found_is_named() -> None:
    held = PatternSet([r"^ads\d", "track", r"(^|\.)x\.test$", "(", "[a-z]+"])
    assert len(held) == 4, "one that does not compile holds for nothing"
    assert held.match("ads1.tracker.test") == [0, 1, 4]
    assert held.match("a.x.test") == [2, 4]
    assert held.match("ADS1") == [0, 4]
    assert PatternSet([]).match("x") == []


@needs_re2
@pytest.mark.parametrize("pattern", ["(?=a)b", r"(a)\1", "(?<!a)b", "(", "a{1,100000}", "x" * 2000, "(a?){900}a{900}"])
def test_what_re2_cannot_hold_is_refused(pattern: str) -> None:
    assert patterns.refusal(pattern) == reasons.REGEX_UNHELD


def test_without_re2_every_pattern_is_refused_with_that_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "available", lambda: False)
    assert patterns.refusal("ads") == reasons.REGEX_MISSING
    assert PatternSet(["ads"]).match("ads") == []


@needs_re2
def test_patterns_that_are_all_tried_at_once_are_bounded() -> None:
    assert patterns.always_tried("(a+)+$") and not patterns.always_tried("^tracker")
    held = PatternSet([rf"(a+)+[b-z]{{{number % 9 + 1}}}$" for number in range(3000)] + ["aaa"])
    found = held.match("a" * 60 + ".aaab")
    assert 0 < len(found) <= patterns.MAX_TRIED_STEPS // patterns.TRY_STEPS
