# SPDX-License-Identifier: GPL-3.0-or-later
"""Who comes to the web port while the pages' process is not there: wakes it, waits for it, and loses nothing."""

from __future__ import annotations

import math
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, suppress

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from waiting import HANG_SECONDS

from appliance.process import sockets, web_door
from appliance.process.children import RESTARTS_REPORTED, Child, Spec
from appliance.process.forking import Forked
from appliance.process.signals import Signals
from appliance.process.web_door import KEPT_SECONDS, LATE_SECONDS, MAX_GUESTS, SILENT_SECONDS, WebDoor
from store.base import web_way
from store.base.web_way import HAVE_IT

pytestmark = pytest.mark.process

PAGE = b"GET /devices HTTP/1.1\r\nHost: telltale\r\nAccept: text/html\r\n\r\n"
POST = b"POST /api/v1/pauses HTTP/1.1\r\nHost: telltale\r\nContent-Length: 2\r\n\r\n{}"


class House:
    """A door with its child, on a clock that is turned by hand. `theirs`: the child's end of the way."""

    def __init__(self, signals: Signals) -> None:
        self.listening = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.listening.setblocking(False)
        self.https, self.handed = sockets.handed_pair()
        way, self.theirs = sockets.handed_pair()
        self.child: Child | None = Child(Spec("webui", "webui.app", sleeps=True), {})
        self.now, self.home, self.alone, self.signals = 1000.0, True, False, signals
        self.door = WebDoor(
            lambda: [self.listening], self.handed, (way, self.theirs), lambda _: self.home, "", lambda: self.alone,
            lambda: self.now,
        )  # fmt: skip
        self._socks = [self.listening, self.https, self.handed, way, self.theirs]

    def turn(self, seconds: float = 0.0) -> None:
        """As the supervisor does; then what has come is handled."""
        self.now += seconds
        for _ in range(3):
            self.door.turn(self.child, self.signals, self.now)
            self.signals.wait(0.0)
        self.door.turn(self.child, self.signals, self.now)

    def sleeps(self) -> None:
        assert self.child is not None
        self.child.process, self.child.asleep = None, True
        self.turn()

    def starts(self) -> None:
        assert self.child is not None
        self.child.asleep, self.child.process = False, Forked(4711)
        self.turn()

    def is_up(self) -> None:
        self.theirs.send(web_way.ready_word(4711))
        self.turn()

    def connect(self, data: bytes = b"") -> socket.socket:
        sock = socket.create_connection(self.listening.getsockname()[:2], HANG_SECONDS)
        sock.sendall(data)
        return sock

    def over_https(self, data: bytes) -> socket.socket:
        """As the process that ends TLS hands one over."""
        ours, theirs = socket.socketpair()
        ours.settimeout(HANG_SECONDS)
        ours.sendall(data)
        socket.send_fds(self.https, [b"192.168.1.9 4711"], [theirs.fileno()])
        theirs.close()
        return ours

    def given(self) -> list[tuple[bytes, bytes]]:
        """What the child gets: (word, what can be read of the connection)."""
        got = []
        while True:
            try:
                word, fds, _, _ = socket.recv_fds(self.theirs, web_way.MAX_WORD, 1)
            except BlockingIOError:
                return got
            with closing(socket.socket(fileno=fds[0])) as sock:
                sock.setblocking(False)
                try:
                    got.append((word, sock.recv(1000)))
                except BlockingIOError:
                    got.append((word, b""))

    def close(self) -> None:
        self.door.close()
        for sock in self._socks:
            sock.close()


@pytest.fixture
def house() -> Iterator[House]:
    with Signals(lambda _: None) as signals:
        made = House(signals)
        yield made
        made.close()


def all_of(sock: socket.socket) -> bytes:
    data = b""
    while more := sock.recv(4096):
        data += more
    return data


def test_who_asks_wakes_it_and_its_request_goes_there_whole(house: House) -> None:
    house.sleeps()
    with house.connect(POST), house.connect(PAGE):
        house.turn()
        assert house.child is not None and not house.child.asleep
        house.starts()
        assert house.given() == []
        house.is_up()
        assert sorted(house.given()) == [(b"tcp", PAGE), (b"tcp", POST)]
    assert house.door.due == math.inf


def test_who_says_nothing_wakes_nobody_and_is_let_go_of(house: House) -> None:
    house.sleeps()
    with house.connect() as silent:
        house.turn()
        house.turn(SILENT_SECONDS - 1)
        assert house.child is not None and house.child.asleep and house.door.due == house.now + 1
        house.turn(1)
        assert all_of(silent) == b"" and house.child.asleep
    assert house.door.due == math.inf
    house.connect().close()  # a scanner, which leaves at once
    house.turn()
    assert house.child.asleep and house.door.due == math.inf


def test_what_is_no_request_wakes_nobody(house: House) -> None:
    house.sleeps()
    with house.connect(b"\x16\x03\x01\x02\0") as scanner:
        house.turn()
        assert all_of(scanner).startswith(b"HTTP/1.1 400 ")
    assert house.child is not None and house.child.asleep and house.door.due == math.inf


