# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages of a worker, batches, junk, and an end that is closed."""

import logging
import socket
from collections.abc import Iterator

import pytest

from resolver.recorder import batch_socket
from resolver.recorder.batch_socket import Asks
from resolver.recorder.courtesy import Courtesy
from resolver.recorder.flush_clock import ANSWER, ASK
from store.log import batch_codec
from store.log.batches import Batch, Columns, columns
from store.log.records import Key

BATCH = columns(Batch(1, 0, 0, ["10.0.0.2"], [Key("a.example", 1, 0, 0, "", "", 0, "")], [(1, 0, 0, 1)]))


def test_batches_are_taken_in_order_and_junk_is_passed_over(caplog: pytest.LogCaptureFixture) -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.setblocking(False)
    taken: list[Columns] = []
    with ours, theirs, caplog.at_level(logging.ERROR):
        assert batch_socket.read(ours, taken.append, lambda sock, message: None) == (0, True)
        for message in (batch_codec.pack(BATCH), b"junk", batch_codec.pack(BATCH)):
            theirs.send(message)
        assert batch_socket.read(ours, taken.append, lambda sock, message: None) == (3, True)
        assert [batch.clients for batch in taken] == [["10.0.0.2"]] * 2 and "not understood" in caplog.text
        theirs.close()
        assert batch_socket.read(ours, taken.append, lambda sock, message: None) == (0, False)


@pytest.mark.parametrize(("bound", "most"), [("MESSAGES", 2), ("ROWS", 2 * len(BATCH))])
def test_one_worker_gives_way_to_the_others(monkeypatch: pytest.MonkeyPatch, bound: str, most: int) -> None:
    monkeypatch.setattr(batch_socket, bound, most)
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.setblocking(False)
    with ours, theirs:
        for _ in range(3):
            theirs.send(batch_codec.pack(BATCH))
        counts = [batch_socket.read(ours, lambda batch: None, lambda sock, message: None)[0] for _ in range(3)]
        assert counts == [2, 1, 0]


def test_with_two_messages_of_a_stream_at_one_look_it_is_behind() -> None:
    full = batch_codec.pack(columns(Batch(
        1, 0, 0, ["10.0.0.2"], [Key("a.example", 1, 0, 0, "", "", 0, "")],
        [(number, 0, 0, 1) for number in range(batch_codec.MAX_ROWS)],
    )))  # fmt: skip
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.setblocking(False)
    courtesy, given_way = Courtesy(), list[bool]()
    with ours, theirs:
        for waiting in (2, 1):
            for _ in range(waiting):
                theirs.send(full)
            assert batch_socket.read(ours, lambda _: None, lambda *_: None, courtesy) == (waiting, True)
            given_way.append(courtesy())
    assert given_way == [False, True]


@pytest.fixture
def pairs() -> Iterator[list[tuple[socket.socket, socket.socket]]]:
    """Three record sockets: the recorder's ends, the workers' ends."""
    made = [socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET) for _ in range(3)]
    for ours, theirs in made:
        ours.setblocking(False)
        theirs.setblocking(False)
    yield made
    for pair in made:
        for sock in pair:
            sock.close()


def test_who_looks_waits_for_all_that_were_asked_and_for_none_that_is_gone(
    pairs: list[tuple[socket.socket, socket.socket]],
) -> None:
    pairs[2][1].close()
    asks = Asks()
    assert not asks.over(5.0) and asks.due is None
    asks.ask([ours for ours, _ in pairs], 5.0)
    assert [theirs.recv(10) for _, theirs in pairs[:2]] == [ASK, ASK]
    for ours, theirs in pairs[:2]:
        assert not asks.over(5.0) and asks.due == 5.0 + batch_socket.ANSWER_SECONDS
        theirs.send(ANSWER)
        assert batch_socket.read(ours, lambda batch: None, asks.heard) == (0, True)
    assert asks.over(5.0) and not asks.over(5.0)
    asks.ask([pairs[0][0]], 6.0)
    assert not asks.over(6.0) and asks.over(6.0 + batch_socket.ANSWER_SECONDS), "one that hangs is not waited for"


def test_who_has_sent_nothing_yet_is_not_asked_beside_who_has(pairs: list[tuple[socket.socket, socket.socket]]) -> None:
    (ours, worker), (_, stands_by), _ = pairs
    asks, every = Asks(), [ours for ours, _ in pairs]
    worker.send(batch_codec.pack(BATCH))
    assert batch_socket.read(ours, lambda batch: None, asks.heard) == (1, True)
    asks.ask(every, 5.0)
    assert worker.recv(10) == ASK
    with pytest.raises(BlockingIOError):
        stands_by.recv(10)
    worker.send(ANSWER)
    batch_socket.read(ours, lambda batch: None, asks.heard)
    assert asks.over(5.0), "nobody else is waited for"
    asks.ask(every, 6.0)
    assert worker.recv(10) == ASK and asks.over(7.0), "it does not answer"
    asks.ask(every, 8.0)
    assert worker.recv(10) == stands_by.recv(10) == ASK, "who is gone is no more than who stands by"


def test_a_commit_waits_for_the_workers_while_somebody_looks(pairs: list[tuple[socket.socket, socket.socket]]) -> None:
    ours, worker = pairs[0]
    asks = Asks()
    assert asks.ready([ours], 5.0, opened=False, due=True, looked=False), "nobody looks"
    assert not asks.ready([ours], 5.0, opened=False, due=False, looked=True), "there is nothing to commit"
    with pytest.raises(BlockingIOError):
        worker.recv(10)
    for opened in (False, True):
        assert not asks.ready([ours], 6.0, opened=opened, due=True, looked=True)
        assert worker.recv(10) == ASK
        worker.send(ANSWER)
        batch_socket.read(ours, lambda batch: None, asks.heard)
        assert asks.ready([ours], 6.0, opened=False, due=False, looked=True)
        assert asks.was_opened() is opened and not asks.was_opened()


def test_who_opens_the_log_again_and_again_puts_no_commit_off(pairs: list[tuple[socket.socket, socket.socket]]) -> None:
    ours, _ = pairs[0]
    asks, step = Asks(), batch_socket.ANSWER_SECONDS / 5
    looks = [asks.ready([ours], 5.0 + step * number, opened=True, due=False, looked=True) for number in range(20)]
    assert looks.count(True) >= 3, "the worker answers none"


def test_a_commit_that_waits_for_nobody_shows_who_opened_the_log_nothing_yet(
    pairs: list[tuple[socket.socket, socket.socket]],
) -> None:
    """With many rows at hand none is waited for; what the worker has comes with the commit after."""
    ours, worker = pairs[0]
    asks = Asks()
    assert asks.ready([ours], 5.0, opened=True, due=True, looked=False) and not asks.was_opened()
    worker.send(ANSWER)
    batch_socket.read(ours, lambda batch: None, asks.heard)
    assert asks.ready([ours], 5.0, opened=False, due=False, looked=False)
    assert asks.was_opened() and not asks.was_opened()
