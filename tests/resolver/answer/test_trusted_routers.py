# SPDX-License-Identifier: GPL-3.0-or-later
"""A trusted router's queries get the seats of its devices; nobody else's options count."""

from __future__ import annotations

import struct
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from dnslib import EDNS0, DNSRecord, EDNSOption

from resolver.answer.pipeline import Resolver
from resolver.answer.snapshot import build
from store.base import db
from store.config import edit
from store.devices import device_edits, sightings_store

pytestmark = pytest.mark.database

ROUTER, KID, KID_MAC, TV = "192.168.1.1", "192.168.1.20", "ac:bb:cc:00:11:22", "192.168.1.21"
NEW_MAC = "ac:bb:cc:00:11:99"


def ask(*options: tuple[int, bytes]) -> bytes:
    question = DNSRecord.question("games.example")
    question.add_ar(EDNS0(opts=[EDNSOption(*option) for option in options]))
    return bytes(question.pack())


def mac(text: str = KID_MAC) -> tuple[int, bytes]:
    return 65001, bytes.fromhex(text.replace(":", ""))


def subnet(text: str, bits: int = 32) -> tuple[int, bytes]:
    return 8, struct.pack("!HBB", 1, bits, 0) + bytes(map(int, text.split(".")))


class Records:
    """What was noted."""

    def __init__(self) -> None:
        self.clients: list[str] = []

    def note(self, now_us: int, client: str, key: Any, duration_us: int) -> None:
        self.clients.append(client)


class Replies:
    limit, stream, private = 1232, False, False
    transport, memo = 1, b""

    def __init__(self) -> None:
        self.sent: list[bytes] = []

    def send(self, response: bytes, address: Any) -> None:
        self.sent.append(response)

    def drop(self) -> None:
        """Nothing waits."""


class Nobody:
    """A forwarder that answers nobody."""

    all_down = False

    def exchange(self, *given: Any) -> None:
        """It is never over."""


@pytest.fixture
def resolver(state: Path) -> Callable[..., Resolver]:
    with closing(db.connect(state / "config.db")) as con:
        kid = sightings_store.sighted(con, KID, KID_MAC)
        sightings_store.sighted(con, TV, "ac:bb:cc:00:11:33")
    edit.add_rule(edit.engine(state), "block", "games.example", scope=f"device:{kid}")

    def made(**variables: str) -> Resolver:
        from resolver.kept.cache import Cache

        return Resolver(build(state, variables), Cache(10, 1 << 20), Nobody(), Records())  # type: ignore[arg-type]

    return made


def outcome(resolver: Resolver, packet: bytes, client: str) -> tuple[bool, str]:
    """Whether it was blocked, and who was noted."""
    replies = Replies()
    resolver.recorder.clients.clear()  # type: ignore[attr-defined]
    resolver.resolve(packet, client, 0, replies, None)
    noted = resolver.recorder.clients  # type: ignore[attr-defined]
    return bool(replies.sent), noted[0] if noted else ""


@pytest.mark.parametrize(
    ("options", "blocked", "noted"),
    [
        ([mac()], True, f"{KID_MAC}@{KID_MAC}"),
        ([mac(), subnet(KID)], True, f"{KID}@{KID_MAC}"),
        ([subnet(KID)], True, f"{KID}@"),
        ([mac(), subnet(TV)], True, f"{TV}@{KID_MAC}"),  # the address was another's until now: the MAC tells more
        ([mac(), subnet("8.8.8.8")], True, f"{KID_MAC}@{KID_MAC}"),
        ([mac(), subnet("127.0.0.1")], True, f"{KID_MAC}@{KID_MAC}"),
        ([mac(NEW_MAC)], False, ""), ([subnet(TV)], False, ""), ([], False, ""), ([(10, bytes(8))], False, ""),
    ],
)  # fmt: skip
def test_a_query_of_a_trusted_router_is_its_devices(
    resolver: Callable[..., Resolver], options: list[tuple[int, bytes]], blocked: bool, noted: str
) -> None:
    made = resolver(TELLTALE_TRUSTED_ROUTERS=ROUTER)
    assert outcome(made, ask(*options), ROUTER) == (blocked, noted)
    assert outcome(made, ask(*options), ROUTER) == (blocked, noted), "nor from a memo"
    assert not any(seat.memo for seat in made.snapshot.by_client.values())


@pytest.mark.parametrize("trusted", ["", "192.168.1.2", "fd00::/8"])
def test_the_options_of_a_stranger_count_for_nothing(resolver: Callable[..., Resolver], trusted: str) -> None:
    made = resolver(**({"TELLTALE_TRUSTED_ROUTERS": trusted} if trusted else {}))
    assert outcome(made, ask(mac(), subnet(KID)), ROUTER) == (False, "")
    assert outcome(made, ask(mac(NEW_MAC), subnet(TV)), KID) == (True, KID), "nobody gets out of their own rules"


def test_the_router_itself_and_devices_behind_it_share_no_seat(resolver: Callable[..., Resolver]) -> None:
    made = resolver(TELLTALE_TRUSTED_ROUTERS="192.168.1.0/30")
    assert outcome(made, ask(), ROUTER) == (False, "")
    assert outcome(made, ask(mac()), ROUTER)[0] and not outcome(made, ask(), ROUTER)[0]


def test_an_address_given_by_hand_holds_with_the_first_query(resolver: Callable[..., Resolver], state: Path) -> None:
    device_edits.set_networks(edit.engine(state), 1, ["10.5.0.0/16"])
    made = resolver(TELLTALE_TRUSTED_ROUTERS=ROUTER)
    assert outcome(made, ask(), "10.5.7.7") == (True, "10.5.7.7") and outcome(made, ask(), "10.6.7.7") == (False, "")
    assert outcome(made, ask(subnet("10.5.7.8")), ROUTER) == (True, "10.5.7.8@")
