# SPDX-License-Identifier: GPL-3.0-or-later
import asyncio
import socket
from io import BytesIO
from ipaddress import ip_address
from typing import Any

import pytest

from blocklists.update import source_address
from blocklists.update.fetch import FetchFailed, Limits, fetch

LIMITS = Limits(connect=0.5, read=0.5, total=1.0, size=1 << 20)


@pytest.fixture(autouse=True)
def _loopback_is_no_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TELLTALE_LOOPBACK_SOURCES", raising=False)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.9.9.9", "0.0.0.0", "::1", "::", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::",
        "169.254.169.254", "169.254.1.1", "fe80::1", "224.0.0.1", "ff02::1", "fd00:ec2::254", "100.100.100.200",
        "168.63.129.16",
    ],
)  # fmt: skip
def test_where_no_list_may_come_from(address: str) -> None:
    assert source_address.forbidden(ip_address(address))


@pytest.mark.parametrize("address", ["192.168.1.2", "10.0.0.7", "fd00::7", "9.9.9.9", "2620:fe::9"])
def test_the_internet_and_the_home_may_be_asked(address: str) -> None:
    assert source_address.forbidden(ip_address(address)) is None


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
