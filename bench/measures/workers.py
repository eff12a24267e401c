# SPDX-License-Identifier: GPL-3.0-or-later
"""1, 2 and 4 workers on two cores that they share with the load; afterwards the log must hold every query."""

import time

from bench import dnsperf
from bench.bed import Bed
from bench.results import TELLTALE
from bench.telltale import Telltale

COUNTS = (1, 2, 4)
RECORD_SECONDS = 30.0  # until the last row must be written


def run(bed: Bed) -> None:
    """All three stand side by side and are asked in turn."""
    servers = {count: bed.telltale(f"workers-{count}", every_core=True, workers=count) for count in COUNTS}
    rates: dict[int, list[float]] = {count: [] for count in COUNTS}
    due = dict.fromkeys(COUNTS, 0)
    lost = dict.fromkeys(COUNTS, 0)
    queries = bed.mix if bed.forwards else bed.sinkholed
    for count, server in servers.items():
        server.start([bed.small], bed.blocked[0])
        bed.warm(server)
        bed.settle(server)
        due[count] = server.logged()
    for _ in range(bed.scale.rounds):
        for count, server in servers.items():
            ran = dnsperf.run(server.port, queries, seconds=bed.scale.rate_seconds, core=None)
            rates[count].append(ran.rate)
            due[count] += ran.completed
            lost[count] += ran.lost
    for count, server in servers.items():
        title = f"{count} worker{'s' if count > 1 else ''} on two cores"
        bed.note(f"{title}, mix", TELLTALE, "q/s", rates[count], f"{lost[count]} lost")
        missing = [_missing(server, due[count])]
        bed.note(f"{title}, rows missing in the log", TELLTALE, "rows", missing, "neither written nor told as dropped")
        server.remove()


def _missing(server: Telltale, due: int) -> float:
    """How many of the queries that were answered are neither in the log nor told there as dropped.

    A response that came too late for dnsperf is in the log and no answer to it: then there are more rows, none missing.
    """
    end = time.monotonic() + RECORD_SECONDS
    before, rows = -1, server.logged()
    while rows < due and rows != before and time.monotonic() < end:
        time.sleep(2.5)  # a commit of the log later
        before, rows = rows, server.logged()
    return max(0.0, due - rows)