def test_who_says_nothing_at_first_wakes_it_as_soon_as_it_asks(house: House) -> None:
    house.sleeps()
    with house.connect() as slow:
        house.turn()
        slow.sendall(PAGE)
        house.turn(5)
        assert house.child is not None and not house.child.asleep


def test_more_who_say_nothing_than_can_wait_here_wake_it(house: House) -> None:
    house.sleeps()
    silent = [house.connect() for _ in range(MAX_GUESTS + 10)]
    for _ in range(8):
        house.turn()
    assert house.child is not None and not house.child.asleep
    house.starts()
    house.is_up()
    assert len(house.given()) == MAX_GUESTS  # the others wait in the backlog, which is the child's own
    for sock in silent:
        sock.close()


def test_a_quick_start_shows_nothing_and_a_late_one_a_page_to_who_looks(house: House) -> None:
    house.sleeps()
    with house.connect(PAGE) as browser, house.connect(POST) as program:
        house.turn()
        house.starts()
        assert house.door.due == house.now + LATE_SECONDS
        house.turn(LATE_SECONDS - 0.1)
        browser.setblocking(False)
        with pytest.raises(BlockingIOError):
            browser.recv(1)
        browser.settimeout(HANG_SECONDS)
        house.turn(0.1)
        answer = all_of(browser)
        assert answer.startswith(b"HTTP/1.1 503 ") and b"refresh: 2" in answer and b"The pages are starting." in answer
        with house.connect(PAGE) as another:
            house.turn()
            assert b"The pages are starting." in all_of(another)
        house.is_up()
        assert house.given() == [(b"tcp", POST)]
        program.close()


def test_a_stranger_gets_its_answer_from_the_process(house: House) -> None:
    house.home = False
    house.sleeps()
    with house.connect(PAGE):
        house.turn()
        house.starts()
        house.turn(LATE_SECONDS)
        house.is_up()
        assert house.given() == [(b"tcp", PAGE)]


def test_who_asks_over_https_wakes_it_and_is_told_that_it_is_heard(house: House) -> None:
    house.sleeps()
    with closing(house.over_https(POST)) as asked:
        house.turn()
        assert asked.recv(100) == HAVE_IT
        assert house.child is not None and not house.child.asleep
        house.starts()
        house.is_up()
        assert house.given() == [(b"192.168.1.9 4711", POST)]
    house.sleeps()
    with closing(house.over_https(PAGE)) as looked_at:
        house.turn()
        house.starts()
        house.turn(LATE_SECONDS)
        assert all_of(looked_at).startswith(HAVE_IT + b"HTTP/1.1 503 ")


def test_what_it_gives_back_as_it_falls_asleep_is_taken_and_comes_back_to_it(house: House) -> None:
    house.starts()
    house.is_up()
    with house.connect() as kept_alive:
        accepted, _ = house.listening.accept()
        socket.send_fds(house.theirs, [web_way.TCP], [accepted.fileno()])
        accepted.close()
        house.sleeps()
        kept_alive.sendall(POST)
        house.turn()
        assert house.child is not None and not house.child.asleep
        house.starts()
        house.is_up()
        assert house.given() == [(b"tcp", POST)]


def test_what_it_gives_back_before_it_has_ended_does_not_go_to_it_again(house: House) -> None:
    house.starts()
    house.is_up()
    with house.connect(POST):
        accepted, _ = house.listening.accept()
        socket.send_fds(house.theirs, [web_way.TCP], [accepted.fileno()])
        accepted.close()
        house.turn()
        assert house.given() == []
        house.sleeps()
        assert house.child is not None and not house.child.asleep


def test_what_was_handed_over_and_not_taken_any_more_is_taken_back(house: House) -> None:
    house.starts()
    with house.connect(POST), closing(house.over_https(POST)):
        house.turn(LATE_SECONDS)
        house.is_up()  # both are on the way, and it ends
        house.sleeps()
        assert house.child is not None and not house.child.asleep
        house.starts()
        house.is_up()
        assert sorted(house.given()) == [(b"192.168.1.9 4711", POST), (b"tcp", POST)]


def test_the_word_of_a_process_from_before_is_not_taken_for_this_ones(house: House) -> None:
    house.starts()
    house.theirs.send(web_way.ready_word(1))
    house.turn(LATE_SECONDS)
    with house.connect(PAGE) as browser:
        house.turn()
        assert b"503" in all_of(browser)


def test_of_one_that_ends_again_and_again_the_page_says_what_to_do(house: House) -> None:
    assert house.child is not None
    for _ in range(RESTARTS_REPORTED):
        house.child.failed_to_start(house.now)
    house.turn()
    house.turn(LATE_SECONDS)
    with house.connect(PAGE) as browser, house.connect(POST) as program:
        house.turn()
        assert b"telltale doctor" in all_of(browser)
        for _ in range(RESTARTS_REPORTED):
            house.child.failed_to_start(house.now + KEPT_SECONDS)
        house.turn(KEPT_SECONDS)
        answer = all_of(program)
        assert answer.startswith(b"HTTP/1.1 503 ") and b"text/plain" in answer and house.given() == []


