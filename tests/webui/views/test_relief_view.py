# SPDX-License-Identifier: GPL-3.0-or-later
import pytest

from store.household.exceptions import ExceptionView
from store.household.pauses import PauseView
from store.household.requests import FOR_EVER, RequestView
from webui.views.relief_view import asked_first, exception_lines, pause_line, request_lines, time_left


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "until it is resumed"), (-5, "0 seconds left"), (1.2, "1 second left"), (59, "59 seconds left"),
        (60, "1 minute left"), (61, "2 minutes left"), (900.5, "15 minutes left"), (3600, "1 hour left"),
        (2 * 86_400, "2 days left"), (47 * 3600, "47 hours left"),
    ],
)  # fmt: skip
def test_what_is_left_is_said_in_the_largest_unit_that_fits(seconds: float | None, words: str) -> None:
    assert time_left(None if seconds is None else 2000, 2000 - (seconds or 0)) == words


def test_a_pause_says_for_whom_of_what_and_how_long() -> None:
    names, titles = {"house": "the house", "device:1": "Anna\u202e"}, {"ads": "Ads"}
    assert pause_line(PauseView(1, "house", None, 1060, 0, ""), names, titles, 1000).sentence == (
        "Blocking is paused for the house, 1 minute left."
    )
    assert pause_line(PauseView(1, "device:1", "ads", None, 0, ""), names, titles, 1000).sentence == (
        "Ads is paused for Anna\\u{202e}, until it is resumed."
    )
    assert "group:7" in pause_line(PauseView(1, "group:7", "gone", None, 0, ""), names, titles, 0).sentence


def test_lines_say_whom_they_are_about() -> None:
    exception = exception_lines([ExceptionView(1, "device:1", "a.example", 1030, 1000, "Anna")], {}, 1000)[0]
    assert (exception.whom, exception.left) == ("device:1", "30 seconds left")
    outcomes = [(None, None), (5, 0), (5, 2000), (5, FOR_EVER)]
    rows = [RequestView(1, 1, "a.example", "", 0, decided, granted) for decided, granted in outcomes]
    lines = request_lines(rows, {1: "Phone"})
    assert [line.outcome for line in lines] == ["waits", "refused", "let through for a while", "allowed for good"]
    assert lines[0].device == "Phone"


def test_what_was_blocked_on_purpose_is_asked_for_first() -> None:
    assert [asked_first(list_) for list_ in ("service:tiktok", "schedule", "rebinding")] == [True] * 3
    assert [asked_first(list_) for list_ in ("pack:xiaomi", "own", "ads", "")] == [False] * 4
