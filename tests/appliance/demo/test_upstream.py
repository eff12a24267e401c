# SPDX-License-Identifier: GPL-3.0-or-later
"""The demo's upstream answers stably, never reaches a real address, and takes any bytes."""

import ipaddress
import socket
import subprocess
import sys

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import pytest
from hypothesis import given
from hypothesis import strategies as st
from waiting import HANG_SECONDS

from appliance.demo.upstream import delay, respond
from appliance.process import sockets
from wire import stub

NAMES = ["www.example.com", "api.ad.xiaomi.com", "a.b.c.d.example", "x.org", "www.netflix.com", "i.ytimg.com"]
# RFC 5737 and RFC 3849: addresses for documentation, which nobody has.
NETWORKS = ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")


def ask(name: str, qtype: str) -> dns.message.Message:
    question = dns.message.make_query(name, qtype)
    packet = respond(question.to_wire())
    assert packet is not None
    answer = dns.message.from_wire(packet)
    assert question.is_response(answer)
    return answer


@pytest.mark.parametrize("qtype", ["A", "AAAA"])
def test_addresses_are_stable_and_lead_nowhere(qtype: str) -> None:
    aliases = 0
    for name in NAMES:
        first, again = ask(name, qtype), ask(name.upper(), qtype)
        assert [list(rrset) for rrset in first.answer] == [list(rrset) for rrset in again.answer]
        for rrset in first.answer:
            for record in rrset:
                if rrset.rdtype == dns.rdatatype.CNAME:
                    aliases += 1
                else:
                    assert any(ipaddress.ip_address(record.address) in ipaddress.ip_network(net) for net in NETWORKS)
    assert qtype == "AAAA" or aliases


def test_other_types_are_empty_and_some_names_do_not_exist() -> None:
    nodata = ask("www.example.com", "HTTPS")
    assert (nodata.rcode(), len(nodata.answer), len(nodata.authority)) == (dns.rcode.NOERROR, 0, 1)
    assert ask("wpad.example.com", "A").rcode() == dns.rcode.NXDOMAIN
    assert ask("printer.lan", "A").rcode() == dns.rcode.NXDOMAIN


@given(st.binary(max_size=600))
def test_any_bytes_are_taken(packet: bytes) -> None:
    response = respond(packet)
    assert response is None or response[:2] == packet[:2]
    assert 0 < delay(packet) < 0.1


@pytest.mark.process
def test_it_serves_udp_and_tcp_until_it_is_told_to_stop() -> None:
    bound = sockets.bind_dns([("127.0.0.1", 0)])
    fds = bound.udp[0].fileno(), bound.tcp[0].fileno()
    command = [sys.executable, "-m", "appliance.demo.upstream", "--udp", str(fds[0]), "--tcp", str(fds[1])]
    process = subprocess.Popen(command, pass_fds=fds)
    try:
        assert stub.ask("www.example.com", bound.endpoints[0], timeout=HANG_SECONDS) is not None
        with socket.create_connection(bound.endpoints[0], timeout=HANG_SECONDS) as sock:
            wire = dns.message.make_query("x.org", "A").to_wire()
            sock.sendall(len(wire).to_bytes(2, "big") + wire)
            length = int.from_bytes(sock.recv(2, socket.MSG_WAITALL), "big")
            assert dns.message.from_wire(sock.recv(length, socket.MSG_WAITALL)).answer
    finally:
        process.terminate()
        bound.close()
    assert process.wait(timeout=HANG_SECONDS) == 0
