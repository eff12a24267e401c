# SPDX-License-Identifier: GPL-3.0-or-later
"""Clients that people use: kdig over all three, curl for DNS and for a page, unbound as a resolver of somebody else."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from contextlib import closing
from pathlib import Path

import dns.exception
import dns.message
import dns.query
import pytest
from encrypted_house import NAME, EncryptedHouse
from waiting import HANG_SECONDS

from store.log.records import Transport, Verdict

pytestmark = pytest.mark.process
BLOCKED = "data.mistat.xiaomi.com"


def needs(tool: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(tool) is None, reason=f"{tool} is missing")


def run(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, timeout=HANG_SECONDS, check=False).stdout


@needs("kdig")
@pytest.mark.parametrize(("kind", "option", "transport"), [
    ("dot", "+tls", Transport.DOT), ("https", "+https=/dns-query", Transport.DOH),
    ("https", "+https-get", Transport.DOH), ("doq", "+quic", Transport.DOQ),
])  # fmt: skip
def test_kdig(encrypted: EncryptedHouse, kind: str, option: str, transport: Transport) -> None:
    if kind == "doq":
        pytest.importorskip("aioquic")
        if "QUIC" not in run("kdig", "--help") and "+[no]quic" not in run("kdig", "--help"):
            pytest.skip("this kdig speaks no QUIC")
    name = f"{transport.name.lower()}{len(option)}.kdig.example"
    trust = [f"+tls-ca={encrypted.authority}", f"+tls-hostname={NAME}"]
    # Debian 12's crashes where it is to trust somebody over QUIC.
    told = [*(trust if kind != "doq" else ()), "@127.0.0.1", "-p", str(encrypted.ports[kind])]
    assert "192.0.2.1" in run("kdig", option, *told, name)
    assert encrypted.worker.key_of(name).transport == transport
    blocked = run("kdig", option, *told, BLOCKED)
    assert "0.0.0.0" in blocked and "EDE: 15 (Blocked)" in blocked and "PADDING" in blocked
    key = encrypted.worker.key_of(BLOCKED)
    assert (key.verdict, key.transport) == (Verdict.BLOCK, transport)


@needs("curl")
def test_curl_finds_names_over_https(encrypted: EncryptedHouse) -> None:
    """The name leads to an address that nothing answers at: what matters is that it was asked for here."""
    url = f"https://{NAME}:{encrypted.ports['https']}/dns-query"
    command = (
        "curl", "-s", "--max-time", "2", "--cacert", str(encrypted.authority), "--doh-url", url, "--doh-insecure",
        "--resolve", f"{NAME}:{encrypted.ports['https']}:127.0.0.1", "http://curl.example/",
    )  # fmt: skip
    subprocess.run(command, capture_output=True, timeout=HANG_SECONDS, check=False)
    key = encrypted.worker.key_of("curl.example")
    assert key.transport == Transport.DOH


@needs("unbound")
def test_unbound_forwards_over_tls(encrypted: EncryptedHouse, tmp_path: Path) -> None:
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (tmp_path / "unbound.conf").write_text(f"""
server:
  interface: 127.0.0.1@{port}
  do-daemonize: no
  username: ""
  chroot: ""
  directory: "{tmp_path}"
  pidfile: ""
  use-syslog: no
  do-not-query-localhost: no
  module-config: "iterator"
  tls-cert-bundle: "{encrypted.authority}"
  local-zone: "example." transparent
forward-zone:
  name: "."
  forward-tls-upstream: yes
  forward-addr: 127.0.0.1@{encrypted.ports["dot"]}#{NAME}
""")
    command = ["unbound", "-d", "-c", str(tmp_path / "unbound.conf")]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        query, end = dns.message.make_query("below.example", "A"), time.monotonic() + HANG_SECONDS
        while True:
            try:
                answer = dns.query.udp(query, "127.0.0.1", port=port, timeout=5)
                if answer.answer or time.monotonic() > end:
                    break
            except (OSError, dns.exception.Timeout):  # it is not up yet
                if time.monotonic() > end:
                    raise
                time.sleep(0.05)
        assert str(answer.answer[0][0]) == "192.0.2.1"
    finally:
        process.terminate()
        process.wait(HANG_SECONDS)
    assert encrypted.worker.key_of("below.example").transport == Transport.DOT
