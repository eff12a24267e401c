# SPDX-License-Identifier: GPL-3.0-or-later
"""The internet of the tests: every address of this namespace answers on some ports, and each contact is one line.

Port 53 answers any A with 198.51.100.5 and any AAAA with 2001:db8:5::5, TTL 2.
Other ports echo.
"""

import contextlib
import selectors
import socket
import struct
import threading
from typing import Any

UDP_PORTS = (53, 123, 443, 853, 4500, 8853)
TCP_PORTS = (22, 53, 80, 443, 853, 5001, 8443)


def answer(query: bytes) -> bytes:
    end = query.index(0, 12) + 5
    qtype = struct.unpack_from("!H", query, end - 4)[0]
    data = {1: bytes((198, 51, 100, 5)), 28: socket.inet_pton(socket.AF_INET6, "2001:db8:5::5")}.get(qtype, b"")
    record = b"\xc0\x0c" + struct.pack("!HHIH", qtype, 1, 2, len(data)) + data if data else b""
    return query[:2] + struct.pack("!HHHHH", 0x8180, 1, 1 if data else 0, 0, 0) + query[12:end] + record


def packet_info(message: list[tuple[int, int, bytes]]) -> tuple[list[tuple[int, int, bytes]], str]:
    """Control data for the answer, and the address that was asked."""
    level, kind, data = message[0]
    if level == socket.IPPROTO_IP:
        return [(level, kind, bytes(4) + data[8:12] + bytes(4))], socket.inet_ntop(socket.AF_INET, data[8:12])
    return [(level, kind, data[:16] + bytes(4))], socket.inet_ntop(socket.AF_INET6, data[:16])


def on_datagram(sock: socket.socket, port: int) -> None:
    packet, control, _, client = sock.recvmsg(4096, 128)
    back, asked = packet_info(control)
    print("udp", port, asked, client[0], flush=True)
    with contextlib.suppress(OSError, ValueError, struct.error):
        sock.sendmsg([answer(packet) if port == 53 and len(packet) < 64 else packet], back, 0, client)


def on_connection(sock: socket.socket, port: int) -> None:
    taken, client = sock.accept()
    print("tcp", port, taken.getsockname()[0], client[0], flush=True)
    threading.Thread(target=serve, args=(taken, port), daemon=True).start()


def serve(taken: socket.socket, port: int) -> None:
    with taken, contextlib.suppress(OSError, ValueError, struct.error):
        while data := taken.recv(4096):
            if port == 53:
                body = answer(data[2:])
                taken.sendall(struct.pack("!H", len(body)) + body)
            else:
                taken.sendall(data)


def listen() -> list[tuple[socket.socket, Any, int]]:
    found: list[tuple[socket.socket, Any, int]] = []
    for family, host in ((socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::")):
        for kind, ports, handler in (
            (socket.SOCK_DGRAM, UDP_PORTS, on_datagram),
            (socket.SOCK_STREAM, TCP_PORTS, on_connection),
        ):
            for port in ports:
                sock = socket.socket(family, kind)
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                if family == socket.AF_INET6:
                    sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                    sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVPKTINFO, 1)
                else:
                    sock.setsockopt(socket.IPPROTO_IP, 8, 1)  # IP_PKTINFO
                sock.bind((host, port))
                if kind == socket.SOCK_STREAM:
                    sock.listen(512)
                found.append((sock, handler, port))
    return found


def main() -> None:
    selector = selectors.DefaultSelector()
    for sock, handler, port in listen():
        selector.register(sock, selectors.EVENT_READ, (handler, port))
    print("ready", flush=True)
    while True:
        for key, _ in selector.select():
            handler, port = key.data
            handler(key.fileobj, port)


if __name__ == "__main__":
    main()
