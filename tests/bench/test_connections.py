# SPDX-License-Identifier: GPL-3.0-or-later
"""An upstream over TLS and HTTPS for the bench, and what connections to it are found to take."""

import asyncio
import shutil
from pathlib import Path

import pytest

from bench import connections
from bench.encrypted import EncryptedUpstream
from resolver.transport import tls

pytestmark = pytest.mark.process


def test_connections_are_weighed_when_each_has_carried_an_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not shutil.which("unbound"):
        pytest.skip("needs unbound")
    upstream = EncryptedUpstream(tmp_path / "upstream", [])
    monkeypatch.setenv("SSL_CERT_FILE", str(upstream.authority))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "none"))
    tls.context.cache_clear()
    try:
        upstream.start()
        for spec in upstream.specs.values():
            assert 0 < asyncio.run(connections.measure(spec, 40)) < 1000
        with pytest.raises(OSError, match="did not answer"):
            asyncio.run(connections.measure(upstream.specs["tls"].replace("dns.bench", "other.bench"), 1))
    finally:
        upstream.remove()
        tls.context.cache_clear()
