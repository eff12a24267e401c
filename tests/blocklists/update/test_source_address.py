# SPDX-License-Identifier: GPL-3.0-or-later
import asyncio
import socket
from io import BytesIO
from typing import Any

import pytest
from waiting import HANG_SECONDS

from blocklists.update import source_address
from blocklists.update.fetch import FetchFailed, Limits, fetch

LIMITS = Limits(connect=HANG_SECONDS, read=HANG_SECONDS, total=HANG_SECONDS, size=1 << 20)


@pytest.fixture(autouse=True)
def _loopback_is_no_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TELLTALE_LOOPBACK_SOURCES", raising=False)


def test_a_name_is_judged_by_every_address_that_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [("192.168.1.2", 80), ("127.0.0.1", 80)]
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", answer) for answer in answers]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *given, **more: found)
    with pytest.raises(source_address.Forbidden, match="this machine itself"):
        asyncio.run(source_address.addresses("rebinds.example", 80))
    del found[1]
    assert asyncio.run(source_address.addresses("lan.example", 80)) == ["192.168.1.2"]


@pytest.mark.parametrize(
    "source",
    ["http://127.0.0.1:9/x", "http://localhost:9/x", "http://[::1]:9/x", "http://0.0.0.0:9/", "http://2130706433:9/"],
)
def test_a_source_on_this_machine_is_not_asked(source: str) -> None:
    with pytest.raises(FetchFailed, match=r"this machine itself|cannot be reached"):
        fetch(source, BytesIO(), limits=LIMITS)


@pytest.mark.parametrize("answer", ["192.168.1.1", "10.0.0.1", "fd00::1", "100.64.0.1", "::ffff:192.168.1.1"])
def test_a_public_source_never_leads_into_the_home(answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (answer, 80))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *given, **more: found)
    with pytest.raises(source_address.Forbidden, match="in the home"):
        asyncio.run(source_address.addresses("lists.example.com", 80, home=False))
    assert asyncio.run(source_address.addresses("nas.lan", 80, home=True))


@pytest.mark.parametrize("target", ["http://192.168.1.1/cgi-bin/reboot", "http://router.lan/", "http://0xc0a80101/"])
def test_a_public_server_cannot_send_us_into_the_home(serve: Any, target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first server is here in truth; it counts as one on the Internet."""
    real, first = source_address.forbidden, iter([None])
    monkeypatch.setattr(source_address, "forbidden", lambda address: next(first, real(address)))
    monkeypatch.setattr("blocklists.update.fetch.is_home_host", lambda host: False)
    monkeypatch.setattr(source_address, "leads_home", _at_home_but_first())
    resolve = socket.getaddrinfo

    def resolved(host: str, *more: Any, **named: Any) -> Any:
        return resolve("192.168.1.1" if host == "router.lan" else host, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    source = serve.sending(b"", "302 Found", location=target)
    with pytest.raises(FetchFailed, match="in the home"):
        fetch(source, BytesIO(), limits=LIMITS)


def _at_home_but_first() -> Any:
    first = iter([False])
    return lambda address: next(first, True)


def test_a_redirect_to_this_machine_is_not_followed(serve: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first server is here too, so it alone is let through."""
    asked: list[str] = []
    target = serve(lambda con, request: (asked.append(request), con.sendall(serve.response(b"ads.example\n"))))
    source = serve.sending(b"", "302 Found", location=target)
    real = source_address.forbidden
    first = iter([None])
    monkeypatch.setattr(source_address, "forbidden", lambda address: next(first, real(address)))
    with pytest.raises(FetchFailed, match="this machine itself"):
        fetch(source, BytesIO(), limits=LIMITS)
    assert asked == []
