# SPDX-License-Identifier: GPL-3.0-or-later
"""Processor time a query at a rate that every server holds, all processes of a server together.

What else runs on the machine makes a server slower, but hardly dearer: this is the figure that noise spares.
"""

from pathlib import Path

from bench import dnsperf
from bench.bed import Bed
from bench.servers import Server

RATE = 10_000


def run(bed: Bed) -> None:
    """The mix for all in turn; for Telltale its recorder and pages are in it, and the time until all is written."""
    if not bed.forwards:
        bed.results.skipped["processor time a query"] = "without unbound there is no upstream"
        return
    spent: dict[str, list[float]] = {}
    ran: dict[str, list[dnsperf.Ran]] = {}
    for _ in range(bed.scale.cpu_rounds):
        for server in bed.fleet():
            took, once = _once(bed, server, bed.mix)
            spent.setdefault(server.name, []).append(took)
            ran.setdefault(server.name, []).append(once)
    for name, values in spent.items():
        bed.note("processor time a query, mix at 10,000 q/s", name, "µs", values, dnsperf.shortfall(ran[name]))


def _once(bed: Bed, server: Server, queries: Path) -> tuple[float, dnsperf.Ran]:
    bed.settle(server)
    before = server.cpu_seconds()
    ran = dnsperf.run(server.port, queries, seconds=bed.scale.cpu_seconds, core=bed.load_core, limit=RATE)
    bed.settle(server)
    return (server.cpu_seconds() - before) / max(1, ran.completed) * 1e6, ran
