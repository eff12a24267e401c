# SPDX-License-Identifier: GPL-3.0-or-later
import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import records
from store.records import BadBatch, Batch, Key

TEXT = st.text(st.characters(codec="utf-8"), max_size=40)
KEYS = st.builds(
    Key, TEXT, st.integers(0, 65535), st.integers(0, 4), st.integers(0, 4), TEXT, TEXT, st.integers(0, 65535), TEXT
)


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


@given(batches())
def test_a_batch_comes_back_as_it_went(batch: Batch) -> None:
    assert records.unpack(records.pack(batch)) == batch


@given(st.binary(max_size=300))
def test_any_bytes_are_a_batch_or_a_bad_one(data: bytes) -> None:
    with contextlib.suppress(BadBatch):
        records.unpack(data)


@given(batches(), st.data())
def test_a_mangled_batch_never_raises_anything_else(batch: Batch, data: st.DataObject) -> None:
    packed = bytearray(records.pack(batch))
    for _ in range(data.draw(st.integers(1, 6))):
        packed[data.draw(st.integers(0, len(packed) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(BadBatch):
        found = records.unpack(
            bytes(packed[: data.draw(st.integers(0, len(packed)))] if data.draw(st.booleans()) else packed)
        )
        assert all(row[1] < len(found.clients) and row[2] < len(found.keys) for row in found.rows)
        "".join(found.clients).encode()


KEY = Key("a.example", 1, 1, 4, "ads", "a.example", 0, "")


@pytest.mark.parametrize(
    "batch",
    [
        Batch(1, 0, 0, ["x"], [KEY], [(0, 0, 0, 0)] * (records.MAX_ROWS + 1)),
        Batch(1, 0, 0, ["x"], [KEY._replace(name="n" * 4000)] * 50, []),
        Batch(1, 0, 0, ["x"], [KEY], [(-1, 0, 0, 0)]),
        Batch(70_000, 0, 0, ["x"], [KEY], []),
    ],
)
def test_what_does_not_fit_is_refused(batch: Batch) -> None:
    with pytest.raises(BadBatch):
        records.pack(batch)


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
        Batch(1, -1, 0, ["x"], [KEY], []),
    ],
)
def test_a_batch_that_lies_is_bad(batch: Batch) -> None:
    with pytest.raises(BadBatch):
        records.unpack(records.pack(batch))


def test_a_large_batch_goes_in_parts_that_fit() -> None:
    keys = [KEY._replace(name=f"{number:03d}." + "n" * 900) for number in range(500)]
    rows = [(number, number % 7, number % 500, number) for number in range(9000)]
    batch = Batch(1, 3, 4, [f"10.0.0.{number}" for number in range(7)], keys, rows)
    parts = [records.unpack(data) for data in records.pack_all(batch)]
    assert len(parts) > 2
    assert [(part.worker, part.dropped, part.started_us) for part in parts] == [(1, 3, 4)] * len(parts)
    found = [(at, part.clients[c], part.keys[k], took) for part in parts for at, c, k, took in part.rows]
    assert found == [(at, batch.clients[c], batch.keys[k], took) for at, c, k, took in rows]
