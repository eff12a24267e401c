# SPDX-License-Identifier: GPL-3.0-or-later
"""`python -m bench.storm`: plain queries at a fixed rate, alone and beside a storm of handshakes, in turns; then 10,000
connections that say nothing.

Exit 1 where a plain query was lost. What the storm costs is the median over pairs of the 99th percentiles' difference.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench import machine, procfs
from bench.servers import free_port, pinned
from bench.telltale import Telltale
from store.base import status
from store.certificates import home_certificate
from store.config.settings import Settings

NAMES = ("data.mistat.xiaomi.com A", "localhost A", "tracking.miui.com A", "localhost AAAA")
IDLE = 10_000
IDLE_RATE = 4_000.0


class Storm:
    """An appliance that serves DNS over TLS, with who asks it."""

    def __init__(self, folder: Path, given: argparse.Namespace) -> None:
        self._given, self.dot = given, free_port()
        settings = {"TELLTALE_DOT": f"127.0.0.1:{self.dot}", "TELLTALE_HTTPS": "off"}
        self.appliance = Telltale(folder / "appliance", [], 9, workers=None, settings=settings)
        self._queries = folder / "queries.txt"
        self._queries.write_text("\n".join(NAMES) + "\n")

    def start(self) -> None:
        """As after a first start, with a certificate."""
        self.appliance.prepare(())
        home_certificate.make(self.appliance.state, Settings(), time.time())
        self.appliance.launch()
        self.appliance.wait_for_pages()
        while self._status() is None or not self._status().serving:
            time.sleep(0.1)

    def turn(self, storm: Sequence[str]) -> dict[str, Any]:
        """Ask in the clear for some seconds, with a storm beside or without."""
        beside = None
        if storm:
            command = [sys.executable, "-m", "bench.storm.shaker", "--port", str(self.dot), *storm]
            beside = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        core = [sorted(os.sched_getaffinity(0))[-1]]
        asked = subprocess.run(pinned(core, [
            sys.executable, "-m", "bench.prober", "--port", str(self.appliance.port), "--rate", str(self._given.rate),
            "--seconds", str(self._given.seconds), "--queries", str(self._queries),
        ]), capture_output=True, text=True, check=True)  # fmt: skip
        told: dict[str, Any] = {"storm": bool(storm), **json.loads(asked.stdout)}
        if beside is not None:
            told["connections"] = json.loads(beside.communicate(timeout=120)[0])
        told["lost"] = told["sent"] - told["answered"]
        told["memory_mib"] = round(procfs.pss_mib(self.appliance.role_pid("encrypted")), 1)
        told["load"] = os.getloadavg()[0]
        return told

    def refused(self) -> dict[str, int]:
        """What it counted so far."""
        return dict(self._status().refused)

    def _status(self) -> Any:
        return status.read(status.find_run_dir(self.appliance.state, {})).encrypted


def main(arguments: Sequence[str] | None = None) -> int:
    """All turns, a line for each, and the sum."""
    given = _options(arguments)
    count = str(int(given.storm * given.seconds))
    with tempfile.TemporaryDirectory(prefix="storm-", dir=given.out) as folder:
        house = Storm(Path(folder), given)
        try:
            house.start()
            house.turn(())
            turns = []
            for pair in range(given.pairs):
                for kind in (False, True) if pair % 2 == 0 else (True, False):
                    turns.append(house.turn(("--rate", str(given.storm), "--count", count) if kind else ()))
                    print(json.dumps(turns[-1]), flush=True)
            idle = house.turn(("--idle", "--rate", str(IDLE_RATE), "--count", str(IDLE)))
            refused = house.refused()
        finally:
            house.appliance.remove()
    p99 = {kind: [turn["p99_us"] / 1000 for turn in turns if turn["storm"] == kind] for kind in (False, True)}
    alone, beside = (round(statistics.median(p99[kind]), 2) for kind in (False, True))
    print(json.dumps({
        "machine": machine.describe(), "idle": idle, "refused": refused, "lost": sum(turn["lost"] for turn in turns),
        "p99_ms_alone": alone, "p99_ms_beside": beside,
        "more_ms": round(statistics.median(b - a for a, b in zip(p99[False], p99[True], strict=True)), 2),
    }, indent=1))  # fmt: skip
    return int(any(turn["lost"] for turn in [*turns, idle]))


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.storm", description="What a storm of TLS costs plain DNS.")
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=10.0, help="of a turn")
    parser.add_argument("--rate", type=float, default=2_000.0, help="plain queries a second")
    parser.add_argument("--storm", type=float, default=200.0, help="new TLS connections a second")
    parser.add_argument("--out", type=Path, default=None, help="where the appliance's folder is")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    os.chdir(Path(__file__).parents[2])
    sys.exit(main())
