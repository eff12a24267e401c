# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses of one link alone: as upstream over UDP and TCP, asked by the stub, and listened on (AdGuardHome#2926)."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest
from namespaces import Namespace

from wire.sockaddr import family, socket_address

ASKED = r"""
import asyncio, socket
from appliance.process import sockets
from resolver.transport.endpoint import parse_endpoint
from resolver.upstream.forwarder import Forwarder
from resolver.upstream.question_key import key_of
from wire import message, names, stub

HERE = "fe80::1%d0"
bound = sockets.bind_dns([(HERE, 5300)])
print("bound", [sock.getsockname()[:2] for sock in (*bound.udp, *bound.tcp)])

def answer(packet):
    end = names.question_name(packet)[1] + 4
    return packet[:2] + b"\x81\x80\0\1\0\1\0\0\0\0" + packet[12:end] + b"\xc0\x0c\0\1\0\1\0\0\0\5\0\4\1\2\3\4"

class Udp(asyncio.DatagramProtocol):
    def connection_made(self, transport): self.transport = transport
    def datagram_received(self, data, address):
        self.transport.sendto(answer(data), address)

async def tcp(reader, writer):
    size = int.from_bytes(await reader.readexactly(2), "big")
    response = answer(await reader.readexactly(size))
    writer.write(len(response).to_bytes(2, "big") + response)

async def main():
    loop = asyncio.get_running_loop()
    sock = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    sock.bind(("fe80::1", 5353, 0, socket.if_nametoindex("d0")))
    udp, _ = await loop.create_datagram_endpoint(Udp, sock=sock)
    server = await asyncio.start_server(tcp, "fe80::1%d0", 5353)
    for scheme in ("udp", "tcp"):
        forwarder = Forwarder(loop, [parse_endpoint(f"{scheme}://[{HERE}]:5353")], 5.0)
        question = message.parse_question(stub.build("www.shop.example"))
        came = loop.create_future()
        forwarder.exchange(key_of(question), question, lambda response, spec: came.set_result((response, spec)))
        response, spec = await came
        print(scheme, response and response.addresses, spec)
        forwarder.close()
    asked = await asyncio.to_thread(stub.ask, "www.shop.example", (HERE, 5353), 1, 10.0)
    print("stub", asked and asked.rcode)
    udp.close()
    server.close()

asyncio.run(main())
"""


def test_an_address_as_people_write_it() -> None:
    assert (family("9.9.9.9"), family("::1"), family("fe80::1%eth0")) == (
        socket.AF_INET, socket.AF_INET6, socket.AF_INET6,
    )  # fmt: skip
    assert socket_address("9.9.9.9", 53) == ("9.9.9.9", 53)
    assert socket_address("fe80::1%7", 53) == ("fe80::1", 53, 0, 7)
    assert socket_address("fe80::1%lo", 53) == ("fe80::1", 53, 0, socket.if_nametoindex("lo"))


def test_an_interface_that_is_none_is_an_os_error() -> None:
    with pytest.raises(OSError, match="interface"):
        socket_address("fe80::1%nosuch0", 53)


def test_a_link_s_own_addresses_work_everywhere(alone: Namespace) -> None:
    alone.ip("link add d0 type veth peer name d1")
    alone.ip("link set d0 up")
    alone.ip("link set d1 up")
    alone.ip("address add fe80::1/64 dev d0 nodad")
    done = alone.run(sys.executable, "-c", ASKED, check=False, cwd=Path(__file__).parents[2])
    assert done.stdout.splitlines() == [
        "bound [('fe80::1', 5300), ('fe80::1', 5300)]",
        "udp [b'\\x01\\x02\\x03\\x04'] udp://[fe80::1%d0]:5353",
        "tcp [b'\\x01\\x02\\x03\\x04'] tcp://[fe80::1%d0]:5353",
        "stub 0",
    ], done.stderr
