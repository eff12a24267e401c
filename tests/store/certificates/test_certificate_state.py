# SPDX-License-Identifier: GPL-3.0-or-later
"""The certificate in force as pages, commands and health are told of it."""

import sys
import time
from pathlib import Path

import pytest
from made_certificates import NOW, Made, made

from store.base import status
from store.certificates import certificate_files, certificate_state, home_certificate
from store.config.known_settings import Settings


def brought(state: Path, pair: Made) -> None:
    certificate_files.write(state, certificate_files.OWN, pair.key + pair.pem)


def test_there_is_none(tmp_path: Path) -> None:
    found = certificate_state.look(tmp_path, Settings(), NOW)
    assert (found.source, found.server_name, found.faults, found.usable) == ("", "telltale.home.arpa", (), False)


def test_the_homes_own(tmp_path: Path) -> None:
    home_certificate.make(tmp_path, Settings(), NOW)
    found = certificate_state.look(tmp_path, Settings(), NOW)
    assert (found.source, found.server_name, found.wildcard, found.usable) == ("home", "telltale.home.arpa", True, True)
    assert len(found.authority_fingerprint) == 64 and found.authority_until > found.until and not found.faults
    assert not certificate_state.look(tmp_path, Settings(), NOW + 500 * 86_400).usable


@pytest.mark.parametrize(("names", "server_name", "wildcard"), [
    (("dns.example.net",), "dns.example.net", False),
    (("dns.example.net", "*.dns.example.net"), "dns.example.net", True),
    (("*.example.net",), "telltale.example.net", False),
    (("example.net", "*.example.net"), "example.net", True),
    (("telltale.home.arpa", "a.example.net"), "telltale.home.arpa", False),
])  # fmt: skip
def test_the_name_to_tell_clients(tmp_path: Path, names: tuple[str, ...], server_name: str, wildcard: bool) -> None:
    brought(tmp_path, made(names=names))
    found = certificate_state.look(tmp_path, Settings(), NOW)
    assert (found.source, found.server_name, found.wildcard) == ("own", server_name, wildcard)


def test_what_cannot_be_read_is_a_fault(tmp_path: Path) -> None:
    chosen = Settings(certificate=str(tmp_path / "c.pem"))
    found = certificate_state.look(tmp_path, chosen, NOW)
    assert [(fault.id, fault.bad) for fault in found.faults] == [("unreadable", True)] and not found.usable
    assert "not there" in found.faults[0].sentence


def test_without_the_library_a_certificate_is_used_unseen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    brought(tmp_path, made())
    monkeypatch.delitem(sys.modules, "store.certificates.reading", raising=False)
    monkeypatch.setitem(sys.modules, "cryptography", None)
    found = certificate_state.look(tmp_path, Settings(), NOW)
    assert [(fault.id, fault.bad) for fault in found.faults] == [("library", False)] and found.usable


def test_what_was_looked_at_holds_while_the_files_are_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    brought(tmp_path, made(begin=time.time() - 60))
    published = certificate_state.publish(tmp_path, tmp_path, Settings(), time.time())
    looks: list[Path] = []
    look = certificate_state.look
    monkeypatch.setattr(certificate_state, "look", lambda state, *rest: looks.append(state) or look(state, *rest))
    known = certificate_state.current(tmp_path, tmp_path, Settings(), time.time())
    assert (known.names, known.seen, looks) == (published.names, published.seen, [])
    brought(tmp_path, made(names=("other.example.net",), begin=time.time() - 60))
    assert certificate_state.current(tmp_path, tmp_path, Settings(), time.time()).names == ("other.example.net",)
    assert looks == [tmp_path]
    assert status.read(tmp_path).certificate is not None


@pytest.mark.parametrize(("name", "outside"), [
    ("dns.example.net", True), ("telltale.home.arpa", False), ("telltale", False), ("telltale.lan", False),
])  # fmt: skip
def test_whether_devices_find_the_name_away_from_home(name: str, outside: bool) -> None:
    assert certificate_state.is_reached_from_outside(name) is outside
