# SPDX-License-Identifier: GPL-3.0-or-later
"""From outside the home: closed, until the setting is on, and then open to devices that name themselves and no others.

All in a namespace of the test's own, whose addresses are those of documentation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import dns.message
import dns.query
import pytest
from encrypted_house import NAME, EncryptedHouse
from http2_client import Http2Client
from namespaces import Namespace, making, require
from scripted_upstream import ScriptedUpstream
from waiting import HANG_SECONDS, until

from store.base import db
from store.config import edit
from store.local import device_word_edit
from store.log.records import Transport, Verdict

pytestmark = pytest.mark.netns
HERE, OUTSIDE, INSIDE = "203.0.113.1", "203.0.113.9", "192.168.77.5"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[EncryptedHouse]:
    require()
    with making() as make:
        yield from _served_in(make("outside"), tmp_path)


def _served_in(space: Namespace, tmp_path: Path) -> Iterator[EncryptedHouse]:
    space.ip(*(f"addr add {address}/32 dev lo" for address in (HERE, OUTSIDE, INSIDE)))
    for name in ("state", "run"):
        (tmp_path / name).mkdir()
    db.open_config(tmp_path / "state")
    with closing(db.connect(tmp_path / "state" / "config.db")) as con:
        con.execute("INSERT INTO device (id, name, first_seen) VALUES (7, 'Toms phone', 1)")
        con.commit()
    with space.inside(), ScriptedUpstream() as upstream:
        made = EncryptedHouse(tmp_path / "state", tmp_path / "run", upstream.spec, address=HERE)
        edit.add_rule(edit.engine(made.state), "block", "forbidden.example", scope="device:7")
        made.worker.wait_for_policy()
        yield made
        made.stop()


@pytest.fixture
def ask(served: EncryptedHouse) -> Callable[..., dns.message.Message]:
    """Over TLS, under a device's word or none. Raises EOFError or OSError where the connection is ended."""

    def asked(name: str, word: str = "", source: str = OUTSIDE) -> dns.message.Message:
        called = f"{word}.{NAME}" if word else NAME
        with closing(served.connect("dot", called, source)) as sock:
            return dns.query.tls(dns.message.make_query(name, "A"), HERE, sock=sock, timeout=HANG_SECONDS)

    return asked


def status_of(served: EncryptedHouse, path: str, source: str = OUTSIDE) -> int:
    """What a request over HTTPS gets."""
    packet = dns.message.make_query("https.example", "A").to_wire()
    with closing(served.connect("https", source=source, alpn=("h2",))) as sock:
        client = Http2Client(sock)
        kind = [("content-type", "application/dns-message")]
        return client.answer(client.request("POST", path, kind, packet)).status


def test_nobody_comes_in_from_there(served: EncryptedHouse, ask: Callable[..., dns.message.Message]) -> None:
    word = device_word_edit.word_of(edit.engine(served.state), 7)
    for name in ("", word, "toms-phone"):
        with pytest.raises((OSError, EOFError)):
            ask("a.example", name)
    with pytest.raises((OSError, EOFError)):
        status_of(served, f"/dns-query/{word}")
    assert ask("a.example", source=INSIDE).answer
    served.until_refused("stranger", 4)


def test_who_has_a_word_is_let_in_where_the_home_says_so(
    served: EncryptedHouse, ask: Callable[..., dns.message.Message]
) -> None:
    engine = edit.engine(served.state)
    word = device_word_edit.word_of(engine, 7)
    edit.put_settings(engine, {"outside": "on"})
    until(lambda: _is_let_in(ask, word))
    assert str(ask("forbidden.example", word).answer[0][0]) == "0.0.0.0", "it is that device there, too"
    client, key = served.worker.row_of("forbidden.example")
    assert (client, key.verdict, key.transport) == (f"{OUTSIDE}#7", Verdict.BLOCK, Transport.DOT)
    for stranger in ("", "toms-phone", "nobodysword12345"):
        with pytest.raises((OSError, EOFError)):
            ask("a.example", stranger)
    assert status_of(served, f"/dns-query/{word}") == 200
    assert status_of(served, "/dns-query") == status_of(served, "/dns-query/toms-phone") == 403
    assert status_of(served, "/") == status_of(served, "/login") == 403, "pages stay for the home"
    new = device_word_edit.new_word(engine, 7)
    until(lambda: _is_let_in(ask, new))
    with pytest.raises((OSError, EOFError)):
        ask("a.example", word)


def _is_let_in(ask: Callable[..., dns.message.Message], word: str) -> bool:
    try:
        return bool(ask("let.in.example", word).answer)
    except (OSError, EOFError):
        return False
