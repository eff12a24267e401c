# SPDX-License-Identifier: GPL-3.0-or-later
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.names.name_patterns import matches_every_name, matches_some_name


@pytest.mark.parametrize(
    "pattern",
    [
        "ads;querytype=A", "^$", "a b", "/ads/", r"ads\.$", r"^\.ads", r"\.\.", "(?-i)[A-Z]", "(?-i:ADS)", r"\s+ads",
        "müller", "a{64}", r"(a{60}\.){4}a{10}", "ads#c", "$a", "a^", r"x\b_", r"x\B-", "[/ ]", "a{,3}", "ads|",
        "[[:space:]]",
    ],
)  # fmt: skip
def test_what_no_name_can_match(pattern: str) -> None:
    assert matches_some_name(pattern) is (pattern == "ads|")


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        (r"^ads\d*[-_.]x$", "ads.x"),
        ("[A-Z]+", "a"),
        ("ADS", "ads"),
        (r"(a{60}\.){4}a{9}", ".".join(["a" * 60] * 4 + ["a" * 9])),
        (r"\Bads\b", "xads"),
        (r"x\b[.-]", "x.a"),
        ("[[:alnum:]]+[[:punct:]]x", "a-x"),
        ("[^a-z0-9._-]", "a!"),
        (r"(?i)^ads\z", "ads"),
        ("é|x", "x"),
        (r"\pL", "a"),
        (r"^[^.]+$", "localhost"),
        (r"\W", "a-b"),
    ],
)
def test_what_a_name_matches(pattern: str, name: str) -> None:
    assert matches_some_name(pattern), name


_NAMES = st.from_regex(r"[a-z0-9_-]{1,5}(\.[a-z0-9_-]{1,5}){0,2}", fullmatch=True)
_PARTS = st.sampled_from(
    ["a", "-", r"\.", ".", "[a-c]", "[^a]", r"\d", r"\W", r"\b", r"\B", "^", "$", "(a|_)", "a*", "(-a)?", r"[.x]{2}"]
)


@given(st.lists(_PARTS, min_size=1, max_size=5).map("".join), _NAMES)
def test_a_pattern_that_is_found_in_a_name_is_never_said_to_match_none(pattern: str, name: str) -> None:
    if re.search(pattern, name, re.ASCII | re.IGNORECASE):
        assert matches_some_name(pattern)


def test_what_is_found_everywhere() -> None:
    assert all(map(matches_every_name, ("", ".*", "^.*$", ".+", ".")))
    assert not any(map(matches_every_name, ("a*b", "^$", "^.$", "ads")))
