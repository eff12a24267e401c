# SPDX-License-Identifier: GPL-3.0-or-later
"""Connections have the time that a busy machine takes for them; where they are not to have it, the test says so."""

from dataclasses import replace

import pytest
from waiting import HANG_SECONDS

from resolver.transport.doh import HttpsTransport
from resolver.transport.dot import TlsTransport
from resolver.transport.tcp import TcpTransport


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    for transport in (TcpTransport, TlsTransport, HttpsTransport):
        monkeypatch.setattr(transport, "limits", replace(transport.limits, connect_seconds=HANG_SECONDS))
