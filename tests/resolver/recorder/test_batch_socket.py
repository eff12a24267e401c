# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages of a worker, batches, junk, and an end that is closed."""

import logging
import socket

import pytest

from resolver.recorder import batch_socket
from resolver.recorder.batch_socket import Asks
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
        assert batch_socket.read(ours, taken.append, lambda sock: None) == (0, True)
        for message in (batch_codec.pack(BATCH), b"junk", batch_codec.pack(BATCH)):
            theirs.send(message)
        assert batch_socket.read(ours, taken.append, lambda sock: None) == (3, True)
        assert [batch.clients for batch in taken] == [["10.0.0.2"]] * 2 and "not understood" in caplog.text
        theirs.close()
        assert batch_socket.read(ours, taken.append, lambda sock: None) == (0, False)


def test_one_worker_gives_way_to_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_socket, "MESSAGES", 2)
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.setblocking(False)
    with ours, theirs:
        for _ in range(3):
            theirs.send(batch_codec.pack(BATCH))
        assert [batch_socket.read(ours, lambda batch: None, lambda sock: None)[0] for _ in range(3)] == [2, 1, 0]


def test_who_looks_waits_for_all_that_were_asked_and_for_none_that_is_gone() -> None:
    pairs = [socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET) for _ in range(3)]
    pairs[2][1].close()
    asks = Asks()
    assert not asks.over(5.0) and asks.due is None
    asks.ask([ours for ours, _ in pairs], 5.0)
    assert [theirs.recv(10) for _, theirs in pairs[:2]] == [ASK, ASK]
    for ours, theirs in pairs[:2]:
        assert not asks.over(5.0) and asks.due == 5.0 + batch_socket.ANSWER_SECONDS
        theirs.send(ANSWER)
        ours.setblocking(False)
        assert batch_socket.read(ours, lambda batch: None, asks.answered) == (0, True)
    assert asks.over(5.0) and not asks.over(5.0)
    asks.ask([pairs[0][0]], 6.0)
    assert not asks.over(6.0) and asks.over(6.0 + batch_socket.ANSWER_SECONDS), "one that hangs is not waited for"
    for pair in pairs:
        for sock in pair:
            sock.close()
