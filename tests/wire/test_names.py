# SPDX-License-Identifier: GPL-3.0-or-later
"""Names from the wire to text and back: as an independent library reads and writes them, or an error of ours."""

from __future__ import annotations

import dns.name
import pytest
from any_names import names, shown
from hypothesis import given
from hypothesis import strategies as st

from wire.names import (
    MAX_NAME,
    Malformed,
    from_labels,
    question_name,
    read_labels,
    read_name,
    skip_name,
    to_text,
    to_wire,
)

HEADER = bytes(12)


@given(names())
def test_a_name_reads_the_same_in_the_question_and_in_a_record(name: dns.name.Name) -> None:
    assert question_name(HEADER + name.to_wire()) == (shown(name), 12 + len(name.to_wire()))
    assert read_name(b"\0" + name.to_wire(), 1) == shown(name)
    assert skip_name(b"\0" + name.to_wire() + b"\0", 1) == 1 + len(name.to_wire())


@given(names())
def test_a_name_goes_to_text_and_back(name: dns.name.Name) -> None:
    lower = dns.name.Name([label.lower() for label in name.labels])
    assert to_wire(shown(name)) == lower.to_wire()
    assert from_labels(read_labels(name.to_wire(), 0)) == name.to_wire(), "letters as they stand"


@pytest.mark.parametrize("name", [".", "telltale", "a.b-c._d.example"])
def test_a_plain_name_goes_to_wire_and_back(name: str) -> None:
    assert read_name(to_wire(name), 0) == name
    assert to_wire(name) == dns.name.from_text(name).to_wire()


@pytest.mark.parametrize("text", ["Www.Example", "Www.Example."])
def test_letters_stay_and_a_dot_at_the_end_says_nothing(text: str) -> None:
    assert to_wire(text) == b"\3Www\7Example\0"


@pytest.mark.parametrize(
    "text",
    ["", "..", "a..b", ".a", "a..", "x" * 64, "müller", "a\\", "a\\.b", "a\\256", ".".join(["x" * 63] * 4)],
)
def test_what_is_no_name_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match="not a name"):
        to_wire(text)


@given(st.text(max_size=300))
def test_any_text_is_a_name_that_reads_back_or_a_value_error(text: str) -> None:
    try:
        wire = to_wire(text)
    except ValueError:
        return
    assert len(wire) <= MAX_NAME
    assert to_wire(read_name(wire, 0)) == wire.lower()


@given(st.binary(min_size=1, max_size=300), st.integers(0, 300))
def test_any_bytes_are_a_name_or_malformed(packet: bytes, position: int) -> None:
    for read in (read_labels, skip_name):
        try:
            read(packet, position)
        except Malformed:
            continue
    try:
        labels = read_labels(packet, position)
    except Malformed:
        return
    assert len(from_labels(labels)) <= MAX_NAME and to_text(labels)


def test_pointers_lead_backwards_and_are_counted() -> None:
    ladder = b"\1a\0" + b"".join((0xC000 | 2 * step + 1).to_bytes(2, "big") for step in range(1, 60))
    with pytest.raises(Malformed, match="loop"):
        read_name(ladder, len(ladder) - 2)
    assert read_name(b"\1a\0" + b"\1b\xc0\0", 3) == "b.a"
    with pytest.raises(Malformed, match="loop"):
        read_name(b"\1b\xc0\0", 0)
