# SPDX-License-Identifier: GPL-3.0-or-later
"""What pages say of a test: lengths, what became of look-ups, beats, a summary in plain words."""

from dataclasses import replace

import pytest

from evidence.idle_test.compare import compare
from evidence.idle_test.idle_test import MINUTE_US, IdleTest
from evidence.idle_test.result import Counts, Limits, NameAsked, NameBeat
from evidence.idle_test.result import TestResult as Result
from store.names.purpose import Kind, Purpose
from webui.idle_test import idle_test_view as view

START = 1_790_000_000_000_000
END = START + 60 * MINUTE_US
TEST = IdleTest(1, 1, "Phone", "", START, END, None, None, False, False, (), False)


def counts(blocked: int = 0, answered: int = 0, failed: int = 0, refused: int = 0) -> Counts:
    every = blocked + answered + failed + refused
    return Counts(every, blocked, answered, failed, every, blocked, answered, failed)


def name(
    text: str, of: Counts, kind: Kind = Kind.USE, company: str | None = None, beat: NameBeat | None = None
) -> NameAsked:  # fmt: skip
    return NameAsked(text, company, None, Purpose.UNKNOWN, kind, None, "", of, Counts(), START, START, beat, (), ())


def result(*names: NameAsked) -> Result:
    whole = Counts()
    for each in names:
        whole += each.counts
    return Result(1, 1, "Phone", "", START, END, None, False, END, "v", whole, Counts(), names, 0, Limits())


@pytest.mark.parametrize(
    ("of", "words"),
    [
        (counts(blocked=3), "blocked"), (counts(answered=3), "answered"), (counts(failed=3), "failed"),
        (counts(1, 2, 3), "1 blocked, 2 answered, 3 failed"), (counts(refused=2), "refused"),
        (counts(blocked=1, refused=1), "1 blocked"), (Counts(), "–"),
    ],
)  # fmt: skip
def test_what_became_of_look_ups(of: Counts, words: str) -> None:
    assert view.outcome(of) == words


def test_tracking_that_was_answered_stands_out() -> None:
    shown = view.view(TEST, result(
        name("use.example", counts(answered=9)), name("leak.example", counts(answered=2), Kind.TRACKING, "Acme"),
        name("some.example", counts(1, 1), Kind.TRACKING, "Acme"),
        name("off.example", counts(5), Kind.TRACKING, "Bcme"),
    ), END)  # fmt: skip
    assert [(each.name, each.outcome, each.css) for each in shown.names] == [
        ("off.example", "blocked", "block"), ("leak.example", "leaked", "leak"),
        ("some.example", "1 blocked, 1 answered", "leak"), ("use.example", "answered", "pass"),
    ]  # fmt: skip
    assert shown.headline == "Left alone, Phone tried 9 times to report on you: 6 stopped, 3 answered."
    assert shown.numbers == (4, 18, 6, 3)
    assert shown.summary == (
        "Phone asked for 4 names.", "18 look-ups in all (queries: 18).",
        "9 look-ups were tracking: 6 blocked, 3 answered.", "It tracks for 2 companies: Acme, Bcme.",
    )  # fmt: skip


def test_beats_are_said_as_people_say_them() -> None:
    assert view.beat_words(NameBeat(181.0, 0.123, 0.9, 19)) == "at least every 3 minutes (± 12\u00a0%)"
    assert view.beat_words(NameBeat(45.2, 0.0, 0.9, 19)) == "at least every 45 seconds (± 0\u00a0%)"
    assert view.beat_words(None) == ""


def test_times_left_and_lengths() -> None:
    assert view.line(TEST, START + 30 * MINUTE_US).left == "30 minutes left"
    assert view.line(TEST, END - 1_000_000).left == "1 second left" and view.line(TEST, END).left == ""
    assert view.line(TEST, START + 15 * MINUTE_US).done == 0.25 and view.line(TEST, END + 1).done == 1
    assert view.length(MINUTE_US) == "1 minute" and view.length(5_000_000) == "5 seconds"


def test_what_changed_says_how() -> None:
    before = result(name("a.example", counts(5), beat=NameBeat(300, 0.1, 0.9, 9)), name("b.example", counts(1)))
    after = replace(result(name("a.example", counts(0, 10))), test_id=2, from_us=END, to_us=END + 60 * MINUTE_US)
    shown = view.compare_view(compare(before, after), TEST, replace(TEST, unblocked_us=END))
    (changed,) = shown.changed
    assert changed.how == (
        "its beat: at least every 5 minutes (± 10\u00a0%) before, none after", "blocked before, answered after",
        "5.0 look-ups an hour before, 10.0 after",
    )  # fmt: skip
    assert [each.name for each in shown.gone] == ["b.example"] and "blocking as always" in shown.differ


def test_without_tracking_that_is_what_stands_first() -> None:
    shown = view.view(TEST, result(name("use.example", counts(answered=9))), END)
    assert shown.headline == "Left alone, Phone asked for nothing that is known as tracking."
    assert shown.numbers == (1, 9, 0, 0)


def test_the_page_of_tests_begins_with_what_runs() -> None:
    over, runs = view.line(TEST, END + 1), view.line(TEST, START + MINUTE_US)
    assert view.of_all([]) == "" and view.of_all([over]) == "1 test was made, the last one of Phone."
    assert view.of_all([runs, over]) == "Phone is left alone now: 59 minutes left."
    assert view.of_all([runs, runs]) == "2 devices are left alone now."
