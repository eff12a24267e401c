# SPDX-License-Identifier: GPL-3.0-or-later
"""Clients that people use: kdig over all three, dnspython, curl, Chromium, and unbound as a resolver of somebody else.

systemd-resolved, which takes over a machine's names, was tried by hand (docs/encrypted.md).
"""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from contextlib import closing
from pathlib import Path

import dns.exception
import dns.message
import dns.query
import pytest
from encrypted_house import NAME, EncryptedHouse
from ports import free_port
from waiting import HANG_SECONDS, until

from store.base import db
from store.config import edit
from store.local import device_word_edit
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
    told = [*(trust if kind != "doq" else ()), "+time=60", "@127.0.0.1", "-p", str(encrypted.ports[kind])]
    assert "192.0.2.1" in run("kdig", option, *told, name)
    assert encrypted.worker.key_of(name).transport == transport
    blocked = run("kdig", option, *told, BLOCKED)
    assert "0.0.0.0" in blocked and "EDE: 15 (Blocked)" in blocked and "PADDING" in blocked
    key = encrypted.worker.key_of(BLOCKED)
    assert (key.verdict, key.transport) == (Verdict.BLOCK, transport)


@pytest.mark.parametrize("way", ["tls", "post", "get"])
def test_dnspython(encrypted: EncryptedHouse, way: str) -> None:
    def ask(name: str) -> dns.message.Message:
        query = dns.message.make_query(name, "A", use_edns=0)
        if way == "tls":
            return dns.query.tls(query, "127.0.0.1", HANG_SECONDS, encrypted.ports["dot"],
                                 ssl_context=encrypted.context(), server_hostname=NAME)  # fmt: skip
        url = f"https://{NAME}:{encrypted.ports['https']}/dns-query"
        return dns.query.https(query, url, HANG_SECONDS, bootstrap_address="127.0.0.1", post=way == "post",
                               verify=encrypted.context())  # fmt: skip

    assert str(ask(f"{way}.dnspython.example").answer[0][0]) == "192.0.2.1"
    blocked = ask(BLOCKED)
    assert str(blocked.answer[0][0]) == "0.0.0.0"
    assert [int(option.code) for option in blocked.extended_errors()] == [15]
    key = encrypted.worker.key_of(f"{way}.dnspython.example")
    assert key.transport == (Transport.DOT if way == "tls" else Transport.DOH)


@needs("chromium")
@pytest.mark.browser
@pytest.mark.parametrize("name", [BLOCKED, "own.home.arpa"])
def test_chromium_asks_over_https_alone_and_names_its_device(
    encrypted: EncryptedHouse, tmp_path: Path, name: str
) -> None:
    """With a template, as its settings and the policy DnsOverHttpsTemplates write it; names lead to loopback here."""
    with closing(db.connect(encrypted.state / "config.db")) as con:
        con.execute("INSERT OR IGNORE INTO device (id, name, first_seen) VALUES (9, 'Laptop', 1)")
        con.commit()
    word = device_word_edit.word_of(edit.engine(encrypted.state), 9)
    encrypted.worker.wait_for_policy()
    template = f"https://127.0.0.1:{encrypted.ports['https']}/dns-query/{word}"
    until(lambda: _client_of(encrypted, word) == "127.0.0.1#9")
    chosen = {"dns_over_https": {"mode": "secure", "templates": template}}
    port = free_port()  # one that Chromium holds to be safe: at others it may give up before it has asked
    (tmp_path / "Local State").write_text(json.dumps(chosen))
    run(
        "chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path}", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--ignore-certificate-errors", "--dump-dom", f"http://{name}:{port}/",
    )  # fmt: skip
    client, key = encrypted.worker.row_of(name)
    assert (client, key.transport) == ("127.0.0.1#9", Transport.DOH)
    assert key.verdict == (Verdict.BLOCK if name == BLOCKED else Verdict.LOCAL)


def _client_of(encrypted: EncryptedHouse, word: str) -> str:
    encrypted.ask("who.asks.example", word)
    return encrypted.worker.row_of("who.asks.example")[0]


@needs("curl")
def test_curl_finds_names_over_https(encrypted: EncryptedHouse) -> None:
    """The name leads to an address that nothing answers at: what matters is that it was asked for here."""
    url = f"https://{NAME}:{encrypted.ports['https']}/dns-query"
    command = (
        "curl", "-s", "--cacert", str(encrypted.authority), "--doh-url", url, "--doh-insecure",
        "--resolve", f"{NAME}:{encrypted.ports['https']}:127.0.0.1", "http://curl.example/",
    )  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as curl:
        try:
            assert encrypted.worker.key_of("curl.example").transport == Transport.DOH
        finally:
            curl.kill()


@needs("unbound")
def test_unbound_forwards_over_tls(encrypted: EncryptedHouse, tmp_path: Path) -> None:
    port = free_port()
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
        assert encrypted.worker.key_of("below.example").transport == Transport.DOT
        blocked = dns.query.udp(dns.message.make_query(BLOCKED, "A"), "127.0.0.1", port=port, timeout=HANG_SECONDS)
        assert str(blocked.answer[0][0]) == "0.0.0.0"
    finally:
        process.terminate()
        process.wait(HANG_SECONDS)
    key = encrypted.worker.key_of(BLOCKED)
    assert (key.verdict, key.transport) == (Verdict.BLOCK, Transport.DOT)
