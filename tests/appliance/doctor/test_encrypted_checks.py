# SPDX-License-Identifier: GPL-3.0-or-later
"""The doctor connects as a client would, and says what that would be refused for."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from made_certificates import made
from ports import free_port
from waiting import HANG_SECONDS

from appliance.doctor import encrypted_checks
from appliance.doctor.examined import BAD, OK
from appliance.doctor.observation import Observation, observe
from store.base.helper_statuses import EncryptedStatus
from store.certificates import certificate_files, home_certificate
from store.certificates.server_context import server_context
from store.config.known_settings import Settings

pytestmark = pytest.mark.process


@pytest.fixture
def port(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Of a server of DNS over TLS with the certificate in force, which answers each question with its header."""
    monkeypatch.setattr(encrypted_checks, "SECONDS", HANG_SECONDS)
    home_certificate.make(tmp_path, Settings(), time.time())
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                raw = listening.accept()[0]
            except OSError:
                return
            files = certificate_files.in_force(tmp_path, Settings())
            assert files is not None
            with suppress(OSError), server_context(files, ("dot",)).wrap_socket(raw, server_side=True) as connection:
                query = connection.recv(4096)
                connection.sendall(query)

    thread = threading.Thread(target=serve)
    thread.start()
    yield listening.getsockname()[1]
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()
    thread.join()


def seen(state: Path, port: int) -> Observation:
    looked = observe(state, {})
    encrypted = EncryptedStatus(serving=True, bound={"dot": (f"127.0.0.1:{port}",)})
    return replace(looked, live=replace(looked.live, encrypted=encrypted))


def test_a_client_that_trusts_the_home_is_served(tmp_path: Path, port: int) -> None:
    (finding,) = encrypted_checks.reached(seen(tmp_path, port))
    assert finding.state == OK and f"port {port}" in finding.text
    (finding,) = encrypted_checks.certificate(seen(tmp_path, port))
    assert finding.state == OK and "made for this home" in finding.text


def test_what_a_client_refuses_is_told(tmp_path: Path, port: int) -> None:
    own = made(begin=time.time() - 60)
    certificate_files.write(tmp_path, certificate_files.OWN, own.key + own.pem)
    (finding,) = encrypted_checks.reached(seen(tmp_path, port))
    assert finding.state == BAD and "refuses the certificate" in finding.text


def test_a_port_that_nobody_answers_is_told(tmp_path: Path) -> None:
    home_certificate.make(tmp_path, Settings(), time.time())
    (finding,) = encrypted_checks.reached(seen(tmp_path, free_port()))
    assert finding.state == BAD and "not reached" in finding.text


def test_a_home_without_encrypted_dns_hears_nothing_of_it(tmp_path: Path) -> None:
    looked = observe(tmp_path, {})
    assert not list(encrypted_checks.certificate(looked)) and not list(encrypted_checks.reached(looked))
