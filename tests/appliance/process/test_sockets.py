# SPDX-License-Identifier: GPL-3.0-or-later
"""Sockets are bound in pairs, set up for all workers, and a bind that fails says why in one sentence."""

import errno
import os
import socket

import pytest
from ports import free_port
from waiting import HANG_SECONDS

from appliance.errors import Complaint
from appliance.process import sockets
from appliance.process.sockets import NoSuchAddress, PortBusy, PortForbidden, bind_dns, bind_web, records_pair

pytestmark = pytest.mark.process


def test_udp_and_tcp_share_a_port() -> None:
    bound = bind_dns([("127.0.0.1", 0), ("127.0.0.2", 0)])
    try:
        for udp, tcp, endpoint in zip(bound.udp, bound.tcp, bound.endpoints, strict=True):
            assert udp.getsockname() == tcp.getsockname() == endpoint
            assert not udp.getblocking()
            assert not tcp.getblocking()
            socket.create_connection(endpoint, timeout=HANG_SECONDS).close()
    finally:
        bound.close()


def test_a_wildcard_tells_where_a_query_came_to() -> None:
    bound = bind_dns([("0.0.0.0", 0)])
    try:
        udp = bound.udp[0]
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.sendto(b"hello", ("127.0.0.3", udp.getsockname()[1]))
            udp.settimeout(HANG_SECONDS)
            data, ancillary, _, _ = udp.recvmsg(64, 256)
        assert data == b"hello"
        (kind, info) = next((a[1], a[2]) for a in ancillary if a[0] == socket.IPPROTO_IP)
        assert kind == 8
        assert socket.inet_aton("127.0.0.3") in info
    finally:
        bound.close()


def test_ipv6_does_not_take_the_ipv4_port() -> None:
    if not socket.has_ipv6:
        pytest.skip("this machine has no IPv6")
    try:
        six = bind_dns([("::", port := free_port())])
    except NoSuchAddress:
        pytest.skip("this machine has no IPv6")
    bound = bind_dns([("0.0.0.0", port)])
    assert six.udp[0].getsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY) == 1
    six.close()
    bound.close()


@pytest.mark.parametrize("kind", [socket.SOCK_DGRAM, socket.SOCK_STREAM])
def test_a_busy_port_names_its_holder_and_gives_everything_back(kind: socket.SocketKind) -> None:
    with socket.socket(socket.AF_INET, kind) as other:
        other.bind(("127.0.0.2", free_port()))
        if kind == socket.SOCK_STREAM:
            other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortBusy, match=f"port {port} on 127.0.0.2 is held by .*process {os.getpid()}"):
            bind_dns([("127.0.0.3", port), ("127.0.0.2", port)])
        bind_dns([("127.0.0.3", port)]).close()


def test_a_busy_web_port_is_told() -> None:
    with bind_web(("127.0.0.1", 0)) as first, pytest.raises(PortBusy):
        bind_web(("127.0.0.1", first.getsockname()[1]))


def test_an_address_that_is_not_here_is_told() -> None:
    with pytest.raises(NoSuchAddress, match=r"no address 203\.0\.113\.9"):
        bind_dns([("203.0.113.9", 0)])


def test_missing_ipv6_is_a_warning_for_the_wildcard_only(monkeypatch: pytest.MonkeyPatch) -> None:
    def without_ipv6(address: str, kind: socket.SocketKind, *, free: bool) -> socket.socket:
        if ":" in address:
            raise NoSuchAddress("This machine cannot use IPv6.")
        return opened(address, kind, free=free)

    opened = sockets._open
    monkeypatch.setattr(sockets, "_open", without_ipv6)
    bound = bind_dns([("127.0.0.1", 0), ("::", 0)])
    assert len(bound.udp) == 1
    assert "IPv6" in bound.warnings[0]
    bound.close()
    with pytest.raises(NoSuchAddress):
        bind_dns([("127.0.0.1", 0), ("::1", 0)])
    with pytest.raises(NoSuchAddress, match="no address left"):
        bind_dns([("::", 0)])


@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM])
def test_a_forbidden_port_names_the_cure(number: int) -> None:
    told = sockets._explain(OSError(number, "no"), "0.0.0.0", 53, "udp")
    assert isinstance(told, PortForbidden)
    assert "start as root" in str(told)


def test_any_other_trouble_is_a_sentence_too() -> None:
    told = sockets._explain(OSError(errno.ENOBUFS, "No buffer space"), "0.0.0.0", 53, "tcp")
    assert isinstance(told, Complaint)
    assert "No buffer space" in str(told)


def test_one_message_is_one_batch_of_records() -> None:
    write_end, read_end = records_pair()
    try:
        largest = b"x" * 180_000
        write_end.send(largest)
        write_end.send(b"second")
        assert read_end.recv(200_000) == largest
        assert read_end.recv(200_000) == b"second"
        with pytest.raises(BlockingIOError):
            read_end.recv(1)
    finally:
        write_end.close()
        read_end.close()


def test_every_worker_gets_sockets_of_its_own_on_the_same_ports() -> None:
    bound = sockets.bind_dns([("127.0.0.1", 0), ("127.0.0.2", 0)])
    try:
        bound.share_among(3)
        assert [[sock.getsockname() for sock in udp] for udp in bound.more_udp] == [bound.endpoints] * 2
        with pytest.raises(sockets.PortBusy):  # yet nobody else may share them, not even a second Telltale
            sockets.bind_dns(bound.endpoints[:1])
    finally:
        bound.close()
