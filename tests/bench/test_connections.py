# SPDX-License-Identifier: GPL-3.0-or-later
"""An upstream over TLS and HTTPS for the bench, and what connections to it are found to take."""

import asyncio
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bench import connections
from bench.encrypted import EncryptedUpstream
from resolver.transport import tls

HOUSE = Path(__file__).parents[2]
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
            # By a process of its own, as the bench does it: what this one gave back before would be counted against it.
            weighed = subprocess.run(
                [sys.executable, "-m", "bench.connections", spec, "40"], cwd=HOUSE, capture_output=True, text=True,
                check=True,
            )  # fmt: skip
            assert 0 < json.loads(weighed.stdout)["kib"] < 1000
        with pytest.raises(OSError, match="did not answer"):
            asyncio.run(connections.measure(upstream.specs["tls"].replace("dns.bench", "other.bench"), 1))
    finally:
        upstream.remove()
        tls.context.cache_clear()
