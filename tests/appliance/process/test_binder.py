# SPDX-License-Identifier: GPL-3.0-or-later
"""A process of its own binds what was busy at the start, once it is not, and keeps no other power."""

import json
import os
import select
import signal
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from ports import bound_pair, free_port
from seen_processes import children
from waiting import HANG_SECONDS, until

from appliance.process import binder
from appliance.process.binder import Binder
from store.base.pulse import is_stopped

pytestmark = pytest.mark.process


@pytest.fixture
def others() -> set[int]:
    """Children of this process that were there before."""
    return set(children(os.getpid()))


@pytest.fixture
def begun(others: set[int]) -> Iterator[Binder]:
    made = Binder.begin(dict(os.environ), None)
    assert made is not None
    made._sock.settimeout(HANG_SECONDS)
    yield made
    made._sock.close()
    for pid in set(children(os.getpid())) - others:
        assert os.waitpid(pid, 0)[1] == 0, "it ends by itself, and well"


def test_a_port_is_had_once_it_is_free(begun: Binder) -> None:
    udp, tcp, port = bound_pair("127.0.0.1", free_port())
    assert begun.dns(("127.0.0.1", port), 1) is None
    assert begun.web(("127.0.0.1", port)) is None
    udp.close()
    tcp.close()
    bound = begun.dns(("127.0.0.1", port), 3)
    assert bound is not None
    with closing(bound):
        assert bound.endpoints == [("127.0.0.1", port)] and len(bound.more_udp) == 2
        every = [*bound.udp, *bound.tcp, *(each for more in bound.more_udp for each in more)]
        assert {sock.getsockname()[1] for sock in every} == {port}
    web = begun.web(("127.0.0.1", port))
    assert web is not None
    web.close()


def test_nonsense_ends_nobody(begun: Binder) -> None:
    assert begun.web(("nowhere", 1)) is None
    assert begun.dns(("192.0.2.77", 53), 1) is None
    web = begun.web(("127.0.0.1", free_port()))
    assert web is not None
    web.close()


def test_an_answer_that_comes_too_late_is_no_answer_to_the_next_question(begun: Binder, others: set[int]) -> None:
    assert begun.web(("nowhere", 1)) is None  # it has begun
    (child,) = set(children(os.getpid())) - others
    os.kill(child, signal.SIGSTOP)
    until(lambda: is_stopped(child))
    begun._sock.settimeout(0.01)
    dns, web = ("127.0.0.1", free_port()), ("127.0.0.1", free_port())
    assert begun.dns(dns, 1) is None
    os.kill(child, signal.SIGCONT)
    begun._sock.settimeout(HANG_SECONDS)
    for number in range(2):
        if number:
            assert select.select([begun._sock], [], [], HANG_SECONDS)[0], "it comes after all"
        bound = begun.web(web)
        assert bound is not None
        with bound:
            assert (bound.type, bound.getsockname()) == (socket.SOCK_STREAM, web)
        begun._sock.send(json.dumps([0, "dns", *dns, 1]).encode())  # one more that nobody waits for
    assert select.select([begun._sock], [], [], HANG_SECONDS)[0]
    again = begun.dns(dns, 1)
    assert again is not None, "the port is free of what came late"
    again.close()


def test_a_supervisor_that_goes_without_an_answer_is_no_error(begun: Binder) -> None:
    begun._sock.send(json.dumps([1, "web", "nowhere", 1, 1]).encode())
    assert select.select([begun._sock], [], [], HANG_SECONDS)[0]  # and it is not read


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has powers to keep or to give up")
def test_it_keeps_the_power_to_bind_and_no_other(begun: Binder, others: set[int]) -> None:
    assert begun.web(("nowhere", 1)) is None  # it has begun
    (child,) = set(children(os.getpid())) - others
    lines = Path(f"/proc/{child}/status").read_text().splitlines()
    powers = {line.split()[1] for line in lines if line.startswith(("CapEff", "CapPrm", "CapBnd"))}
    assert powers == {f"{1 << 10:016x}"}


def test_answers_are_sockets_or_a_complaint() -> None:
    (sock,) = binder.answer("web", "127.0.0.1", 0, 1)
    sock.close()
