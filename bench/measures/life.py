# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts and toggles: how long a home waits, and whether a query is lost meanwhile."""

import socket
import time

from bench import dnsperf, packets
from bench.bed import Bed
from bench.telltale import Telltale

RATE = 10_000
APART_SECONDS = 0.8  # between two toggles
PATIENCE_SECONDS = 5.0
ASKERS = 8  # sockets, so that the kernel shows all workers


def run(bed: Bed) -> None:
    """A start with everything on disk, for each server in turn; then toggles under load."""
    taken: dict[str, list[float]] = {}
    for _ in range(bed.scale.latency_rounds):
        for server in bed.fleet():
            server.stop()
            taken.setdefault(server.name, []).append(server.launch(bed.blocked[0]))
    for name, values in taken.items():
        bed.note("start to first answer, 650 k names", name, "s", values)
    for server in bed.fleet():
        bed.warm(server)
    _toggles(bed)


def _toggles(bed: Bed) -> None:
    """With as many workers as a home has; load goes on all the time."""
    server = bed.telltale("toggle", workers=2)
    server.start([bed.small], bed.blocked[0])
    server.wait_for_pages()
    server.get("/")  # logs in, which is no part of a click
    bed.warm(server)
    seconds = 1 + bed.scale.toggles * (APART_SECONDS + 0.5)
    queries = bed.mix if bed.forwards else bed.sinkholed
    load = dnsperf.start(server.port, queries, seconds=seconds, core=bed.load_core, limit=RATE)
    time.sleep(0.5)
    taken = [_toggle(server, bed.blocked[0], on=number % 2 == 1) for number in range(bed.scale.toggles)]
    ran = dnsperf.finish(load, seconds)
    bed.note("toggle to effect at 10,000 q/s", server.name, "s", taken, "click, worker and answer, all workers")
    bed.note("toggles, queries lost", server.name, "queries", [ran.lost], f"of {ran.sent:,}, {len(taken)} toggles")
    server.remove()


def _toggle(server: Telltale, blocked: str, *, on: bool) -> float:
    """Seconds from the click to the answer that shows it, from every one of several sockets."""
    begun = time.monotonic()
    done = server.call("PUT", f"/api/v1/blocklists/{server.lists[0]}/toggle", {"on": on})
    if done.status != 200:
        raise RuntimeError(f"the toggle was refused: {done.body!r}")
    waiting = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(ASKERS)]
    while waiting and time.monotonic() - begun < PATIENCE_SECONDS:
        for sock in list(waiting):
            if _sinkholed(sock, server.port, blocked) is on:
                waiting.remove(sock)
                sock.close()
    taken = time.monotonic() - begun
    time.sleep(APART_SECONDS)
    return taken


def _sinkholed(sock: socket.socket, port: int, name: str) -> bool | None:
    sock.settimeout(0.5)
    try:
        sock.connect(("127.0.0.1", port))
        sock.send(packets.query(name))
        return packets.is_sinkholed(sock.recv(4096))
    except OSError:
        return None
