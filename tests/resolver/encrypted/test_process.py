# SPDX-License-Identifier: GPL-3.0-or-later
"""The process as a whole: its certificate, its devices, its end, and who may not come in."""

from __future__ import annotations

import re
import ssl
import struct
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import dns.message
import pytest
from encrypted_house import NAME, EncryptedHouse
from scripted_upstream import ScriptedUpstream
from seen_processes import descriptors
from waiting import until

from store.base import db
from store.certificates import certificate_files, home_certificate
from store.config import edit
from store.config.settings import Settings
from store.local import device_word_edit
from store.log.batches import named_device

pytestmark = pytest.mark.process


@pytest.fixture(scope="module")
def phone(encrypted: EncryptedHouse) -> int:
    """A device with a name, whose address is nobody's here."""
    with closing(db.connect(encrypted.state / "config.db")) as con:
        con.execute("INSERT INTO device (id, name, first_seen) VALUES (7, 'Tom''s phone', 1)")
        con.execute("INSERT INTO client (address, device_id, first_seen) VALUES ('192.168.77.7', 7, 1)")
        con.commit()
    edit.add_rule(edit.engine(encrypted.state), "block", "forbidden.example", scope="device:7")
    encrypted.worker.wait_for_policy()
    return 7


def answered(encrypted: EncryptedHouse, name: str, word: str = "") -> str:
    answer = encrypted.ask(name, word)
    return str(answer.answer[0][0])


def test_a_device_is_known_by_the_name_that_it_connects_to(encrypted: EncryptedHouse, phone: int) -> None:
    word = device_word_edit.word_of(edit.engine(encrypted.state), phone)
    assert device_word_edit.word_of(edit.engine(encrypted.state), phone) == word
    until(lambda: answered(encrypted, "forbidden.example", word) == "0.0.0.0")
    for name in (word, word.upper(), "toms-phone"):
        assert answered(encrypted, "forbidden.example", name) == "0.0.0.0"
    assert answered(encrypted, "forbidden.example") == "192.0.2.1"
    assert answered(encrypted, "forbidden.example", "nobodys-word") == "192.0.2.1"


def test_the_record_says_which_device_it_was(encrypted: EncryptedHouse, phone: int) -> None:
    encrypted.ask("recorded.example", "toms-phone")
    while True:
        clients = [client for client, key, _ in encrypted.worker.rows(1) if key.name == "recorded.example"]
        if clients:
            break
    assert clients == ["127.0.0.1#7"]
    assert named_device(clients[0]) == phone


def test_a_new_certificate_is_used_and_cuts_nobody_off(encrypted: EncryptedHouse) -> None:
    before = ssl.get_server_certificate(("127.0.0.1", encrypted.ports["dot"]))
    with closing(encrypted.connect()) as sock:
        home_certificate.make(encrypted.state, Settings(), time.time())
        until(lambda: ssl.get_server_certificate(("127.0.0.1", encrypted.ports["dot"])) != before)
        packet = dns.message.make_query("still.example", "A").to_wire()
        sock.sendall(struct.pack("!H", len(packet)) + packet)
        assert sock.recv(2)
    assert encrypted.ask("new.example").answer


def test_a_bad_certificate_leaves_the_one_before_in_use_and_is_told(encrypted: EncryptedHouse) -> None:
    path = certificate_files.folder(encrypted.state) / certificate_files.HOME
    good = path.read_bytes()
    path.write_bytes(good[:300])
    until(lambda: bool(encrypted.status().error))
    assert encrypted.ask("still.example").answer
    path.write_bytes(good)
    until(lambda: not encrypted.status().error)


def test_one_that_is_killed_comes_again_and_plain_dns_never_stopped(encrypted: EncryptedHouse) -> None:
    with closing(encrypted.connect()) as sock:
        encrypted.kill()
        assert encrypted.worker.ask("plain.example").answer
        with pytest.raises((OSError, EOFError)):
            if not sock.recv(1):
                raise EOFError
    encrypted.start()
    assert encrypted.ask("again.example").answer


def listens_to_edits(pid: int) -> bool:
    """Whether its loop waits for what the kernel tells of files (epoll(7), /proc/PID/fdinfo)."""
    links, watched = descriptors(pid), ""
    for fd in (fd for fd, what in links.items() if "eventpoll" in what):
        with suppress(OSError):  # closed by now
            watched += Path(f"/proc/{pid}/fdinfo/{fd}").read_text()
    return any(re.search(rf"tfd:\s*{fd}\s", watched) for fd, what in links.items() if "inotify" in what)


def test_one_that_is_told_to_end_does_so_without_a_fault(encrypted: EncryptedHouse) -> None:
    until(lambda: listens_to_edits(encrypted.process.pid))
    before = len(encrypted.log)
    encrypted.process.terminate()
    encrypted._end()
    ending = "".join(encrypted.log[before:])  # a line of the tests before may come late
    assert encrypted.process.returncode == 0 and "exception" not in ending and "Traceback" not in ending
    encrypted.start()
    assert encrypted.ask("again.example").answer


@pytest.fixture
def waiting_house(tmp_path: Path) -> Iterator[EncryptedHouse]:
    for name in ("state", "run"):
        (tmp_path / name).mkdir()
    db.open_config(tmp_path / "state")
    with ScriptedUpstream() as upstream:
        house = EncryptedHouse(tmp_path / "state", tmp_path / "run", upstream.spec, certificate=False)
        yield house
        house.stop()


def test_without_a_certificate_nobody_listens_until_there_is_one(waiting_house: EncryptedHouse) -> None:
    house = waiting_house
    assert "certificate" in house.status().error
    with pytest.raises(ConnectionRefusedError):
        house.plain()
    home_certificate.make(house.state, Settings(), time.time())
    until(lambda: house.status().serving)
    assert house.ask("begun.example").answer
    assert house.connect(name=NAME).close() is None
