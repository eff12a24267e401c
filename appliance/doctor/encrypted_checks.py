# SPDX-License-Identifier: GPL-3.0-or-later
"""What the doctor looks at of encrypted DNS: its certificate, and whether clients are served, asked as one of them."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator
from pathlib import Path

from appliance.doctor.examined import BAD, OK, WARNING, Finding
from appliance.doctor.observation import Observation
from network import own_addresses
from resolver.answer.local_names import health_name
from store.base.process_status import CertificateStatus
from store.base.sentences import say
from store.certificates import certificate_files, certificate_state, certificate_words
from store.certificates.certificate_files import CA, Source
from store.config.endpoints import parse_endpoint
from wire import stub
from wire.types import A

PART = "encrypted DNS"
SECONDS = 4.0
USUAL = {"dot": 853, "https": 443}
TITLES = {"dot": say("DNS over TLS"), "https": say("DNS over HTTPS")}


def certificate(seen: Observation) -> Iterator[Finding]:
    """What it is; where there is none, nobody is told of it: a home may do without."""
    stands = certificate_state.look(seen.state, seen.settings, seen.now)
    if not stands.source:
        return
    if not stands.faults:
        yield Finding(PART, OK, certificate_words.headline(stands))
    for fault in stands.faults:
        yield Finding(PART, BAD if fault.bad else WARNING, fault.sentence, fault.cure)


def reached(seen: Observation) -> Iterator[Finding]:
    """Connect to each port under this machine's address in the home, shake hands, and look at name and chain."""
    encrypted = seen.live.encrypted
    if encrypted is None or not encrypted.serving:
        return
    stands = certificate_state.look(seen.state, seen.settings, seen.now)
    here = own_addresses.way_out()
    for kind, usual in USUAL.items():
        endpoints = encrypted.bound.get(kind, ())
        if endpoints:
            host, port = parse_endpoint(endpoints[0], usual)
            address = str(here or "127.0.0.1") if host in ("0.0.0.0", "::") else host  # noqa: S104 - compared
            yield _shaken(seen.state, stands, kind, address, port, seen.settings.own_name)


def _shaken(
    state: Path, stands: CertificateStatus, kind: str, address: str, port: int, own_name: str
) -> Finding:
    values = {"what": TITLES[kind], "address": address, "port": port}
    try:
        context = _client(state, stands)
        with socket.create_connection((address, port), SECONDS) as raw:
            raw.settimeout(SECONDS)
            with context.wrap_socket(raw, server_hostname=stands.server_name) as connection:
                if kind == "dot" and not _answers(connection, own_name):
                    return Finding(PART, BAD, say("{what} on {address}, port {port}, answers no question.", **values),
                                   say("Its last lines in the log may say why; restart Telltale."))  # fmt: skip
    except ssl.SSLCertVerificationError as error:
        text = say("A client refuses the certificate of {what} on {address}, port {port}: {why}.", **values,
                   why=error.verify_message.rstrip("."))  # fmt: skip
        return Finding(PART, BAD, text, say("`telltale certificate` says what it holds; docs/encrypted.md what to do."))
    except OSError as error:
        why = error.strerror or str(error)
        text = say("{what} is not reached on {address}, port {port}: {why}.", **values, why=why)
        return Finding(PART, BAD, text, say("Look whether a firewall on this machine closes the port."))
    return Finding(PART, OK, say("{what} on {address}, port {port}, is served as a client wants it.", **values))


def _client(state: Path, stands: CertificateStatus) -> ssl.SSLContext:
    """As a device has it that was set up: the system's authorities, and the home's where that signed."""
    context = ssl.create_default_context()
    if stands.source == Source.HOME:
        context.load_verify_locations(certificate_files.folder(state) / CA)
    return context


def _answers(connection: ssl.SSLSocket, own_name: str) -> bool:
    query = stub.build(health_name(own_name), A)
    connection.sendall(len(query).to_bytes(2, "big") + query)
    end = time.monotonic() + SECONDS
    data = b""
    while len(data) < 4 and time.monotonic() < end:
        part = connection.recv(4 - len(data))
        if not part:
            return False
        data += part
    return data[2:4] == query[:2]


CHECKS = (certificate, reached)
