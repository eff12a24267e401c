# SPDX-License-Identifier: GPL-3.0-or-later
"""How long an answer takes at 1,000 and at 10,000 queries a second, from memory and from the sinkhole."""

import json
import subprocess
import sys
from pathlib import Path

from bench.bed import Bed
from bench.servers import Server, pinned

RATES = (1_000, 10_000)
QUANTILES = {"p50_us": "p50", "p99_us": "p99", "p999_us": "p99.9"}


def run(bed: Bed) -> None:
    """All servers in turn, round by round; see bench.prober for what is measured."""
    kinds = {"hits": bed.hits, "sinkholed": bed.sinkholed} if bed.forwards else {"sinkholed": bed.sinkholed}
    found: dict[tuple[str, str, int], list[dict[str, float]]] = {}
    for _ in range(bed.scale.latency_rounds):
        for rate in RATES:
            for kind, queries in kinds.items():
                for server in bed.fleet():
                    found.setdefault((server.name, kind, rate), []).append(_once(bed, server, queries, rate))
    for (name, kind, rate), runs in found.items():
        lost = int(sum(one["sent"] - one["answered"] for one in runs))
        for key, title in QUANTILES.items():
            note = f"{lost} unanswered" if lost else ""
            bed.note(f"{kind} at {rate:,} q/s, {title}", name, "µs", [one[key] for one in runs], note)


def _once(bed: Bed, server: Server, queries: Path, rate: int) -> dict[str, float]:
    command = [
        sys.executable, "-m", "bench.prober", "--port", str(server.port), "--rate", str(rate),
        "--seconds", str(bed.scale.latency_seconds), "--queries", str(queries),
    ]  # fmt: skip
    done = subprocess.run(pinned([bed.load_core], command), capture_output=True, text=True, check=True)
    values: dict[str, float] = json.loads(done.stdout)
    return values
