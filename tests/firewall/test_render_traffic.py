# SPDX-License-Identifier: GPL-3.0-or-later
"""The table against real packets: a phone, a gateway with the wall, and an internet, over IPv4 and IPv6."""

import errno
import re
import select
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable

import pytest
from namespaces import Home, sent_again
from waiting import HANG_SECONDS

from firewall import kernel, netlink
from firewall.plan import Plan
from firewall.render import elements_of, render
from network.local_network import LocalNetwork
from store.config.choices import WallMode
from store.config.wall_switches import Modes

pytestmark = pytest.mark.netns
Make = Callable[..., Plan]
BOTH = ("8.8.8.8", "2001:db8:8::8")


def put_up(home: Home, made: Plan) -> None:
    with home.gateway.inside():
        kernel.apply(render(made))


def caught(home: Home) -> dict[str, int]:
    with home.gateway.inside():
        return {kind: count for kind, count in netlink.counters().items() if count}


def test_without_a_wall_the_phone_goes_where_it_likes(home: Home) -> None:
    for address in BOTH:
        assert home.connect(address, 853) == "open"
        assert home.connect(address, 53, "udp") == "open"


def test_watching_counts_and_touches_nothing(home: Home, make_plan: Make) -> None:
    put_up(home, make_plan(wall="watch"))
    for address in BOTH:
        assert home.connect(address, 853) == "open"
        assert home.connect(address, 853, "udp") == "open"
        assert home.connect(address, 443) == "open"
        assert home.connect(address, 8443) == "open"
        assert home.connect(address, 53, "udp") == "open"
    assert home.connect("110.43.0.83", 80) == "open"
    assert home.connect("198.51.100.5", 443) == "open"
    assert caught(home) == {"dot": 2, "doq": 2, "doh": 2, "resolver": 2, "port53": 2, "httpdns": 1, "raw": 1}
    with home.gateway.inside():
        (one,) = kernel.read_set("httpdns_watch_4")
        assert (one.parts, one.packets) == (("192.168.77.10", "110.43.0.83", "tcp", "80"), 1)


def test_enforcing_refuses_at_once(home: Home, make_plan: Make) -> None:
    put_up(home, make_plan(wall_refused_networks=("198.51.100.6",)))
    before = home.reached()
    for address in BOTH:
        assert home.connect(address, 853) == "refused"
        assert home.connect(address, 853, "udp") == "refused"
        assert home.connect(address, 8853, "udp") == "refused"
        assert home.connect(address, 443) == "refused"
        assert home.connect(address, 443, "udp") == "refused"
        assert home.connect(address, 8443) == "refused"
    assert home.connect("110.43.0.83", 80) == "refused"
    assert home.connect("198.51.100.6", 443) == "refused"
    assert home.reached() == before
    assert caught(home) == {"dot": 2, "doq": 4, "doh": 4, "resolver": 2, "httpdns": 1, "network": 1}
    # What is no way around DNS passes; raw addresses are watched at first.
    assert home.connect("198.51.100.5", 443) == "open"
    assert home.connect("2001:db8:5::5", 443) == "open"
    assert home.connect("9.9.9.9", 123, "udp") == "open"


ECHO = """
import socket, sys
s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM); s.setsockopt(41, 26, 0); s.bind(("::", int(sys.argv[1])))
print("ready", flush=True)
while True:
    data, client = s.recvfrom(999); s.sendto(b"ours", client)
"""
ASK = """
import socket, sys
a = sys.argv[1]; s = socket.socket(socket.AF_INET6 if ":" in a else socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(60)
s.sendto(b"x", (a, int(sys.argv[2]))); print(*s.recvfrom(99)[::1])
"""


@pytest.mark.parametrize(("asked", "here", "kind"), [(53, 5353, "port53"), (123, 123, "ntp")])
def test_what_is_redirected_is_answered_here_from_the_address_that_was_asked(
    home: Home, make_plan: Make, asked: int, here: int, kind: str
) -> None:
    local = LocalNetwork(("2001:db8:77::/64",), (), ((4, here), (6, here)), ntp=True)
    put_up(home, make_plan(local, wall_ntp="enforce"))
    echo = home.gateway.start(sys.executable, "-c", ECHO, str(here), stdout=subprocess.PIPE)
    assert echo.stdout.readline() == b"ready\n"
    for address in ("9.9.9.9", "2001:db8:5::5"):
        said = home.phone.run(sys.executable, "-c", ASK, address, str(asked)).stdout
        assert "ours" in said and f"'{address}'" in said
    assert caught(home) == {kind: 2}


def test_a_version_without_a_resolver_is_refused_so_that_the_other_is_tried(home: Home, make_plan: Make) -> None:
    put_up(home, make_plan(LocalNetwork(("2001:db8:77::/64",), (), ((4, 53),))))
    assert home.connect("2001:db8:8::8", 53, "udp") == "refused"
    assert home.connect("2001:db8:8::8", 53) == "refused"


@pytest.mark.parametrize("address", ["198.51.100.5", "2001:db8:5::5"])
def test_no_answer_no_connection(home: Home, make_plan: Make, address: str) -> None:
    put_up(home, make_plan(wall_raw="enforce"))
    assert home.connect(address, 443, "tcp") == "refused late"
    assert caught(home)["raw"] >= 1
    client, version = ("192.168.77.10", 4) if "." in address else ("2001:db8:77::10", 6)
    with home.gateway.inside():
        kernel.add_elements(elements_of(f"answers{version}", [(f"{client} . {address}", 60)]))
    assert home.connect(address, 443) == "open"
    assert home.connect(address, 443, "udp") == "open"


