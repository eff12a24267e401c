# SPDX-License-Identifier: GPL-3.0-or-later
"""Who comes to the web port while the pages' process is not there: wakes it, waits for it, and loses nothing."""

from __future__ import annotations

import math
import select
import socket
from collections.abc import Iterator
from contextlib import closing

import pytest
from door_house import PAGE, POST, House, all_of
from waiting import HANG_SECONDS

from appliance.process import web_door
from appliance.process.children import RESTARTS_REPORTED
from appliance.process.signals import Signals
from appliance.process.web_door import BOUNDS, KEPT_SECONDS, LATE_SECONDS, MAX_GUESTS, SILENT_SECONDS
from store.base import web_way
from store.base.web_way import HAVE_IT

pytestmark = pytest.mark.process


@pytest.fixture
def house() -> Iterator[House]:
    with Signals(lambda _: None) as signals:
        made = House(signals)
        yield made
        made.close()


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
    silent = [house.connect(source=f"127.0.0.{number % 9 + 1}") for number in range(MAX_GUESTS + 10)]
    for _ in range(8):
        house.turn()
    assert house.child is not None and not house.child.asleep
    house.starts()
    house.is_up()
    assert len(house.given()) == MAX_GUESTS  # the others wait in the backlog, which is the child's own
    for sock in silent:
        sock.close()


def test_one_device_cannot_take_all_the_places_while_it_starts(house: House) -> None:
    house.sleeps()
    with house.connect(POST) as first:
        house.turn()
        house.starts()
        house.turn(LATE_SECONDS)
        greedy = [house.connect(POST, source="127.0.0.9") for _ in range(MAX_GUESTS + 10)]
        for _ in range(8):
            house.turn()
        with house.connect(POST) as another, house.connect(PAGE, source="127.0.0.9") as page:
            house.turn()
            assert b"The pages are starting." in all_of(page)  # a page takes no place
            refused = [sock for sock in greedy if select.select([sock], [], [], 0)[0]]
            assert all(all_of(sock).startswith(b"HTTP/1.1 503 ") for sock in refused)
            house.is_up()
            assert len(house.given()) == 2 + BOUNDS.client and len(refused) == len(greedy) - BOUNDS.client
        for sock in (first, another, *greedy):
            sock.close()


def test_one_device_that_says_nothing_wakes_nobody_and_still_gets_its_page(house: House) -> None:
    house.sleeps()
    silent = [house.connect() for _ in range(MAX_GUESTS + 10)]
    for _ in range(8):
        house.turn()
    assert house.child is not None and house.child.asleep
    with house.connect(PAGE):
        house.turn()
        assert not house.child.asleep
        house.starts()
        house.is_up()
        assert (b"tcp", PAGE) in house.given()
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


def test_as_the_house_ends_who_waits_is_told_to_come_again(house: House) -> None:
    """A restart takes as long as a start of the pages; what was cut off, nobody would try again."""
    house.sleeps()
    with house.connect(POST) as program, house.over_https(POST) as other, house.connect() as silent:
        house.turn()
        with house.connect(PAGE) as browser:
            house.starts()
            house.turn(LATE_SECONDS)
            assert all_of(browser).startswith(b"HTTP/1.1 503 ")
        house.door.close()
        assert all_of(program).startswith(b"HTTP/1.1 503 ") and all_of(silent) == b""
        assert all_of(other).removeprefix(HAVE_IT).startswith(b"HTTP/1.1 503 ")


def test_as_the_house_ends_whoever_looks_gets_a_page_that_comes_again(house: House) -> None:
    house.sleeps()
    with house.connect(PAGE) as browser:
        house.turn()
        house.door.close()
        assert b"\r\nrefresh: " in all_of(browser)


def test_without_a_descriptor_left_it_waits_and_does_not_spin(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    class NoMore:
        def fileno(self) -> int:
            return house.listening.fileno()

        def accept(self) -> None:
            raise OSError(24, "Too many open files")

    house.sleeps()
    silent = house.connect()
    house.turn()
    for sockets in ([], [NoMore()]):
        house.turn()
        monkeypatch.setattr(house.door, "_listening", lambda sockets=sockets: sockets)
    with house.connect(PAGE), silent:
        house.turn()
        assert all_of(silent) == b"", "it gave way"
        assert house.door.due == house.now + web_door.AGAIN_SECONDS
        assert house.listening.fileno() not in house.door._entrances
        monkeypatch.setattr(house.door, "_listening", lambda: [house.listening])
        house.turn(web_door.AGAIN_SECONDS)
        assert house.child is not None and not house.child.asleep


def test_who_has_asked_meanwhile_does_not_give_way(house: House) -> None:
    house.sleeps()
    with house.connect() as slow, house.connect() as silent:
        house.turn()
        slow.sendall(PAGE)
        house.door._shut(OSError(24, "Too many open files"))
        assert all_of(silent) == b"" and house.child is not None and not house.child.asleep
        house.starts()
        house.is_up()
        assert house.given() == [(b"tcp", PAGE)]
