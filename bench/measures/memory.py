# SPDX-License-Identifier: GPL-3.0-or-later
"""Memory of all processes of a server: without a list, with the small and the large one, and after many names.

Telltale is whole here: as many workers as it has by itself, recorder, pages (one was opened) and list update.
"""

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from bench import names
from bench.bed import Bed
from bench.dnsperf import parse
from bench.servers import UNLISTED, Server, pinned
from bench.telltale import Telltale

ALL_SECONDS = 1_200.0  # for the names of the full run
AT_ONCE = 50_000
FORGOTTEN = "memory, a while after distinct names"
CALM_SECONDS = 1.0


def run(bed: Bed) -> None:
    """One server after the other, so that each has the machine's memory to itself."""
    for server in (bed.telltale("memory", every_core=True, workers=None, update=True), *bed.others("-memory")):
        lists: tuple[Path, ...] = ()
        for title, more in (("no list", None), ("650 k names", bed.small), ("1.59 M names", bed.more)):
            lists = (*lists, more) if more else ()
            _begin(server, lists, more, bed)
            _note(bed, server, f"memory, {title}")
        if bed.forwards:
            count = bed.scale.distinct if isinstance(server, Telltale) else bed.scale.distinct_others
            _ask(server, count, bed.load_core)
            bed.settle(server)
            _note(bed, server, "memory, after distinct names", f"{count:,} names asked")
            if isinstance(server, Telltale):
                _after_a_while(bed, server)
        server.remove()


def _after_a_while(bed: Bed, server: Telltale) -> None:
    """As much as it was before the names, it should be again; with the pages awake, as they were then."""
    time.sleep(bed.scale.forget_seconds)
    server.get("/")
    time.sleep(CALM_SECONDS)
    _note(bed, server, FORGOTTEN, f"{bed.scale.forget_seconds:g} s later")


def _begin(server: Server, lists: Sequence[Path], more: Path | None, bed: Bed) -> None:
    """Have the lists in use: Telltale takes a new one while it runs, the others start anew."""
    if isinstance(server, Telltale) and more:
        server.add(more)
    else:
        server.stop()
        server.start(lists, bed.blocked[0] if lists else UNLISTED)
        if isinstance(server, Telltale):
            server.wait_for_pages()
            server.get("/")
    time.sleep(CALM_SECONDS)


def _note(bed: Bed, server: Server, measure: str, note: str = "") -> None:
    try:
        bed.note(measure, server.name, "MiB", [server.pss_mib()], note)
    except PermissionError:
        bed.results.skipped[f"{measure} of {server.name}"] = "its processes are another user's; run as root"


def _ask(server: Server, count: int, core: int) -> None:
    """Ask for so many names, each once, through dnsperf's standard input: a file would be hundreds of MB."""
    command = [
        "dnsperf", "-s", "127.0.0.1", "-p", str(server.port), "-n", "1", "-t", "2", "-c", "20", "-q", "100",
        "-l", str(ALL_SECONDS),
    ]  # fmt: skip
    process = subprocess.Popen(pinned([core], command), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    assert process.stdout is not None
    for start in range(0, count, AT_ONCE):
        lines = names.unique(min(AT_ONCE, count - start), f"m{start // AT_ONCE}x")
        process.stdin.write("\n".join(lines) + "\n")
    process.stdin.close()
    output = process.stdout.read()
    process.wait()
    ran = parse(output)
    if ran.lost > ran.sent // 100:
        print(f"  {server.name} lost {ran.lost} of {ran.sent}", file=sys.stderr)