def test_an_answer_counts_for_the_device_by_its_mac_too(home: Home, make_plan: Make) -> None:
    put_up(home, make_plan(wall_raw="enforce"))
    mac = re.search(r"link/ether (\S+)", home.phone.run("ip", "link", "show", "eth0").stdout)
    assert mac
    with home.gateway.inside():
        kernel.add_elements(elements_of("answers_mac6", [(f"{mac[1]} . 2001:db8:5::5", 60)]))
    assert home.connect("2001:db8:5::5", 443) == "open"


def test_an_answer_that_is_late_by_a_moment_is_in_time(home: Home, make_plan: Make) -> None:
    """The first packet meets silence, the second, a second later, the answer."""
    while True:
        put_up(home, make_plan(wall_raw="enforce"))
        with home.phone.socket(socket.AF_INET, socket.SOCK_STREAM) as client:
            client.setblocking(False)
            assert client.connect_ex(("198.51.100.5", 443)) == errno.EINPROGRESS
            with home.gateway.inside():
                kernel.add_elements(elements_of("answers4", [("192.168.77.10 . 198.51.100.5", 60)]))
            if sent_again(client):
                continue  # the machine is too busy: that was more than a moment
            assert select.select([], [client], [], HANG_SECONDS)[1]
            assert client.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0 and sent_again(client) == 1
        assert "raw" not in caught(home)
        return


def test_a_connection_outlives_its_answer(home: Home, make_plan: Make) -> None:
    put_up(home, make_plan(wall_raw="enforce"))
    answered = "192.168.77.10 . 198.51.100.5"
    with home.gateway.inside():
        kernel.add_elements(elements_of("answers4", [(answered, 60)]))
    with home.phone.socket(socket.AF_INET, socket.SOCK_STREAM) as client:
        client.settimeout(HANG_SECONDS)
        client.connect(("198.51.100.5", 443))
        home.gateway.run("nft", "delete", "element", "inet", "telltale", "answers4", f"{{ {answered} }}")
        assert home.connect("198.51.100.5", 443) == "refused late"
        client.sendall(b"still")
        assert client.recv(9) == b"still"


def test_a_group_has_switches_of_its_own(home: Home, make_plan: Make) -> None:
    put_up(home, make_plan(members=[("192.168.77.10", Modes({"doh": WallMode.WATCH}))]))
    assert home.connect("8.8.8.8", 853) == "open"
    assert home.connect("8.8.8.8", 443) == "open"
    assert home.connect("2001:db8:8::8", 443) == "refused"
    assert caught(home) == {"doh": 2, "resolver": 1}


def test_whoever_is_exempt_goes_where_it_likes(home: Home, make_plan: Make) -> None:
    put_up(home, make_plan(wall_exempt=("192.168.77.10",), wall_exceptions=("2001:db8:8::8",)))
    for address in BOTH:
        assert home.connect(address, 853) == "open"
    assert caught(home) == {}


def test_no_wall_shuts_the_door_of_this_machine(home: Home, make_plan: Make) -> None:
    """SSH and the pages, while the whole internet is refused, the gateway's own addresses among it."""
    everything = ("0.0.0.0/0", "::/0")
    local = LocalNetwork((), ("203.0.113.1",), ((4, 53), (6, 53)), ntp=True)
    put_up(home, make_plan(local, wall_refused_networks=everything, wall_raw="enforce", wall_ntp="enforce"))
    code = (
        "import socket, selectors; s = selectors.DefaultSelector()\n"
        "for p in (22, 80, 443, 8053): x = socket.create_server(('::', p), family=10, dualstack_ipv6=True); "
        "s.register(x, 1)\nprint('ready', flush=True)\nwhile 1:\n for k, _ in s.select(): k.fileobj.accept()"
    )
    doors = home.gateway.start(sys.executable, "-c", code, stdout=-1)
    assert doors.stdout.readline() == b"ready\n"
    for address in ("192.168.77.1", "203.0.113.1", "2001:db8:77::1", "2001:db8:ff::1"):
        for port in (22, 80, 443, 8053):
            assert home.connect(address, port) == "open", (address, port)
    # From the gateway out, too: its own updates and upstreams.
    assert (
        "tcp"
        in home.gateway.run(
            sys.executable, "-c", "import socket; print('tcp', socket.create_connection(('8.8.8.8', 853), 60))"
        ).stdout
    )


@pytest.mark.skipif(not shutil.which("kdig"), reason="needs kdig")
@pytest.mark.parametrize("server", ["8.8.8.8", "2001:db8:8::8"])
@pytest.mark.parametrize("way", ["+tls", "+https", "+quic"])
def test_kdig_is_refused_at_once(home: Home, make_plan: Make, way: str, server: str) -> None:
    put_up(home, make_plan())
    before = home.reached()
    done = home.phone.run("kdig", way, "+retry=0", "+time=60", f"@{server}", "example.org", check=False)
    assert done.returncode != 0
    assert "timeout" not in done.stdout + done.stderr, "it waited"
    assert home.reached() == before
    assert set(caught(home)) <= {"dot", "doh", "doq"}
    assert caught(home)
