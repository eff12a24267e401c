# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts files as people have them."""

from __future__ import annotations

from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from store.local.hosts_file import parse

FILE = """\ufeff# my home
127.0.0.1\tlocalhost localhost.localdomain
::1 ip6-localhost ip6-loopback

192.168.1.5  NAS.lan nas   # the box in the cellar
fd00::5 nas.lan
fe80::1%eth0 router.lan
0.0.0.0 ads.example
192.168.1.300 x.lan
192.168.1.9
192.168.1.6 a_b!.lan
"""


def test_what_a_file_says_line_by_line() -> None:
    lines = list(parse(FILE))
    assert [(line.number, str(line.record), line.comment) for line in lines if line.record] == [
        (5, "nas.lan A 192.168.1.5", "the box in the cellar"),
        (5, "nas A 192.168.1.5", "the box in the cellar"),
        (6, "nas.lan AAAA fd00::5", ""),
        (7, "router.lan AAAA fe80::1", ""),
    ]
    assert [(line.number, line.refused) for line in lines if not line.record] == [
        (8, "0.0.0.0 is nowhere: to block ads.example, add the file as a blocklist."),
        (9, "'192.168.1.300' is no address."),
        (10, "'192.168.1.9' has no name."),
        (11, "'a_b!.lan' is no valid name: 'a_b!' is not made of letters, digits and hyphens."),
    ]


@given(st.text(max_size=200))
@settings(max_examples=examples(200))
def test_any_text_is_read_to_its_end(text: str) -> None:
    for line in parse(text):
        assert (line.record is None) == bool(line.refused)
