# SPDX-License-Identifier: GPL-3.0-or-later
"""At a start after a good one, what cannot be had is waited for, and the rest is taken."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing

import pytest
from ports import bound_pair, free_port
from waiting import HANG_SECONDS

from appliance.errors import Complaint
from appliance.start import wanted_ports
from appliance.start.wanted_ports import TakenPorts
from store.config.settings import Settings

pytestmark = pytest.mark.process

ABSENT = "192.0.2.77"
SOURCES = {"dns": "environment", "web": "telltale.toml"}


@pytest.fixture
def busy() -> Iterator[int]:
    udp, tcp, port = bound_pair("127.0.0.1")
    yield port
    udp.close()
    tcp.close()


def taken(dns: tuple[str, ...], web: str) -> TakenPorts:
    got = wanted_ports.take(Settings(dns=dns, web=web), SOURCES)
    got.dns.close()
    got.web.close()
    return got


def test_one_busy_dns_address_of_several_is_waited_for(busy: int) -> None:
    port = free_port()
    got = taken((f"127.0.0.1:{busy}", f"127.0.0.1:{port}"), f"127.0.0.1:{free_port()}")
    assert got.dns.here == [("127.0.0.1", port)]
    (missing,) = got.missing
    assert (missing.setting, missing.endpoint, missing.absent) == ("dns", ("127.0.0.1", busy), False)
    assert f"port {busy}" in missing.sentence and "dns (environment)" in missing.sentence


def test_an_absent_dns_address_is_bound_and_not_called_here() -> None:
    port = free_port()
    got = taken((f"127.0.0.1:{port}", f"{ABSENT}:{port}"), f"127.0.0.1:{free_port()}")
    assert got.dns.here == [("127.0.0.1", port)] and got.dns.absent == {(ABSENT, port)}
    assert len(got.dns.udp) == len(got.dns.tcp) == 2
    (missing,) = got.missing
    assert missing.absent and ABSENT in missing.sentence


def test_with_no_dns_address_at_all_dns_is_on_another_port_meanwhile(
    busy: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = free_port()
    monkeypatch.setattr(wanted_ports, "OTHER_DNS_PORT", other)
    got = taken((f"127.0.0.1:{busy}",), f"127.0.0.1:{free_port()}")
    assert got.dns.here == [("127.0.0.1", other)] and len(got.missing) == 1
    monkeypatch.setattr(wanted_ports, "OTHER_DNS_PORT", busy)
    got = taken((f"127.0.0.1:{busy}",), f"127.0.0.1:{free_port()}")
    assert got.dns.here == [] and len(got.missing) == 1, "and where that is busy too, the pages tell"


def test_pages_on_a_busy_port_are_on_another_of_the_same_address(busy: int) -> None:
    got = taken((f"127.0.0.1:{free_port()}",), f"127.0.0.1:{busy}")
    assert got.web_endpoint[0] == "127.0.0.1" and got.web_endpoint[1] != busy
    (missing,) = got.missing
    assert "web (telltale.toml)" in missing.sentence and str(got.web_endpoint[1]) in missing.sentence


def test_pages_on_an_absent_address_are_on_all_and_of_loopback_never() -> None:
    port = free_port()
    got = taken((f"127.0.0.1:{free_port()}",), f"{ABSENT}:{port}")
    assert got.web_endpoint == ("0.0.0.0", port) and got.missing[0].absent


def test_where_not_even_that_can_be_had_the_first_reason_is_told(busy: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(endpoint: tuple[str, int]) -> socket.socket:
        raise Complaint(f"{endpoint[1]} cannot be had")

    monkeypatch.setattr(wanted_ports.sockets, "bind_web", refuse)
    with pytest.raises(Complaint, match=str(busy)):
        wanted_ports.take(Settings(dns=(f"127.0.0.1:{free_port()}",), web=f"127.0.0.1:{busy}"), SOURCES)


APPEARS = """
import socket, subprocess, sys
from appliance.process import sockets
HANG_SECONDS = float(sys.argv[1])
bound = sockets.DnsSockets()
sockets.bind_one(bound, ("192.0.2.77", 5353), free=True)
assert not sockets.is_here("192.0.2.77")
subprocess.run(["ip", "address", "add", "192.0.2.77/32", "dev", "lo"], check=True)
assert sockets.is_here("192.0.2.77")
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
    client.sendto(b"query", ("192.0.2.77", 5353))
bound.udp[0].settimeout(HANG_SECONDS)
assert bound.udp[0].recv(100) == b"query"
with socket.create_connection(("192.0.2.77", 5353), timeout=HANG_SECONDS):
    pass
"""


@pytest.mark.netns
def test_once_the_address_appears_it_is_listened_on() -> None:
    then = [sys.executable, "-c", APPEARS, str(HANG_SECONDS)]
    command = ["unshare", "-n", "sh", "-c", 'ip link set lo up && exec "$@"', "-", *then]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if "unshare" in done.stderr:
        pytest.skip("this machine does not allow network namespaces")
    assert done.returncode == 0, done.stderr


def test_a_start_on_free_ports_waits_for_nothing() -> None:
    with closing(socket.socket()) as sock:
        sock.bind(("127.0.0.1", 0))
    got = taken((f"127.0.0.1:{free_port()}",), f"127.0.0.1:{free_port()}")
    assert got.missing == []
