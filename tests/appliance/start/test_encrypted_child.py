# SPDX-License-Identifier: GPL-3.0-or-later
"""Encrypted DNS begins with a certificate, whenever that is made, and says then what it cannot have."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from appliance.process import sockets
from appliance.process.children import Child, Spec
from appliance.process.sockets import DnsSockets
from appliance.start.encrypted_child import EncryptedChild
from appliance.start.inventory import House
from appliance.start.wanted_ports import Missing
from store.base import db
from store.base.sentences import say
from store.certificates import home_certificate
from store.config.settings import Settings

pytestmark = pytest.mark.process


class FakeSupervisor:
    """With the children that were added; none is started."""

    def __init__(self) -> None:
        self.children: list[Child] = []
        self.ready = True

    def answers(self) -> bool:
        return self.ready

    def add(self, specs: list[Spec]) -> None:
        self.children += [Child(spec, {}) for spec in specs]

    @property
    def roles(self) -> list[str]:
        return [child.spec.role for child in self.children]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    db.open_config(tmp_path)
    with closing(socket.socket()) as web, closing(sockets.bind_encrypted("dot", ("127.0.0.1", 0))) as dot:
        made = House(tmp_path, tmp_path, Settings(), DnsSockets(), web, ("127.0.0.1", 80))
        made.encrypted.add("dot", dot)
        yield made


def test_it_begins_with_a_certificate_made_later_and_without_a_restart(house: House) -> None:
    supervisor, child = FakeSupervisor(), EncryptedChild(house, {})
    house.encrypted.missing.append(Missing("https", ("127.0.0.1", 443), False, say("Port 443 is held by nginx.")))
    for _ in range(2):
        child.step(supervisor)  # type: ignore[arg-type]
    assert supervisor.roles == [] and not house.troubles
    home_certificate.make(house.state, Settings(), time.time())
    for _ in range(2):
        child.step(supervisor)  # type: ignore[arg-type]
    assert supervisor.roles == ["encrypted"] and "nginx" in house.troubles["https 127.0.0.1:443"]
    words = supervisor.children[0].spec.arguments
    assert words[words.index("--dot") + 1] == str(house.encrypted.socks["dot"][0].fileno())


def test_plain_dns_comes_first(house: House) -> None:
    supervisor, child = FakeSupervisor(), EncryptedChild(house, {})
    house.encrypted.named.add("dot")
    supervisor.ready = False
    child.step(supervisor)  # type: ignore[arg-type]
    assert supervisor.roles == []
    supervisor.ready = True
    child.step(supervisor)  # type: ignore[arg-type]
    assert supervisor.roles == ["encrypted"]


def test_dns_alone_is_without_it(house: House) -> None:
    supervisor, child = FakeSupervisor(), EncryptedChild(house, {})
    house.alone = house.certified = True
    child.step(supervisor)  # type: ignore[arg-type]
    assert supervisor.roles == []
