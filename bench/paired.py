# SPDX-License-Identifier: GPL-3.0-or-later
"""A memo hit here and in another checkout, side by side: `python -m bench.paired OTHER [--pairs N] [--seconds S]`.

OTHER is a checkout of an earlier commit with its own .venv. Both answer the same names from memory at the same time
(with `--forwarded`: names that nobody asked for before, from an upstream that answers at once), on one core, so that
whatever else the machine does meets both alike; what is told is the ratio of the processor time that their workers took
for a query, pair by pair. A median within the spread of single pairs around 1 is noise.
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

from bench import dnsperf, machine, names, procfs
from bench.edits.__main__ import Servers
from bench.servers import Server, ServerFailed, free_port, without_settings

NAMES = 100
SETTLE_SECONDS = 15.0  # a first start compiles and looks around
HERE = Path(__file__).parents[1]


class Checkout(Server):
    """The appliance of a checkout, with one worker and an empty state directory. `update`: it fetches lists, too."""

    def __init__(
        self, name: str, house: Path, folder: Path, cores: Sequence[int], upstream: int, *, update: bool = False
    ) -> None:
        super().__init__(folder, cores, upstream)
        self.name, self._house, self._update = name, house, update
        self._web, self.worker = free_port(), 0

    def prepare(self, lists: Sequence[Path]) -> None:
        """Nothing: a first start makes what it needs."""

    def environ(self) -> dict[str, str]:
        mine = without_settings(super().environ())
        return {**mine, "TELLTALE_RUN": str(self.folder / "run")}

    def command(self) -> list[str]:
        (self.folder / "run").mkdir(exist_ok=True)
        return [
            *self._telltale(), "run", "--state", str(self.folder / "state"), "--dns", f"127.0.0.1:{self.port}",
            "--web", f"127.0.0.1:{self._web}", "--upstream", f"127.0.0.1:{self.upstream}", "--workers", "1",
            *([] if self._update else ["--no-update"]),
        ]  # fmt: skip

    def tell(self, *arguments: str) -> str:
        """What its command line prints. Raises ServerFailed with what it complains of."""
        command = [*self._telltale(), *arguments, "--state", str(self.folder / "state")]
        done = subprocess.run(command, env=self.environ(), capture_output=True, text=True, check=False)
        if done.returncode:
            raise ServerFailed(f"telltale {' '.join(arguments)}: {done.stderr.strip() or done.stdout.strip()}")
        return done.stdout

    def _telltale(self) -> list[str]:
        return [
            "env", "-C", str(self._house), str(self._house / ".venv" / "bin" / "python"), "-m", "appliance"
        ]  # fmt: skip

    def find_worker(self, queries: Path, core: int, rate: int) -> None:
        """The process that is busy while names are asked for; they are in memory then."""
        before = {pid: procfs.threads_us(pid) for pid in procfs.family(procfs.all_stats(), self.pid)}
        dnsperf.run(self.port, queries, seconds=2, core=core, limit=rate)
        self.worker = max(before, key=lambda pid: procfs.threads_us(pid) - before[pid])


class Asked:
    """Files of questions: always the same names, or each time new ones."""

    def __init__(self, folder: Path, forwarded: bool) -> None:
        self._folder, self._forwarded, self._files = folder, forwarded, 0

    def queries(self, count: int) -> Path:
        """A file that lasts for that many questions."""
        self._files += 1
        lines = (names.unique(count + count // 10, f"paired{self._files}") if self._forwarded
                 else [f"name{number}.steady.example A" for number in range(NAMES)])  # fmt: skip
        file = self._folder / f"queries{self._files}.txt"
        file.write_text("".join(f"{line}\n" for line in lines))
        return file


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print the result as JSON."""
    parser = argparse.ArgumentParser(prog="python -m bench.paired", description="A query's cost, before and after.")
    parser.add_argument("other", type=Path, help="a checkout of an earlier commit, with its .venv")
    parser.add_argument("--pairs", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--rate", type=int, default=0, help="questions a second, of each (5,000; forwarded 1,000)")
    parser.add_argument("--forwarded", action="store_true", help="each name is asked once, and goes to the upstream")
    given = parser.parse_args(arguments)
    given.rate = given.rate or (1_000 if given.forwarded else 5_000)
    cores = sorted(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory(prefix="paired-") as name, Servers() as servers:
        folder = Path(name)
        asked = Asked(folder, given.forwarded)
        houses = [Checkout(which, house.resolve(), folder / which, cores[:1], servers.ports[0])
                  for which, house in (("before", given.other), ("after", HERE))]  # fmt: skip
        try:
            for house in houses:
                house.start()
            time.sleep(SETTLE_SECONDS)
            for house in houses:
                house.find_worker(asked.queries(2 * given.rate), cores[-1], given.rate)
            most = round(given.seconds * given.rate)
            pairs = [one_pair(houses, asked.queries(most), given, cores[-1]) for _ in range(given.pairs)]
        finally:
            for house in houses:
                house.remove()
    how = {"forwarded": given.forwarded, "rate": given.rate}
    print(json.dumps({**told(pairs), **how, "machine": machine.describe()}, indent=1))
    return 0


def one_pair(houses: Sequence[Checkout], queries: Path, given: argparse.Namespace, core: int) -> tuple[float, float]:
    """Microseconds of the workers' processor time a query, before and after."""
    begun = [procfs.threads_us(house.worker) for house in houses]
    asking = [dnsperf.start(house.port, queries, seconds=given.seconds, core=core, limit=given.rate)
              for house in houses]  # fmt: skip
    ran = [dnsperf.finish(each, given.seconds) for each in asking]
    before, after = ((procfs.threads_us(house.worker) - at) / one.completed
                     for house, at, one in zip(houses, begun, ran, strict=True))  # fmt: skip
    return before, after


def told(pairs: Sequence[tuple[float, float]]) -> dict[str, object]:
    """Medians, and the ratios of the pairs."""
    ratios = sorted(after / before for before, after in pairs)
    return {
        "pairs": len(pairs), "before_us": round(statistics.median(before for before, _ in pairs), 2),
        "after_us": round(statistics.median(after for _, after in pairs), 2),
        "ratio": {"median": round(statistics.median(ratios), 3), "least": round(ratios[0], 3),
                  "most": round(ratios[-1], 3)},
    }  # fmt: skip


if __name__ == "__main__":
    os.chdir(HERE)
    sys.exit(main())
