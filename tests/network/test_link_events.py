# SPDX-License-Identifier: GPL-3.0-or-later
"""A change of addresses, links or routes is told, in a real namespace; nothing else is."""

from __future__ import annotations

import select
import socket
import struct
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from namespaces import Namespace
from waiting import until

from network.link_events import LinkEvents, is_news


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


def test_what_stays_as_it_is_is_no_change(alone: Namespace, events: LinkEvents) -> None:
    """As each advertisement of a router renews the lifetimes of addresses."""

    def heard_after(words: str) -> bool:
        alone.run("ip", *words.split())
        until(lambda: select.select([events], [], [], 0)[0])
        heard = events.heard()
        while select.select([events], [], [], 0)[0]:
            heard |= events.heard()
        return heard

    # On a link that stays down, and of IPv4: the kernel has told all of it before the command ends.
    lives, longer = "valid_lft 600 preferred_lft 300", "valid_lft 900 preferred_lft 450"
    for address in ("192.0.2.1/32", "192.0.2.2/32"):
        assert heard_after(f"address add {address} dev lo {lives}")
        assert not heard_after(f"address change {address} dev lo {longer}")
    assert heard_after("address change 192.0.2.1/32 dev lo valid_lft 900 preferred_lft 0"), "it is deprecated"
    assert heard_after("address delete 192.0.2.2/32 dev lo")
    assert heard_after(f"address add 192.0.2.2/32 dev lo {lives}"), "it was gone"
    alone.ip("link set lo up")
    assert heard_after("route add 10.0.0.0/8 dev lo src 192.0.2.1")
    assert heard_after("route replace 10.0.0.0/8 dev lo src 192.0.2.2")
    assert heard_after("route replace 10.0.0.0/8 dev lo src 192.0.2.1"), "what takes another's place is told alone"


@given(st.lists(st.binary(max_size=80), max_size=5), st.sampled_from((16, 17, 20, 21, 24, 25, 99)), st.integers(0, 300))
def test_whatever_comes_is_read_to_its_end(bodies: list[bytes], kind: int, cut: int) -> None:
    parts = [struct.pack("=IHHII", 16 + len(body), kind, 0, 0, 0) + body + bytes(-len(body) % 4) for body in bodies]
    known: dict[bytes, bytes] = {}
    is_news(b"".join(parts)[:cut], known)
    for part, body in zip(parts, bodies, strict=True):
        is_news(part, known)
        assert is_news(part, known) == (kind not in (16, 20) or len(body) < {16: 16, 20: 8}[kind])


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
