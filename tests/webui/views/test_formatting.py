# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers, shares and names as a page says them."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webui.views import formatting


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [
        (0, 0, "0 %"),
        (0, 10, "0 %"),
        (1, 5000, "< 0.1 %"),
        (1, 24, "4.2 %"),
        (1204, 4213, "29 %"),
        (9999, 10000, "99.9 %"),
        (999_999, 1_000_000, "99.9 %"),
        (7, 7, "100 %"),
    ],
)
def test_share(part: int, whole: int, said: str) -> None:
    assert formatting.share(part, whole).replace("\u00a0", " ") == said


@given(st.integers(1, 10**9), st.integers(1, 10**9))
def test_a_share_is_only_none_or_all_when_it_is_true(a: int, b: int) -> None:
    part, whole = min(a, b), max(a, b)
    assert formatting.share(part, whole) != "0\u00a0%"
    assert (formatting.share(part, whole) == "100\u00a0%") == (part == whole)


def test_numbers_and_unknown() -> None:
    assert formatting.number(1234567) == "1,234,567"
    assert formatting.number(None) == "unknown"
    assert formatting.size(1_234_567) == "1.2 MB"
    assert formatting.size(None) == "unknown"
    assert formatting.duration(0.04) == "< 0.1 ms"
    assert formatting.duration(1520) == "1.5 s"


def test_listed() -> None:
    assert formatting.listed([]) == ""
    assert formatting.listed(["a"]) == "a"
    assert formatting.listed(["a", "b"]) == "a and b"
    assert formatting.listed("abcd") == "a, b, c and d"
    assert formatting.listed("abcdefg") == "a, b, c and 4 more"


def test_stretch() -> None:
    assert [formatting.stretch(n) for n in (60, 900, 3600, 7200, 21600)] == [
        "minute",
        "15 minutes",
        "hour",
        "2 hours",
        "6 hours",
    ]


def test_ago() -> None:
    assert formatting.ago(None, 0) == "never"
    assert formatting.ago(100, 120) == "just now"
    assert formatting.ago(0, 7200) == "2 h ago"
    assert formatting.ago(0, 86_400) == "1 day ago"


@given(st.text())
def test_nothing_hidden_or_reordering_is_shown(text: str) -> None:
    assert not any(unicodedata.category(char) in {"Cc", "Cf", "Zl", "Zp"} for char in formatting.visible(text))


def test_a_right_to_left_override_is_shown_as_what_it_is() -> None:
    assert formatting.visible("evil\u202egpj.exe") == "evil\\u{202e}gpj.exe"


@pytest.mark.parametrize(
    ("place", "seconds", "said"),
    [
        ("UTC", 0, "UTC"), ("Europe/Berlin", 1_795_000_000, "CET (UTC+01:00)"), ("Asia/Kolkata", 0, "IST (UTC+05:30)"),
        ("America/Sao_Paulo", 1_795_000_000, "UTC-03:00"), ("Europe/Lisbon", 1_795_000_000, "WET (UTC)"),
    ],
)  # fmt: skip
def test_the_zone_is_named(place: str, seconds: int, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", place)
        time.tzset()
        assert formatting.zone(seconds) == said
    time.tzset()