def test_before_it_is_one_of_the_children_the_page_says_what_the_house_does(house: House) -> None:
    child, house.child = house.child, None
    house.turn()
    house.turn(LATE_SECONDS)
    with house.connect(PAGE) as browser:
        house.turn()
        assert b"Telltale is starting." in all_of(browser)
    house.alone = True
    with house.connect(PAGE) as browser:
        house.turn()
        assert b"state directory" in all_of(browser)
    house.child = child
    house.starts()
    house.is_up()
    assert house.door.due == math.inf


def test_without_a_descriptor_left_it_waits_and_does_not_spin(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    class NoMore:
        def fileno(self) -> int:
            return house.listening.fileno()

        def accept(self) -> None:
            raise OSError(24, "Too many open files")

    monkeypatch.setattr(house.door, "_listening", lambda: [NoMore()])
    house.sleeps()
    with house.connect(PAGE):
        house.turn()
        assert house.door.due == house.now + web_door.AGAIN_SECONDS
        assert house.listening.fileno() not in house.door._entrances
        monkeypatch.setattr(house.door, "_listening", lambda: [house.listening])
        house.turn(web_door.AGAIN_SECONDS)
        assert house.child is not None and not house.child.asleep


class Life:
    """What may happen to a house, in any order. `asking`: who asked what; `taken`: what children got, how often."""

    def __init__(self, house: House) -> None:
        self.house, self.number = house, 0
        self.asking: dict[socket.socket, bytes] = {}
        self.silent: list[socket.socket] = []
        self.taken: Counter[bytes] = Counter()

    def post(self) -> None:
        self._ask(POST)

    def page(self) -> None:
        self._ask(PAGE)

    def https(self) -> None:
        data = self._marked(POST)
        self.asking[self.house.over_https(data)] = data

    def say_nothing(self) -> None:
        self.silent.append(self.house.connect())

    def sleep(self) -> None:
        if self._child.running:
            self.house.sleeps()

    def crash(self) -> None:
        self._child.process = None

    def start(self) -> None:
        if not self._child.running:
            self.house.starts()

    def be_up(self) -> None:
        if self._child.running:
            self.house.is_up()
            self.taken.update(data for _, data in self.house.given() if data)

    def fall_asleep_with_messages(self) -> None:
        """What is handed over is not taken any more."""
        if self._child.running:
            self.house.is_up()
            self.house.sleeps()

    def pass_some_time(self) -> None:
        self.house.turn(LATE_SECONDS)

    def pass_long(self) -> None:
        self.house.turn(KEPT_SECONDS)

    def end(self) -> None:
        """With a child that takes all, also what waits where it can take it itself."""
        for event in (self.start, self.be_up, self.be_up):
            event()
            self.house.turn()
        with suppress(BlockingIOError):
            while True:
                with closing(self.house.listening.accept()[0]) as sock:
                    sock.setblocking(False)
                    with suppress(BlockingIOError):
                        self.taken.update([sock.recv(1000)])
        with suppress(BlockingIOError):
            while True:
                _, fds, _, _ = socket.recv_fds(self.house.handed, web_way.MAX_WORD, 1)
                with closing(socket.socket(fileno=fds[0])) as sock:
                    self.taken.update([sock.recv(1000)])
        self.house.close()
        for sock in self.silent:
            sock.close()

    @property
    def _child(self) -> Child:
        assert self.house.child is not None
        return self.house.child

    def _ask(self, request: bytes) -> None:
        data = self._marked(request)
        self.asking[self.house.connect(data)] = data

    def _marked(self, request: bytes) -> bytes:
        self.number += 1
        return request.replace(b"Host: telltale", b"Host: telltale%d" % self.number)


EVENTS = (Life.post, Life.page, Life.https, Life.say_nothing, Life.sleep, Life.crash, Life.start, Life.be_up,
          Life.fall_asleep_with_messages, Life.pass_some_time, Life.pass_long)  # fmt: skip


@settings(max_examples=examples(60), deadline=None)
@given(st.lists(st.sampled_from(EVENTS), max_size=40))
def test_whatever_happens_each_who_asks_is_handed_over_once_or_answered(events: list[Callable[[Life], None]]) -> None:
    with Signals(lambda _: None) as signals:
        life = Life(House(signals))
        life.house.turn()
        for event in events:
            event(life)
            life.house.turn()
        life.end()
    for client, request in life.asking.items():
        with client:
            client.settimeout(HANG_SECONDS)
            answer = all_of(client)
            while answer.startswith(HAVE_IT):
                answer = answer.removeprefix(HAVE_IT)
            assert life.taken[request] == (0 if answer.startswith(b"HTTP/1.1 503 ") else 1), (request, answer)
