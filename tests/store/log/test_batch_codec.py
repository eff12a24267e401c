# SPDX-License-Identifier: GPL-3.0-or-later
import contextlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.log import batch_codec
from store.log.batches import BadBatch, Batch, columns
from store.log.records import BOGUS, INSECURE, UNCHECKED, VALIDATED, Key, Transport

TEXT = st.text(st.characters(codec="utf-8"), max_size=40)
NAME = st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=40)
KEYS = st.builds(
    Key, NAME, st.integers(0, 65535), st.integers(0, 4), st.integers(0, 4), TEXT, TEXT, st.integers(0, 65535), TEXT,
    TEXT, st.sampled_from(Transport), st.sampled_from((UNCHECKED, VALIDATED, INSECURE, *BOGUS)),
)  # fmt: skip


@st.composite
def batches(draw: st.DrawFn) -> Batch:
    clients, keys = draw(st.lists(TEXT, min_size=1, max_size=5)), draw(st.lists(KEYS, min_size=1, max_size=5))
    row = st.tuples(
        st.integers(0, 2**64 - 1),
        st.integers(0, len(clients) - 1),
        st.integers(0, len(keys) - 1),
        st.integers(0, 2**32 - 1),
    )
    return Batch(
        draw(st.integers(0, 65535)), draw(st.integers(0, 2**63 - 1)), draw(st.integers(0, 2**63 - 1)), clients, keys,
        draw(st.lists(row, max_size=20)), draw(st.integers(0, 2**63 - 1)),
    )  # fmt: skip


def packed(batch: Batch) -> bytes:
    return batch_codec.pack(columns(batch))


@given(batches())
def test_a_batch_comes_back_as_it_went(batch: Batch) -> None:
    assert batch_codec.unpack(packed(batch)).batch() == batch


@given(st.binary(max_size=300))
def test_any_bytes_are_a_batch_or_a_bad_one(data: bytes) -> None:
    with contextlib.suppress(BadBatch):
        batch_codec.unpack(data)


@given(batches(), st.data())
def test_a_mangled_batch_never_raises_anything_else(batch: Batch, data: st.DataObject) -> None:
    message = bytearray(packed(batch))
    for _ in range(data.draw(st.integers(1, 6))):
        message[data.draw(st.integers(0, len(message) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(BadBatch):
        found = batch_codec.unpack(
            bytes(message[: data.draw(st.integers(0, len(message)))] if data.draw(st.booleans()) else message)
        )
        assert all(row[1] < len(found.clients) and row[2] < len(found.names) for row in found.batch().rows)
        "".join(found.clients).encode()


KEY = Key("a.example", 1, 1, 4, "ads", "a.example", 0, "")


@pytest.mark.parametrize(
    "batch",
    [
        Batch(1, 0, 0, ["x"], [KEY], [(0, 0, 0, 0)] * (batch_codec.MAX_ROWS + 1)),
        Batch(1, 0, 0, ["x"], [KEY._replace(name="n" * 4000)] * 50, []),
        Batch(1, 0, 0, ["x"], [KEY], [(-1, 0, 0, 0)]),
        Batch(70_000, 0, 0, ["x"], [KEY], []),
    ],
)
def test_what_does_not_fit_is_refused(batch: Batch) -> None:
    with pytest.raises(BadBatch):
        packed(batch)


@pytest.mark.parametrize(
    "batch",
    [
        Batch(1, 0, 0, ["x"], [KEY], [(0, 1, 0, 0)]),
        Batch(1, 0, 0, ["x"], [KEY], [(0, 0, 1, 0)]),
        Batch(1, 0, 0, ["\ud800"], [KEY], []),
        Batch(1, 0, 0, ["x"], [KEY._replace(verdict=9)], []),
        Batch(1, 0, 0, ["x"], [KEY._replace(qtype=-1)], []),
        Batch(1, 0, 0, ["x"], [KEY._replace(name=None)], []),  # type: ignore[arg-type]
        Batch(1, 0, 0, ["x" * 5000], [KEY], []),
        Batch(1, 0, 0, ["x"], [KEY._replace(rule="r" * 5000)], []),
        Batch(1, -1, 0, ["x"], [KEY], []),
    ],
)
def test_a_batch_that_lies_is_bad(batch: Batch) -> None:
    with pytest.raises(BadBatch):
        batch_codec.unpack(packed(batch))


def test_a_batch_with_a_rule_too_few_is_bad() -> None:
    told = columns(Batch(1, 0, 0, ["x"], [KEY, KEY._replace(name="b.example")], []))
    with pytest.raises(BadBatch, match="other words"):
        batch_codec.unpack(batch_codec.pack(replace(told, rules=told.rules[:1])))


def test_a_name_of_two_lines_is_refused() -> None:
    with pytest.raises(BadBatch):
        packed(Batch(1, 0, 0, ["x"], [KEY._replace(name="a\nb")], [(0, 0, 0, 0)]))
