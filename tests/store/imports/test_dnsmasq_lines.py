# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever a line holds, it is a message, none, or a BadLine."""

from hypothesis import given
from hypothesis import strategies as st

from store.imports import dnsmasq_lines
from store.imports.dnsmasq_lines import Query, Sent, Told
from store.imports.history_row import BadLine

BEGINS = st.sampled_from(["Nov 27 12:00:00 ", "2026-11-27T12:00:00Z ", "", "Foo 99 99:99:99 ", "17957808000 "])
WORDS = st.sampled_from(
    ["query[A]", "forwarded", "reply", "is", "to", "from", "a.example", "192.168.1.1", "7", "192.168.1.1/5", "["]
)


@given(BEGINS, st.lists(st.one_of(WORDS, st.text(max_size=12)), max_size=8))
def test_a_hostile_line_is_read_or_none(begin: str, words: list[str]) -> None:
    try:
        dnsmasq_lines.parse(f"{begin}dnsmasq[1]: {' '.join(words)}")
    except BadLine:
        return


def test_messages_are_told_apart() -> None:
    assert dnsmasq_lines.message("query[HTTPS] a.example from fd00::1") == Query("a.example", "HTTPS", "fd00::1")
    assert dnsmasq_lines.message("12 10.0.0.1/9 forwarded a.example to 9.9.9.9") == Sent("a.example", "9.9.9.9", "12")
    blocked = Told("a.example", "exactly denied", "0.0.0.0")
    assert dnsmasq_lines.message("exactly denied a.example is 0.0.0.0") == blocked
    assert dnsmasq_lines.message("dnssec-query[DS] example to 9.9.9.9") is None
