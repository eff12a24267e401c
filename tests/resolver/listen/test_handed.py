# SPDX-License-Identifier: GPL-3.0-or-later
"""A worker's end of the way on which queries of encrypted connections come."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass

import dns.message
import pytest
from running_worker import RunningWorker
from scripted_upstream import ScriptedUpstream
from waiting import HANG_SECONDS

from appliance.process import sockets
from resolver.listen import handed_frames
from resolver.listen.handed_frames import HandedQuery
from store.base import db
from store.log.records import Origin, Transport, Verdict

pytestmark = pytest.mark.process


@dataclass
class Handing:
    """A worker, and the other ends of its two ways: its own, and one of a sibling that is not there."""

    worker: RunningWorker
    own: socket.socket
    sibling: socket.socket

    def hand(self, *queries: HandedQuery, over: socket.socket | None = None) -> None:
        (over or self.own).send(b"".join(map(handed_frames.of_query, queries)))

    def responses(self, count: int, over: socket.socket | None = None) -> dict[int, bytes]:
        answers: dict[int, bytes] = {}
        while len(answers) < count:
            message = (over or self.own).recv(handed_frames.MAX_MESSAGE)
            answers.update(handed_frames.responses(memoryview(message)))
        return answers


@pytest.fixture(scope="module")
def handing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Handing]:
    base = tmp_path_factory.mktemp("handing")
    for name in ("state", "run"):
        (base / name).mkdir()
    db.open_config(base / "state")
    pairs = sockets.handed_pair(), sockets.handed_pair()
    (own, worker_end), (sibling, sibling_end) = pairs
    for sock in (own, sibling):
        sock.settimeout(HANG_SECONDS)
    fds = worker_end.fileno(), sibling_end.fileno()
    with ScriptedUpstream() as upstream:
        environ = {"TELLTALE_UPSTREAMS": upstream.spec}
        more = ("--handed", str(fds[0]), "--handed-spare", str(fds[1]))
        worker = RunningWorker(base / "state", base / "run", environ, more=more, fds=fds)
        yield Handing(worker, own, sibling)
        worker.stop()
    for sock in (*pairs[0], *pairs[1]):
        sock.close()


def query(name: str, number: int = 0) -> bytes:
    made = dns.message.make_query(name, "A")
    made.id = number
    return made.to_wire()


@pytest.mark.parametrize("transport", [Transport.DOT, Transport.DOH, Transport.DOQ])
def test_a_query_is_answered_and_recorded_with_its_transport(handing: Handing, transport: Transport) -> None:
    name = f"{transport.name.lower()}.handed.example"
    handing.hand(HandedQuery(9, transport, "127.0.0.1", query(name)))
    answer = dns.message.from_wire(handing.responses(1)[9])
    assert answer.answer
    assert handing.worker.key_of(name).transport == transport


def test_memos_are_not_those_of_plain_queries_and_say_the_transport(handing: Handing) -> None:
    name = "memo.handed.example"
    for _ in range(3):
        handing.worker.raw(query(name))
    for number, transport in enumerate((Transport.DOT, Transport.DOT, Transport.DOH)):
        handing.hand(HandedQuery(number, transport, "127.0.0.1", query(name, number)))
        assert handing.responses(1)[number][:2] == bytes((0, number))
    keys = []
    while len(keys) < 6:
        keys += [key for _, key, _ in handing.worker.rows(1) if key.name == name]
    assert [(key.origin, key.transport) for key in keys[2:]] == [
        (Origin.MEMO, Transport.UDP), (Origin.CACHE, Transport.DOT), (Origin.MEMO, Transport.DOT),
        (Origin.MEMO, Transport.DOH),
    ]  # fmt: skip


def test_a_message_of_many_is_answered_whole(handing: Handing) -> None:
    names = [query(f"n{number}.handed.example") for number in range(200)]
    many = [HandedQuery(number, Transport.DOT, "127.0.0.1", packet) for number, packet in enumerate(names)]
    handing.hand(*many)
    assert handing.responses(200).keys() == set(range(200))


def test_a_large_answer_comes_whole(handing: Handing) -> None:
    handing.hand(HandedQuery(5, Transport.DOT, "127.0.0.1", query("x.truncated.example")))
    assert not dns.message.from_wire(handing.responses(1)[5]).flags & 0x0200


def test_what_is_no_question_gets_an_error_or_the_word_that_there_is_none(handing: Handing) -> None:
    handing.hand(
        HandedQuery(1, Transport.DOT, "127.0.0.1", b"\0\1\1\0\0\1\0\0\0\0\0\0\xff"),
        HandedQuery(2, Transport.DOT, "127.0.0.1", b"short"),
    )
    answers = handing.responses(2)
    assert answers[1][3] & 0xF == 1 and answers[2] == b""


def test_a_stranger_is_refused_and_a_device_that_named_itself_is_not(handing: Handing) -> None:
    handing.hand(
        HandedQuery(1, Transport.DOT, "203.0.113.9", query("stranger.example")),
        HandedQuery(2, Transport.DOT, "203.0.113.9#7", query("named.example")),
    )
    answers = handing.responses(2)
    assert answers[1][3] & 0xF == 5 and answers[2][3] & 0xF == 0
    assert handing.worker.key_of("stranger.example").verdict == Verdict.REFUSE


def test_what_a_sibling_leaves_lying_is_answered(handing: Handing) -> None:
    handing.hand(HandedQuery(3, Transport.DOT, "127.0.0.1", query("left.example")), over=handing.sibling)
    assert handing.responses(1, over=handing.sibling)[3]


def test_nonsense_from_the_other_end_is_passed_over(handing: Handing) -> None:
    handing.own.send(b"\0" * 5)
    handing.own.send(bytes(400))
    handing.hand(HandedQuery(4, Transport.DOT, "127.0.0.1", query("after.example")))
    assert handing.responses(1)[4]
