# SPDX-License-Identifier: GPL-3.0-or-later
"""A change of addresses, links or routes is told, in a real namespace; nothing else is."""

from __future__ import annotations

import select
import socket
from collections.abc import Iterator

import pytest
from namespaces import Namespace
from waiting import until

from network.link_events import LinkEvents


@pytest.fixture
def events(alone: Namespace) -> Iterator[LinkEvents]:
    with alone.inside():
        made = LinkEvents()
    yield made
    made.close()
    made.close()
    assert made.fileno() == -1 and not made.heard()


def test_what_changes_is_told_once(alone: Namespace, events: LinkEvents) -> None:
    assert events.tells and not events.heard()
    for words in (
        "link add d0 type veth peer name d1", "link set d0 up", "address add 192.168.77.9/24 dev d0",
        "link set d1 up", "route add 10.0.0.0/8 via 192.168.77.1", "-6 address add fd00::1/64 dev d0 nodad",
        "link delete d0",
    ):  # fmt: skip
        alone.run("ip", *words.split())
        until(lambda: select.select([events], [], [], 0)[0])
        assert events.heard(), words
        while events.heard():
            pass


def test_more_than_is_taken_counts_as_a_change(alone: Namespace, events: LinkEvents) -> None:
    lines = [f"address add 10.1.{number // 250}.{number % 250}/32 dev lo" for number in range(2000)]
    alone.run("ip", "-batch", "-", stdin="\n".join(lines))
    assert events.heard()


def test_where_the_kernel_tells_nothing_nothing_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> socket.socket:
        raise OSError(97, "no netlink")

    monkeypatch.setattr(socket, "socket", refuse)
    events = LinkEvents()
    assert not events.tells and events.fileno() == -1 and not events.heard()
