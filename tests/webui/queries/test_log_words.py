# SPDX-License-Identifier: GPL-3.0-or-later
"""What is typed above the log means what a person would mean by it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webui.queries.log_words import understood

DEVICES = {3: "Samsung TV", 4: "Redmi Note 13", 5: "Anna's phone", 6: "Ben's phone"}
COMPANIES = ["Meta", "Google"]


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("tv facebook blocked", {"device": "3", "name": "facebook", "verdict": "BLOCK"}),
        ("device:tv company:meta", {"device": "3", "company": "Meta"}),
        ('device:"Samsung TV" kind:tracking', {"device": "3", "kind": "tracking"}),
        ("redmi got through tracking", {"device": "4", "verdict": "PASS", "kind": "tracking"}),
        ("*.example.com AAAA", {"name": "*.example.com", "type": "AAAA"}),
        ('"graph.facebook.com"', {"names": "graph.facebook.com"}),
        ("nxdomain 7d", {"rcode": "NXDOMAIN", "range": "7d"}),
        ("night ads", {"range": "night", "purpose": "ads"}),
        ("google failed 192.168.1.7", {"company": "Google", "verdict": "FAILED", "client": "192.168.1.7"}),
        ("graph api", {"name": "*graph*api*"}),
        ("origin:cache list:pack:xiaomi", {"origin": "CACHE", "list": "pack:xiaomi"}),
        ("a", {"name": "a"}),
        ("http://x.example", {"name": "http://x.example"}),
        ("tv -cdn -Edge", {"device": "3", "hide": "cdn,edge"}),
        ("dnssec:bogus tv", {"dnssec": "bogus", "device": "3"}),
        ("", {}),
    ],
)
def test_words_become_filters(text: str, pairs: dict[str, str]) -> None:
    words = understood(text, DEVICES, COMPANIES)
    assert words.pairs == pairs
    assert words.notes == []


def test_what_several_devices_are_called_is_told_and_more_words_settle_it() -> None:
    assert "Several devices" in understood("phone", DEVICES, COMPANIES).notes[0]
    settled = understood("ben phone", DEVICES, COMPANIES)
    assert (settled.pairs, settled.notes) == ({"device": "6"}, [])


@pytest.mark.parametrize("text", ["device:fridge", "verdict:perhaps", "kind:odd", "origin:mars", "range:aeon"])
def test_what_a_key_cannot_mean_is_told(text: str) -> None:
    words = understood(text, DEVICES, COMPANIES)
    assert words.pairs == {} and text.partition(":")[2] in words.notes[0]


@given(st.text(max_size=60))
def test_nothing_that_is_typed_is_an_error(text: str) -> None:
    assert all(understood(text, DEVICES, COMPANIES).pairs.values())
