# SPDX-License-Identifier: GPL-3.0-or-later
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from store.log.batches import Batch, Columns, columns
from store.log.records import Key
from store.log.spool_chunks import ChunkWriter, WaitingBatch, read, read_stream

KEYS = [
    Key("a.example", 1, 0, 3, "", "", 0, "9.9.9.9"),
    Key("a.example", 28, 1, 4, "ads", "b.example", 0, ""),
    Key("\\000\\255%_*'\".example", 65535, 4, 0, "", "", 5, ""),
]
ROWS = st.lists(st.tuples(st.integers(0, 2**64 - 1), st.integers(0, 1), st.integers(0, 2), st.integers(0, 2**32 - 1)))
BATCHES = st.lists(st.tuples(st.sampled_from([("10.0.0.2", "fd00::2"), ("fd00::2", "10.0.0.3")]), ROWS), max_size=4)
COUNTED = {1: (5, 0, 10), 2: (6, 3, 20)}


# Two rows as the first version of this file wrote them.
FROM_BEFORE = bytes.fromhex(
    "78da7ac5c0c01077e105df2420cd04c4d1d1d1863ad1a63a063a46b1b1b13ad1d1063ac6605ac9d0400f048d9474"
    "f24a737280424a692906065656400173900aa544bdd48ac4dc829c54251da524381ba4d710689cb18e92120819e8"
    "2859ea812148cac842c750c744472931a518285b5303d7170756a904740343cb036655865b0cff18a219d8802e64"
    "6064400504f8ec2c0c02c87c00000000ffff"
)


def _parts(batches: list[tuple[tuple[str, str], list[tuple[int, int, int, int]]]]) -> list[WaitingBatch]:
    return [(columns(Batch(1, 0, 0, list(clients), KEYS, rows)), (None, 7)) for clients, rows in batches]


def _rows(parts: list[WaitingBatch]) -> list[tuple[object, ...]]:
    def of(said: Columns, devices: Sequence[int | None]) -> list[tuple[object, ...]]:
        batch = said.batch()
        return [(at, said.clients[c], devices[c], batch.keys[k], us) for at, c, k, us in batch.rows]

    return [row for part in parts for row in of(*part)]


@given(st.lists(BATCHES, max_size=4))
def test_what_was_written_is_read(chunks: list[list[tuple[tuple[str, str], list[tuple[int, int, int, int]]]]]) -> None:
    writer, stream = ChunkWriter(), b""
    for batches in chunks:
        stream += writer.chunk(COUNTED, {1: len(stream)}, _parts(batches))
        drops = len(stream)
    contents = read(stream)
    assert _rows(contents.batches) == [row for batches in chunks for row in _rows(_parts(batches))]
    if chunks:
        assert contents.counts == COUNTED and contents.drops[1] < drops


def test_of_a_file_that_was_cut_the_whole_chunks_are_read_with_their_counts() -> None:
    writer, batches = ChunkWriter(), [(("10.0.0.2", "fd00::2"), [(at, 0, 0, 7)]) for at in range(50)]
    first = writer.chunk({1: (5, 0, 10)}, {}, _parts(batches))
    second = writer.chunk({1: (5, 0, 60)}, {0: 4}, _parts(batches))
    for end in range(len(first), len(first + second)):
        contents = read((first + second)[:end] + bytes(3))
        assert len(contents.batches) == 1
        assert contents.counts == {1: (5, 0, 10)} and contents.drops == {} and len(_rows(contents.batches)) == 50
        assert (contents.lost, contents.last) in ((0, 0), (50, 50)) and contents.damaged


def test_what_a_version_before_wrote_is_read() -> None:
    contents = read_stream(FROM_BEFORE)
    assert contents.counts == {1: (5, 0, 2)} and contents.drops == {0: 3}
    assert _rows(contents.batches) == [
        (1_790_000_000_000_000, "10.0.0.2", None, KEYS[0], 7),
        (1_790_000_000_000_900, "fd00::2", 7, KEYS[1]._replace(name="b.example", rule="||b.example^"), 4100),
    ]


@given(st.binary(max_size=200), st.integers(0, 300), st.integers(1, 255))
def test_whatever_the_bytes_are_nothing_is_raised_and_nothing_wrong_is_read(noise: bytes, at: int, change: int) -> None:
    assert read(noise).batches == []
    parts = _parts([(("10.0.0.2", "fd00::2"), [(at, 0, 0, 7)]) for at in range(50)])
    good = bytearray(ChunkWriter().chunk(COUNTED, {}, parts))
    good[at % len(good)] ^= change
    assert _rows(read(bytes(good)).batches) in ([], _rows(parts))


FIVE = [_parts([(("10.0.0.2", "fd00::2"), [(at, 0, 0, 7)]) for at in range(10)]) for _ in range(5)]


@given(st.integers(0, 4), st.integers(0, 10_000), st.integers(0, 7))
def test_a_bit_that_flips_takes_the_rows_of_one_chunk_and_they_are_counted(number: int, at: int, bit: int) -> None:
    """The case; in the head of a chunk as in its body, in the first as in the last."""
    writer = ChunkWriter(3)
    chunks = [bytearray(writer.chunk(COUNTED, {}, parts)) for parts in FIVE]
    chunks[number][at % len(chunks[number])] ^= 1 << bit
    contents = read(b"".join(chunks), 3)
    assert len(_rows(contents.batches)) == 40 and contents.damaged
    head_of_the_last_is_gone = number == 4 and contents.lost == 0
    assert contents.lost == 10 or head_of_the_last_is_gone
    assert contents.last == (contents.lost if number == 4 else 0)


def test_a_piece_that_is_overwritten_takes_what_it_covers_and_no_more() -> None:
    writer = ChunkWriter(3)
    chunks = [writer.chunk(COUNTED, {}, parts) for parts in FIVE]
    data = bytearray(b"".join(chunks))
    middle = len(chunks[0]) + len(chunks[1]) // 2
    data[middle : middle + len(chunks[1])] = bytes(len(chunks[1]))  # the second and the third
    contents = read(bytes(data), 3)
    assert (len(_rows(contents.batches)), contents.lost, contents.last) == (30, 20, 0)


def test_chunks_of_another_file_are_none_of_ours() -> None:
    assert read(ChunkWriter(2).chunk(COUNTED, {}, FIVE[0]), 3).batches == []
