# SPDX-License-Identifier: GPL-3.0-or-later
"""Which ports encrypted DNS takes, and what a house without them says."""

from __future__ import annotations

import socket
import time
from contextlib import closing
from pathlib import Path

import pytest

from appliance.process import sockets
from appliance.process.sockets import NoSuchAddress, PortBusy
from appliance.start import encrypted_ports
from store.certificates import home_certificate
from store.config.settings import Settings

pytestmark = pytest.mark.process


def close(bound: encrypted_ports.EncryptedSockets) -> None:
    for socks in bound.socks.values():
        for sock in socks:
            sock.close()


def test_without_a_certificate_and_a_wish_there_is_none(tmp_path: Path) -> None:
    bound = encrypted_ports.open_encrypted(Settings(), tmp_path, must_start=False)
    assert not bound and not bound.bound


def test_with_a_certificate_the_usual_ports_are_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encrypted_ports, "PORTS", dict.fromkeys(("dot", "https", "doq"), 0))
    monkeypatch.setattr(encrypted_ports, "EVERYWHERE", ("127.0.0.1",))
    home_certificate.make(tmp_path, Settings(), time.time())
    bound = encrypted_ports.open_encrypted(Settings(), tmp_path, must_start=False)
    assert bound.bound.keys() == {"dot", "https"}
    close(bound)
    bound = encrypted_ports.open_encrypted(Settings(dot=("off",)), tmp_path, must_start=False)
    assert bound.bound.keys() == {"https"}
    close(bound)


def test_a_wish_is_bound_and_nobody_listens_yet(tmp_path: Path) -> None:
    wanted = Settings(dot=("127.0.0.1:0",), doq=("127.0.0.1:0",))
    bound = encrypted_ports.open_encrypted(wanted, tmp_path, must_start=False)
    assert bound.bound.keys() == {"dot", "doq"}
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(bound.socks["dot"][0].getsockname())
    close(bound)


def test_a_port_that_is_taken_ends_a_first_start_and_is_told_at_a_later_one(tmp_path: Path) -> None:
    with closing(sockets.bind_encrypted("dot", ("127.0.0.1", 0))) as other:
        other.listen()
        wanted = Settings(dot=(f"127.0.0.1:{other.getsockname()[1]}",))
        with pytest.raises(PortBusy):
            encrypted_ports.open_encrypted(wanted, tmp_path, must_start=False)
        bound = encrypted_ports.open_encrypted(wanted, tmp_path, must_start=True)
    assert not bound
    (sentence,) = bound.troubles.values()
    assert "plain DNS" in str(sentence)


def test_an_address_that_is_not_here_likewise(tmp_path: Path) -> None:
    wanted = Settings(https=("192.0.2.77:0",))
    with pytest.raises(NoSuchAddress):
        encrypted_ports.open_encrypted(wanted, tmp_path, must_start=False)
    bound = encrypted_ports.open_encrypted(wanted, tmp_path, must_start=True)
    assert list(bound.troubles) == ["https 192.0.2.77:0"]
