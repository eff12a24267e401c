# SPDX-License-Identifier: GPL-3.0-or-later
"""Records on their way to the recorder: none is lost unless it is counted."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from resolver.recorder import buffer
from resolver.recorder.buffer import BATCH_ROWS, STREAM_LOOK, STREAM_ROWS, RecordBuffer
from store.log import batch_codec
from store.log.batch_codec import MAX_BYTES, unpack
from store.log.batches import Batch, Columns
from store.log.records import Key, row_key

KEY = Key("www.example", 1, 0, 3, "", "", 0, "9.9.9.9")


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 106_496)  # as Linux gives it, whatever this machine gives
    ours.setblocking(False)
    theirs.setblocking(False)
    yield ours, theirs
    ours.close()
    theirs.close()


def receive(sock: socket.socket) -> list[Batch]:
    """All batches that wait."""
    found = []
    while True:
        try:
            message = sock.recv(MAX_BYTES + 1)
        except BlockingIOError:
            return found
        if not message:
            return found
        found.append(unpack(message).batch())


def fill(sock: socket.socket) -> None:
    """Until no batch fits."""
    with suppress(BlockingIOError):
        while True:
            sock.send(bytes(1000))


def drain(sock: socket.socket) -> None:
    """Take what filled it."""
    with suppress(BlockingIOError):
        while sock.recv(2000):
            pass


def note(recorder: RecordBuffer, count: int, key: Key = KEY) -> None:
    for number in range(count):
        recorder.note(time.monotonic_ns() // 1000, f"192.168.1.{number % 200}", key, number)


def test_what_is_noted_arrives_in_batches_with_the_time_of_day(pair: tuple[socket.socket, socket.socket]) -> None:
    recorder = RecordBuffer(3, pair[0])
    before = time.time_ns() // 1000
    note(recorder, BATCH_ROWS + 10)
    recorder.note(time.monotonic_ns() // 1000, "fe80::1%eth0", KEY._replace(name="other.example"), 7)
    assert recorder.flush() and recorder.pending == 0
    batches = receive(pair[1])
    assert [len(batch.rows) for batch in batches] == [BATCH_ROWS, 11]
    assert {batch.worker for batch in batches} == {3}
    assert all(before - 1000 <= row[0] <= time.time_ns() // 1000 + 1000 for batch in batches for row in batch.rows)
    rows = [(batch.clients[row[1]], batch.keys[row[2]].name, row[3]) for batch in batches for row in batch.rows]
    assert rows[0] == ("192.168.1.0", "www.example", 0)
    assert rows[-1] == ("fe80::1", "other.example", 7), "an interface is no part of an address"
    assert [row[2] for row in rows[:-1]] == list(range(BATCH_ROWS + 10))


def test_while_the_recorder_does_not_read_records_wait_and_none_is_lost(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    recorder = RecordBuffer(1, pair[0])
    note(recorder, 40_000)
    assert not recorder.flush(), "the socket holds a few hundred KB"
    assert 0 < recorder.pending < 40_000
    taken = 0
    while not recorder.flush():
        taken += sum(len(batch.rows) for batch in receive(pair[1]))
    taken += sum(len(batch.rows) for batch in receive(pair[1]))
    assert taken == 40_000 and recorder.dropped == 0


def test_past_the_bound_records_are_dropped_and_the_count_is_told(
    pair: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    most = BATCH_ROWS + 100
    monkeypatch.setattr(buffer, "PENDING_MAX", most)
    recorder = RecordBuffer(1, pair[0])
    fill(pair[0])
    note(recorder, most + 30)
    assert (recorder.pending, recorder.dropped) == (most, 30)
    drain(pair[1])
    recorder.flush()
    note(recorder, 1)
    recorder.flush()
    assert [(len(batch.rows), batch.dropped) for batch in receive(pair[1])] == [(BATCH_ROWS, 30), (100, 30), (1, 30)]


def test_a_batch_that_is_full_waits_for_no_flush(pair: tuple[socket.socket, socket.socket]) -> None:
    """As many names as go to upstreams in half a second are never in memory together."""
    recorder = RecordBuffer(1, pair[0])
    most = 0
    for _ in range(10 * BATCH_ROWS):
        note(recorder, 1)
        most = max(most, recorder.pending)
        if recorder.pending == 1:
            assert sum(len(batch.rows) for batch in receive(pair[1])) in (0, BATCH_ROWS)
    assert most == BATCH_ROWS and recorder.noted == 10 * BATCH_ROWS


def look(recorder: RecordBuffer, count: int, name: str = "www.example") -> None:
    """So many queries answered from memory at one look; in `name`, {} becomes a number that no other look has."""
    names = [name.format(recorder.noted + number) for number in range(count)]
    keys = [row_key(KEY._replace(name=each)) for each in names]
    recorder.note_all(time.monotonic_ns() // 1000, ["192.168.1.7"] * count, keys, 30)


def test_while_queries_come_by_the_dozen_more_go_in_a_message(pair: tuple[socket.socket, socket.socket]) -> None:
    recorder = RecordBuffer(1, pair[0])
    for _ in range(STREAM_ROWS // 64):
        assert not receive(pair[1])
        look(recorder, 64)
    assert [len(batch.rows) for batch in receive(pair[1])] == [STREAM_ROWS] and not recorder.pending


def test_once_they_come_by_the_few_what_waits_is_sent_as_ever(pair: tuple[socket.socket, socket.socket]) -> None:
    recorder = RecordBuffer(1, pair[0])
    for _ in range(2 * BATCH_ROWS // STREAM_LOOK):
        look(recorder, STREAM_LOOK)
    assert recorder.pending == 2 * BATCH_ROWS
    look(recorder, STREAM_LOOK - 1)
    assert [len(batch.rows) for batch in receive(pair[1])] == [2 * BATCH_ROWS + STREAM_LOOK - 1]
    for _ in range(BATCH_ROWS // 8):
        look(recorder, 8)
    assert [len(batch.rows) for batch in receive(pair[1])] == [BATCH_ROWS]


def test_where_names_are_too_long_for_so_many_that_is_found_out_once(
    pair: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder, tried, pack = RecordBuffer(1, pair[0]), list[int](), batch_codec.pack

    def packed(columns: Columns) -> bytes:
        tried.append(len(columns))
        return pack(columns)

    monkeypatch.setattr(batch_codec, "pack", packed)
    rows = 0
    for _ in range(2 * STREAM_ROWS // 64):
        look(recorder, 64, "{}." + "a" * 100)
        rows += sum(len(batch.rows) for batch in receive(pair[1]))
    assert tried[:3] == [STREAM_ROWS, STREAM_ROWS // 2, STREAM_ROWS // 4] and set(tried[3:]) == {BATCH_ROWS}
    while not recorder.flush():
        rows += sum(len(batch.rows) for batch in receive(pair[1]))
    rows += sum(len(batch.rows) for batch in receive(pair[1]))
    assert rows == 2 * STREAM_ROWS and recorder.dropped == 0
    tried.clear()
    for _ in range(STREAM_ROWS // 64):
        look(recorder, 64)
    assert tried == [STREAM_ROWS], "after a flush as many as ever are tried"


def test_a_recorder_that_took_no_more_is_tried_again_by_the_next_flush_alone(
    pair: tuple[socket.socket, socket.socket]
) -> None:
    recorder = RecordBuffer(1, pair[0])
    fill(pair[0])
    note(recorder, BATCH_ROWS + 1)
    drain(pair[1])
    note(recorder, BATCH_ROWS)
    assert recorder.pending == 2 * BATCH_ROWS + 1 and not receive(pair[1])
    assert recorder.flush()
    assert [len(batch.rows) for batch in receive(pair[1])] == [BATCH_ROWS, BATCH_ROWS, 1]


def test_with_nobody_at_the_other_end_noting_goes_on(pair: tuple[socket.socket, socket.socket]) -> None:
    recorder = RecordBuffer(1, pair[0])
    pair[1].close()
    note(recorder, 10)
    assert not recorder.flush()
    note(recorder, 10)
    assert recorder.pending == 20


def test_records_of_the_longest_names_are_split_until_they_fit(pair: tuple[socket.socket, socket.socket]) -> None:
    """A device can ask for names whose every byte takes five characters on the way."""
    recorder = RecordBuffer(1, pair[0])
    for number in range(BATCH_ROWS):
        note(recorder, 1, KEY._replace(name=f"{number}." + "\\000" * 250))
    rows = 0
    while not recorder.flush():
        rows += sum(len(batch.rows) for batch in receive(pair[1]))
    rows += sum(len(batch.rows) for batch in receive(pair[1]))
    assert rows == BATCH_ROWS and recorder.dropped == 0


def test_a_record_that_no_message_holds_is_dropped_alone(pair: tuple[socket.socket, socket.socket]) -> None:
    recorder = RecordBuffer(1, pair[0])
    note(recorder, 1)
    recorder.note(time.monotonic_ns() // 1000, "192.168.1.9", KEY, 2**40)
    note(recorder, 1)
    assert recorder.flush() and recorder.dropped == 1
    assert [row[3] for batch in receive(pair[1]) for row in batch.rows] == [0, 0]
