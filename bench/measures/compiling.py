# SPDX-License-Identifier: GPL-3.0-or-later
"""From a list's file to an index that answers: seconds and the most memory of the process that does it."""

import shutil
import subprocess
import sys
import time

from bench.bed import Bed
from bench.telltale import Telltale
from blocklists.index.index import Index

SIZES = (("650 k names", 1), ("1.59 M names", 2))
# Runs a command and says its peak in KiB. A process of its own, and a small one: the kernel counts into a child's peak
# what its parent held when it forked.
_PEAK = """
import resource, subprocess, sys
code = subprocess.call(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(code)
"""


def run(bed: Bed) -> None:
    """The list-update process as `telltale lists update` starts it: fetch (from a file), parse, compile, publish."""
    server = bed.telltale("compiling")
    server.prepare([bed.small])
    for title, count in SIZES:
        if count == 2:
            server.add(bed.more)
        runs = [_once(server) for _ in range(bed.scale.latency_rounds)]
        bed.note(f"compile {title}, time", server.name, "s", [seconds for seconds, _ in runs])
        bed.note(f"compile {title}, peak memory", server.name, "MiB", [mib for _, mib in runs])
    path = server.state / "index" / "current.idx"
    held = len(Index.open(path))
    bed.note("index, bytes a name", server.name, "bytes", [path.stat().st_size / held], f"{held:,} names")
    server.remove()


def _once(server: Telltale) -> tuple[float, float]:
    """(seconds, MiB at the most), with nothing left from before."""
    for folder in ("lists", "index"):
        shutil.rmtree(server.state / folder, ignore_errors=True)
    command = [sys.executable, "-m", "blocklists.update.process", "--state", str(server.state), *server.lists]
    begun = time.monotonic()
    watched = [sys.executable, "-c", _PEAK, *command]
    done = subprocess.run(watched, env=server.environ(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError("the list update failed")
    return time.monotonic() - begun, int(done.stdout.split()[-1]) / 1024
