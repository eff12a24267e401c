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
from typing import cast

from store.base import logs
from wire.names import to_wire

_HEADER = struct.Struct("!6H")
_FIXED = struct.Struct("!HHIH")  # type, class, ttl, rdata length
_POINTER = b"\xc0\x0c"  # to the name of the question
A, CNAME, SOA, AAAA = 1, 5, 6, 28
NXDOMAIN, NOTIMP, FORMERR = 3, 4, 1
RESPONSE = 0x8180  # QR, RD, RA
MAX_QUERY = 512
# Names that nobody has: what devices look for in the home, and what has long been given up.
NOWHERE = ("lan", "local", "home", "wpad", "corp", "kuaishou.com")
TTLS = (30, 60, 120, 300, 900, 3600)
_V4_RANGES = ((192, 0, 2), (198, 51, 100), (203, 0, 113))


def respond(packet: bytes) -> bytes | None:
    """The response to a query, or None for bytes that are no query. Never raises. Stable for a name."""
    if len(packet) < 17 or packet[2] & 0x80:
        return None
    ident, flags, questions = struct.unpack_from("!3H", packet)
    if questions != 1 or flags & 0x7800:
        return _HEADER.pack(ident, RESPONSE | NOTIMP, 0, 0, 0, 0)
    end = 12
    while end < len(packet) and 0 < packet[end] < 64:
        end += packet[end] + 1
    if end + 5 > len(packet) or packet[end]:
        return _HEADER.pack(ident, RESPONSE | FORMERR, 0, 0, 0, 0)
    question = packet[12 : end + 5]
    qtype = struct.unpack_from("!H", packet, end + 1)[0]
    name = _name(question)
    rcode, answers = (NXDOMAIN, []) if _unknown(name) else (0, _answers(name, qtype))
    authority = [] if answers else [_soa(name)]
    counts = (1, len(answers), len(authority), 0)
    return _HEADER.pack(ident, RESPONSE | rcode, *counts) + question + b"".join(answers + authority)


def delay(packet: bytes) -> float:
    """Seconds that this query takes on its way, stable for a name: 4 to 45 ms."""
    return 0.004 + zlib.crc32(packet[12:]) % 41 / 1000


def _answers(name: str, qtype: int) -> list[bytes]:
    seed = zlib.crc32(name.encode())
    ttl = TTLS[seed % len(TTLS)]
    if qtype not in (A, AAAA) or (qtype == AAAA and seed % 5 < 2):
        return []
    owner, records = _POINTER, []
    if seed % 4 == 0:
        alias = to_wire(f"e{seed % 9973}.dsc{'abgw'[seed % 4]}.edge.example")
        records.append(_record(owner, CNAME, ttl, alias))
        owner = alias
    data = _v4(seed) if qtype == A else _v6(seed)
    return [*records, _record(owner, qtype, ttl, data)]


def _record(owner: bytes, rtype: int, ttl: int, data: bytes) -> bytes:
    return owner + _FIXED.pack(rtype, 1, ttl, len(data)) + data


def _soa(name: str) -> bytes:
    """Under the last label of the name: a negative answer without an SOA above the name is kept by nobody."""
    server, mailbox = to_wire("ns.edge.example"), to_wire("hostmaster.edge.example")
    data = server + mailbox + struct.pack("!5I", 1, 7200, 900, 86400, 300)
    return _record(to_wire(name.rpartition(".")[2]), SOA, 300, data)


def _v4(seed: int) -> bytes:
    return bytes((*_V4_RANGES[seed % 3], seed // 3 % 254 + 1))


def _v6(seed: int) -> bytes:
    return bytes.fromhex("20010db8") + struct.pack("!III", seed, 0, seed % 65521)


def _unknown(name: str) -> bool:
    return any(name == end or name.endswith(f".{end}") for end in NOWHERE) or name.partition(".")[0] == "wpad"


def _name(question: bytes) -> str:
    labels, at = [], 0
    while question[at]:
        labels.append(question[at + 1 : at + 1 + question[at]].decode("ascii", "replace"))
        at += question[at] + 1
    return ".".join(labels).lower()


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
