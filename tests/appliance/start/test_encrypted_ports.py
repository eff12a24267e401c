# SPDX-License-Identifier: GPL-3.0-or-later
"""Which ports encrypted DNS takes, and what a house without them says."""

from __future__ import annotations

import socket
from contextlib import closing

import pytest

from appliance.process import sockets
from appliance.process.sockets import NoSuchAddress, PortBusy
from appliance.start import encrypted_ports
from store.config.settings import Settings

pytestmark = pytest.mark.process


def close(bound: encrypted_ports.EncryptedSockets) -> None:
    for socks in bound.socks.values():
        for sock in socks:
            sock.close()


def test_the_usual_ports_are_taken_unless_they_are_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encrypted_ports, "PORTS", dict.fromkeys(("dot", "https", "doq"), 0))
    monkeypatch.setattr(encrypted_ports, "EVERYWHERE", ("127.0.0.1",))
    bound = encrypted_ports.open_encrypted(Settings(), must_start=False)
    assert bound.bound.keys() == {"dot", "https"}
    close(bound)
    bound = encrypted_ports.open_encrypted(Settings(dot=("off",)), must_start=False)
    assert bound.bound.keys() == {"https"}
    close(bound)
    nobody = encrypted_ports.open_encrypted(Settings(dot=("off",), https=("off",)), must_start=False)
    assert not nobody.possible and not nobody.bound and not nobody.named


def test_one_on_which_nobody_listens_may_be_taken_by_another_program() -> None:
    """nginx, which was started after us, before there was ever a certificate."""
    with closing(sockets.bind_encrypted("https", ("127.0.0.1", 0))) as ours:
        with closing(socket.create_server(ours.getsockname())) as nginx:
            assert nginx.getsockname() == ours.getsockname()
            with pytest.raises(OSError, match="in use"):
                ours.listen()
        ours.listen()


def test_one_that_nobody_named_and_that_is_taken_is_missing_and_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as nginx:
        monkeypatch.setattr(encrypted_ports, "PORTS", {"https": nginx.getsockname()[1]})
        monkeypatch.setattr(encrypted_ports, "EVERYWHERE", ("127.0.0.1",))
        bound = encrypted_ports.open_encrypted(Settings(), must_start=False)
    assert not bound and bound.possible and not bound.named
    assert [each.setting for each in bound.missing] == ["https"]


def test_a_wish_is_bound_and_nobody_listens_yet() -> None:
    wanted = Settings(dot=("127.0.0.1:0",), https=("off",), doq=("127.0.0.1:0",))
    bound = encrypted_ports.open_encrypted(wanted, must_start=False)
    assert bound.bound.keys() == {"dot", "doq"}
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(bound.socks["dot"][0].getsockname())
    close(bound)


def test_a_port_that_is_taken_ends_a_first_start_and_is_told_at_a_later_one() -> None:
    with closing(sockets.bind_encrypted("dot", ("127.0.0.1", 0))) as other:
        other.listen()
        wanted = Settings(dot=(f"127.0.0.1:{other.getsockname()[1]}",), https=("off",))
        with pytest.raises(PortBusy):
            encrypted_ports.open_encrypted(wanted, must_start=False)
        bound = encrypted_ports.open_encrypted(wanted, must_start=True)
    assert not bound
    (missing,) = bound.missing
    assert "plain DNS" in missing.sentence and "tried again" in missing.sentence and bound.named == {"dot"}


def test_an_address_that_is_not_here_likewise() -> None:
    wanted = Settings(dot=("off",), https=("192.0.2.77:0",))
    with pytest.raises(NoSuchAddress):
        encrypted_ports.open_encrypted(wanted, must_start=False)
    bound = encrypted_ports.open_encrypted(wanted, must_start=True)
    assert [each.word for each in bound.missing] == ["https 192.0.2.77:0"]
