# SPDX-License-Identifier: GPL-3.0-or-later
"""Few and many client addresses: what a lookup by client, and a table of clients, cost.

The sender is Python (see bench.crowd) and may be slower than a server; processor time a query tells what it costs.
"""

import json
import subprocess
import sys

from bench.bed import Bed
from bench.servers import Server, pinned

COUNTS = (200, 10_000, 100_000)


def run(bed: Bed) -> None:
    """Sinkholed names, so that nothing depends on an upstream or its cache.

    Telltale has one of its own here, as it remembers each client as a device. What the first sight of one costs is a
    figure by itself; where there are too many clients for all to be seen in that time, some of it is in the second too.
    """
    ours = bed.telltale("clients")
    ours.start([bed.small], bed.blocked[0])
    bed.calm(ours)
    before = ours.pss_mib()
    others = [server for server in bed.fleet() if server.name != ours.name]
    for count in COUNTS:
        _once(bed, ours, count, f"{count:,} new clients")
        for server in (ours, *others):
            _once(bed, server, count, f"{count:,} clients")
    bed.note("memory that many clients add", ours.name, "MiB", [ours.pss_mib() - before], f"{COUNTS[-1]:,} of them")
    ours.remove()


def _once(bed: Bed, server: Server, count: int, title: str) -> None:
    command = [
        sys.executable, "-m", "bench.crowd", "--port", str(server.port), "--clients", str(count),
        "--seconds", str(bed.scale.crowd_seconds), "--queries", str(bed.sinkholed),
    ]  # fmt: skip
    bed.settle(server)
    before = server.cpu_seconds()
    done = json.loads(subprocess.run(pinned([bed.load_core], command), capture_output=True, check=True).stdout)
    bed.settle(server)
    spent = (server.cpu_seconds() - before) / max(1, done["answered"]) * 1e6
    asked = min(count, int(done["sent"]))
    note = "" if asked == count else f"{asked:,} of them in this time"
    bed.note(title, server.name, "q/s", [done["answered"] / done["seconds"]], note)
    bed.note(f"{title}, processor time a query", server.name, "µs", [spent])
    bed.note(f"{title}, lost", server.name, "queries", [done["lost"]])
