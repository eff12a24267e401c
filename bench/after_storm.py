# SPDX-License-Identifier: GPL-3.0-or-later
"""Memory of each process before, during and after a storm of names: `python -m bench.after_storm [--names N]`.

Six hundred thousand names that nobody asked for before, as fast as they are answered, then a home's trickle of queries
and nothing else: within minutes each process should hold what it held before (Pss, and what is its own alone, in MiB).
The trickle asks on while processes are renewed, by the clock; what is lost of it and the slowest answers are told.

`--renewals`: only that, at `--rate`, with each process told to ask for its renewal, as if it held too much.
"""

import argparse
import json
import os
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from bench import dnsperf, machine, names, packets, procfs
from bench.edits.__main__ import Servers
from bench.prober import SO_TIMESTAMPNS, probe
from bench.telltale import Telltale

# Of a start, and what is done a minute after it: both looks are at the processes that always run, and at no other.
SETTLE_SECONDS, PAGES_SLEEP_SECONDS = 150.0, 30
STORM_SECONDS = 600.0  # at most
SPAN_SECONDS = 30.0  # of the trickle, between two looks
RENEWAL_SECONDS = 20.0  # of the stream, for each renewal
_HOME = 50  # names that a home asks again and again


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print the result as JSON."""
    parser = argparse.ArgumentParser(prog="python -m bench.after_storm", description="Memory that a storm leaves.")
    parser.add_argument("--names", type=int, default=600_000, help="of the storm, each asked once")
    parser.add_argument("--minutes", type=float, default=12.0, help="of calm after it")
    parser.add_argument("--rate", type=float, default=2.0, help="queries a second then")
    parser.add_argument("--renewals", action="store_true", help="no storm: each process is renewed while queries come")
    given = parser.parse_args(arguments)
    told: dict[str, Any] = {"machine": machine.describe()}
    with tempfile.TemporaryDirectory(prefix="storm-") as name, Servers() as servers:
        folder = Path(name)
        asleep = {"TELLTALE_PAGES_SLEEP_SECONDS": str(PAGES_SLEEP_SECONDS)}
        appliance = Telltale(folder / "appliance", [], servers.ports[0], update=True, settings=asleep)
        try:
            appliance.prepare([names.two_lists(folder, None, large=names.SMALL + 1)[0]])
            appliance.launch()
            appliance.wait_for_pages()
            time.sleep(SETTLE_SECONDS)
            told |= _renewals(appliance, given.rate) if given.renewals else _storm(appliance, folder, given)
            said = (appliance.folder / "output.log").read_text().splitlines()
            told["said"] = [line for line in said if "renewed" in line or "left lying" in line]
        finally:
            appliance.remove()
    told["machine"]["load_after"] = os.getloadavg()[0]
    print(json.dumps(told, indent=1))
    return 0


def _storm(appliance: Telltale, folder: Path, given: argparse.Namespace) -> dict[str, Any]:
    queries = folder / "queries.txt"
    queries.write_text("".join(f"{line}\n" for line in names.unique(given.names, "storm")))
    told: dict[str, Any] = {"before": memory(appliance.pid)}
    ran = dnsperf.run(appliance.port, queries, seconds=STORM_SECONDS, core=None, loops=1)
    told["storm"] = {"sent": ran.sent, "lost": ran.lost, "rate": round(ran.rate), "rcodes": ran.rcodes}
    told["peak"], told["calm"] = memory(appliance.pid), []
    begun = time.monotonic()
    while time.monotonic() - begun < 60 * given.minutes:
        asked = _asked(appliance.port, given.rate, SPAN_SECONDS)
        now = memory(appliance.pid)
        ratio = round(_pss(now) / _pss(told["before"]), 2)
        told["calm"].append({"s": round(time.monotonic() - begun), "asked": asked, "ratio": ratio, "memory": now})
    return told


def _pss(parts: dict[str, dict[str, float]]) -> float:
    return sum(part["pss"] for part in parts.values())


def _renewals(appliance: Telltale, rate: float) -> dict[str, Any]:
    """Each process of DNS once, in the middle of a stream."""
    return {
        role: _asked(appliance.port, rate, RENEWAL_SECONDS, partial(_have_renewed, appliance, role))
        for role in ("worker-1", "recorder")
    }  # fmt: skip


def _asked(port: int, rate: float, seconds: float, begin: Callable[[], object] = lambda: None) -> dict[str, float]:
    """Names of a home and new ones in turn; `begin` is called before."""
    queries = [packets.query(f"name{number}.steady.example") for number in range(_HOME)]
    queries += [packets.query(f"new{time.monotonic_ns()}x{number}.example") for number in range(int(rate * seconds))]
    mixed = [queries[number % _HOME if number % 2 else -number - 1] for number in range(int(rate * seconds))]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.setblocking(False)
        sock.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        sock.connect(("127.0.0.1", port))
        begin()
        return probe(sock, mixed, rate, seconds)


def _have_renewed(appliance: Telltale, role: str) -> None:
    """Write into its pulse what it writes itself once it holds too much."""
    for entry in Path(f"/proc/{appliance.role_pid(role)}/fd").iterdir():
        with suppress(OSError):
            if str(entry.readlink()).startswith("pipe:") and entry.lstat().st_mode & 0o600 == 0o200:  # it writes there
                fd = os.open(entry, os.O_WRONLY | os.O_NONBLOCK)
                os.write(fd, b"r")
                os.close(fd)


def memory(root: int) -> dict[str, dict[str, float]]:
    """MiB of each process of a family: its share of what is shared, and what is its own alone."""
    told = {}
    for pid in procfs.family(procfs.all_stats(), root):
        with suppress(OSError):
            text = Path(f"/proc/{pid}/smaps_rollup").read_text()
            told[f"{procfs.name(pid)} {pid}"] = {
                "pss": round(procfs.parse_pss(text) / 1024, 1), "own": round(procfs.parse_private(text) / 1024, 1)
            }  # fmt: skip
    return told


if __name__ == "__main__":
    os.chdir(Path(__file__).parents[1])  # children are started as modules of this checkout
    sys.exit(main())
