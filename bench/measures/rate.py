# SPDX-License-Identifier: GPL-3.0-or-later
"""Queries a second that one core answers: a home's mix, and names that nobody has asked for before."""

from collections.abc import Callable
from pathlib import Path

from bench import dnsperf, names
from bench.bed import Bed
from bench.dnsperf import Ran
from bench.servers import Server

UNIQUE_PER_SECOND = 100_000  # more than any server here forwards


def run(bed: Bed) -> None:
    """The mix for all servers in turn, then unique names, then the mix once more for one that listens as homes do."""
    servers = bed.fleet()
    if bed.forwards:
        _in_turn(bed, "mix", servers, lambda _: bed.mix)
        _in_turn(bed, "unique names", servers, lambda salt: _unique(bed, salt))
        _wildcard(bed)
    else:
        bed.results.skipped["queries a second"] = "without unbound there is no upstream"


def _in_turn(bed: Bed, what: str, servers: list[Server], queries: Callable[[str], Path]) -> None:
    ran: dict[str, list[Ran]] = {server.name: [] for server in servers}
    spent: dict[str, list[float]] = {server.name: [] for server in servers}
    for number in range(bed.scale.rounds):
        for server in servers:
            source = queries(f"{number}{server.name[0].lower()}")
            before = server.cpu_seconds()
            once = dnsperf.run(server.port, source, seconds=bed.scale.rate_seconds, core=bed.load_core)
            bed.settle(server)
            ran[server.name].append(once)
            spent[server.name].append((server.cpu_seconds() - before) / max(1, once.completed) * 1e6)
    for name, runs in ran.items():
        bed.note(f"{what}, q/s", name, "q/s", [one.rate for one in runs])
        bed.note(f"{what}, processor time a query", name, "µs", spent[name])
        bed.note(f"{what}, lost", name, "queries", [sum(one.lost for one in runs)], dnsperf.shortfall(runs, lost=False))


def _unique(bed: Bed, salt: str) -> Path:
    count = int(UNIQUE_PER_SECOND * bed.scale.rate_seconds)
    return bed.write("unique.txt", names.unique(count, salt))


def _wildcard(bed: Bed) -> None:
    """0.0.0.0 is how a home listens, and each response must then name its sender; the load still comes by loopback."""
    server = bed.telltale("wildcard", workers=1, address="0.0.0.0")
    server.start([bed.small], bed.blocked[0])
    bed.warm(server)
    _in_turn(bed, "mix on 0.0.0.0", [server], lambda _: bed.mix)
    server.remove()
