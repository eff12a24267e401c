# SPDX-License-Identifier: GPL-3.0-or-later
"""A client that knows nothing but the address for plain DNS finds the encrypted ways by itself (RFC 9462): dnspython,
which looks whether the certificate holds the address that it asked.
"""

from __future__ import annotations

import time

import dns.nameserver
import dns.resolver
import pytest
from encrypted_house import EncryptedHouse
from waiting import HANG_SECONDS, until

from store.certificates import certificate_state
from store.config.settings import Settings
from store.log.records import Transport

pytestmark = pytest.mark.process
ENCRYPTED = (dns.nameserver.DoHNameserver, dns.nameserver.DoTNameserver)


def found(encrypted: EncryptedHouse) -> dns.resolver.Resolver:
    """A client that has asked for its designated resolvers."""
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = ["127.0.0.1"], encrypted.worker.port
    resolver.try_ddr()
    return resolver


def test_it_asks_encrypted_from_then_on(encrypted: EncryptedHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate_state.publish(encrypted.state, encrypted.run, Settings(), time.time())
    monkeypatch.setenv("SSL_CERT_FILE", str(encrypted.authority))
    tried = list[dns.resolver.Resolver]()
    until(lambda: tried.append(found(encrypted)) or not isinstance(tried[-1].nameservers[0], str))
    resolver = tried[-1]
    resolver.lifetime = resolver.timeout = HANG_SECONDS
    assert all(isinstance(server, ENCRYPTED) for server in resolver.nameservers)
    assert str(resolver.resolve("found.example", "A")[0]) == "192.0.2.1"
    assert encrypted.worker.key_of("found.example").transport in (Transport.DOT, Transport.DOH)


def test_who_does_not_trust_the_home_goes_on_as_before(encrypted: EncryptedHouse) -> None:
    certificate_state.publish(encrypted.state, encrypted.run, Settings(), time.time())
    assert found(encrypted).nameservers == ["127.0.0.1"]
