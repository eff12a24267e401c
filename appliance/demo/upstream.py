# SPDX-License-Identifier: GPL-3.0-or-later
"""The demo's upstream: answers every name with made-up but stable data, over UDP and TCP, on a loopback port.

Addresses are of the documentation ranges, so that nothing in the demo can reach a real server. Some names are
aliases, as those of large sites are; some do not exist; most take a few milliseconds, as the internet does.
"""

import argparse
import asyncio
import signal
import socket
import struct
import zlib
from collections.abc import Sequence
from ipaddress import IPv6Address
from typing import cast

from store.base import logs
from wire import text_records
from wire.message import HEADER, Question, parse_question
from wire.names import Malformed
from wire.response import error
from wire.text_records import TextRecord
from wire.types import AAAA, CNAME, NOERROR, NOTIMP, NXDOMAIN, OPCODE, SOA, A

MAX_QUERY = 512
# Names that nobody has: what devices look for in the home, and what has long been given up.
NOWHERE = ("lan", "local", "home", "wpad", "corp", "kuaishou.com")
TTLS = (30, 60, 120, 300, 900, 3600)
_V4_RANGES = ("192.0.2", "198.51.100", "203.0.113")


def respond(packet: bytes) -> bytes | None:
    """The response to a query, or None for bytes that are no query. Never raises. Stable for a name."""
    if len(packet) < HEADER.size or packet[2] & 0x80:
        return None
    try:
        question = parse_question(packet)
        if question.flags & OPCODE:
            return error(packet, NOTIMP)
        rcode, answers = (NXDOMAIN, []) if _unknown(question.name) else (NOERROR, _answers(question))
        return text_records.response(packet, rcode, answers, [] if answers else [_soa(question.name)])
    except Malformed as malformed:
        return error(packet, malformed.rcode)


def delay(packet: bytes) -> float:
    """Seconds that this query takes on its way, stable for a name: 4 to 45 ms."""
    return 0.004 + zlib.crc32(packet[12:]) % 41 / 1000


def _answers(question: Question) -> list[TextRecord]:
    name, qtype = question.name, question.qtype
    seed = zlib.crc32(name.encode())
    ttl = TTLS[seed % len(TTLS)]
    if qtype not in (A, AAAA) or (qtype == AAAA and seed % 5 < 2):
        return []
    records = []
    if seed % 4 == 0:
        alias = f"e{seed % 9973}.dsc{'abgw'[seed % 4]}.edge.example"
        records.append(TextRecord(name, CNAME, ttl, f"{alias}."))
        name = alias
    return [*records, TextRecord(name, qtype, ttl, _v4(seed) if qtype == A else _v6(seed))]


def _soa(name: str) -> TextRecord:
    """Under the last label of the name: a negative answer without an SOA above the name is kept by nobody."""
    data = "ns.edge.example. hostmaster.edge.example. 1 7200 900 86400 300"
    return TextRecord(name.rpartition(".")[2], SOA, 300, data)


def _v4(seed: int) -> str:
    return f"{_V4_RANGES[seed % 3]}.{seed // 3 % 254 + 1}"


def _v6(seed: int) -> str:
    return str(IPv6Address(bytes.fromhex("20010db8") + struct.pack("!III", seed, 0, seed % 65521)))


def _unknown(name: str) -> bool:
    return any(name == end or name.endswith(f".{end}") for end in NOWHERE) or name.partition(".")[0] == "wpad"


class _Udp(asyncio.DatagramProtocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # Its class is no DatagramTransport in every Python, but it does what one does.
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        response = respond(data)
        if response is not None:
            asyncio.get_running_loop().call_later(delay(data), self._transport.sendto, response, addr)


async def _serve_tcp(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while True:
            (length,) = struct.unpack("!H", await reader.readexactly(2))
            response = respond(await reader.readexactly(min(length, MAX_QUERY)))
            if response is None:
                return
            writer.write(struct.pack("!H", len(response)) + response)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        return
    finally:
        writer.close()


async def serve(udp: socket.socket, tcp: socket.socket) -> None:
    """Answer on the two sockets until SIGTERM or SIGINT."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signum, stop.set)
    transport, _ = await loop.create_datagram_endpoint(_Udp, sock=udp)
    server = await asyncio.start_server(_serve_tcp, sock=tcp)
    await stop.wait()
    server.close()
    transport.close()


def main(words: Sequence[str] | None = None) -> int:
    """Serve the inherited sockets."""
    parser = argparse.ArgumentParser(prog="demo_upstream")
    parser.add_argument("--udp", type=int, required=True)
    parser.add_argument("--tcp", type=int, required=True)
    args = parser.parse_args(words)
    logs.setup("demo-upstream")
    asyncio.run(serve(socket.socket(fileno=args.udp), socket.socket(fileno=args.tcp)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
