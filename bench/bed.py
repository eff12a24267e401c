# SPDX-License-Identifier: GPL-3.0-or-later
"""The test bed: what every measure gets. Files of queries, the upstream, and the servers side by side."""

import os
import random
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from bench import dnsperf, names
from bench.results import Figure, Results
from bench.rivals import RIVALS
from bench.rivals.unbound import Upstream
from bench.servers import Server, found
from bench.telltale import SETTLE_SECONDS, Telltale

BLOCKED_NAMES = 2_000  # listed names that the home asks for
SITES = 3_000  # other names: with their two types they fit into every server's cache
MIX_LINES = 100_000
QUIET_SECONDS, QUIET_SHARE = 0.5, 0.1  # so little of a core for so long: what was to be written is
BUSY_SECONDS = 60.0  # and no longer is waited for that


@dataclass(frozen=True, slots=True)
class Scale:
    """How long and how much. Seconds are of each single run of a load."""

    rounds: int
    rate_seconds: float
    cpu_rounds: int
    cpu_seconds: float
    latency_rounds: int
    latency_seconds: float
    distinct: int  # names asked of Telltale before memory is looked at again
    distinct_others: int  # of the others, whose caches are full by then; dnsmasq would take half an hour for all
    toggles: int
    pen_rows: int
    log_rows: int
    page_rounds: int
    page_limit: float  # seconds for a page before it is given up
    crowd_seconds: float
    wear_seconds: float
    idle_seconds: float  # while nobody asks
    home_seconds: float  # of each of a home's rates
    forget_seconds: float  # from the last of many names until memory is looked at once more


QUICK = Scale(
    rounds=3, rate_seconds=1, cpu_rounds=1, cpu_seconds=4, latency_rounds=1, latency_seconds=1, distinct=40_000,
    distinct_others=10_000, toggles=4, pen_rows=300_000, log_rows=1_000_000, page_rounds=1, page_limit=5,
    crowd_seconds=1.5, wear_seconds=60, idle_seconds=30, home_seconds=15, forget_seconds=30,
)  # fmt: skip
FULL = Scale(
    rounds=5, rate_seconds=4, cpu_rounds=3, cpu_seconds=8, latency_rounds=3, latency_seconds=4, distinct=10_000_000,
    distinct_others=300_000, toggles=10, pen_rows=2_000_000, log_rows=50_000_000, page_rounds=3, page_limit=15,
    crowd_seconds=8, wear_seconds=240, idle_seconds=120, home_seconds=60, forget_seconds=600,
)  # fmt: skip


class Bed:
    """`small` and `more`: the lists. The servers of `fleet` run from their first use to the end."""

    def __init__(
        self, folder: Path, scale: Scale, results: Results, small: Path, more: Path,
        say: Callable[[str], None] = print,
    ) -> None:  # fmt: skip
        self.folder, self.scale, self.results, self.say = folder, scale, results, say
        self.small, self.more = small, more
        cores = sorted(os.sched_getaffinity(0))
        self.server_core, self.load_core = cores[0], cores[1 % len(cores)]
        self._upstream: Server | None = None
        self._fleet: list[Server] = []
        self._own: list[Server] = []
        with small.open() as file:
            self.blocked = [line.strip() for line in islice(file, BLOCKED_NAMES)]
        self.sites = names.sites(SITES)
        self.mix = self.write("mix.txt", names.mix(self.blocked, self.sites, MIX_LINES))
        every = [f"{name} {qtype}" for name in (*self.sites, *self.blocked) for qtype in ("A", "AAAA")]
        self.every = self.write("every.txt", random.Random(names.SEED).sample(every, len(every)))
        self.hits = self.write("hits.txt", [f"{name} A" for name in self.sites[:1000]])
        self.sinkholed = self.write("sinkholed.txt", [f"{name} A" for name in self.blocked[:1000]])

    def write(self, name: str, lines: Sequence[str]) -> Path:
        """A file of queries in the bed's folder."""
        path = self.folder / name
        path.write_text("\n".join(lines) + "\n")
        return path

    @property
    def upstream(self) -> int:
        """The port of the upstream; 9 (discard) where there is no unbound, and then nothing can be forwarded."""
        if self._upstream is None and found("unbound"):
            self._upstream = Upstream(self.folder / "upstream", [self.load_core], 0)
            self._upstream.start()
        return self._upstream.port if self._upstream else 9

    @property
    def forwards(self) -> bool:
        return self.upstream != 9

    def fleet(self) -> list[Server]:
        """Telltale with one worker and all others that are here, each on the one core with the small list, warm."""
        if not self._fleet:
            self.say("starting the servers with the list")
            self._fleet = [self.telltale(), *self.others()]
            for server in self._fleet:
                server.start([self.small], self.blocked[0])
                self.warm(server)
        return self._fleet

    def telltale(self, name: str = "telltale", *, every_core: bool = False, **options: object) -> Telltale:
        """An appliance of the measure's own; `options` as of Telltale. It ends with the bed at the latest."""
        cores = sorted({self.server_core, self.load_core}) if every_core else [self.server_core]
        made = Telltale(self.folder / name, cores, self.upstream, **options)  # type: ignore[arg-type]
        self._own.append(made)
        return made

    def others(self, suffix: str = "") -> list[Server]:
        """The other servers, not yet started; those that are not here are named in the results."""
        here: list[Server] = []
        for kind in RIVALS:
            if why := kind.why_not():
                self.results.skipped[kind.name] = why
                continue
            self.results.machine.setdefault("servers", {}).setdefault(kind.name, kind.which())
            here.append(kind(self.folder / f"{kind.program}{suffix}", [self.server_core], self.upstream))
        self._own += here
        return here

    def warm(self, server: Server) -> None:
        """Ask for everything that the mix holds, so that what is measured is the steady state."""
        self.calm(server)
        if self.forwards:
            dnsperf.run(server.port, self.every, seconds=15, core=self.load_core, loops=1)

    def note(self, measure: str, server: str, unit: str, values: Iterable[float], note: str = "") -> None:
        """Keep a figure and say it."""
        kept = tuple(values)
        if kept:
            figure = Figure(measure, server, unit, kept, note)
            self.results.figures.append(figure)
            self.say(f"  {measure:42} {server:10} {figure.median:12,.2f} {unit}")

    def calm(self, server: Server) -> None:
        """Wait until a start is over: Telltale answers before its pages are up and its lists are looked through."""
        if isinstance(server, Telltale):
            server.wait_for_pages()
            time.sleep(SETTLE_SECONDS)

    def settle(self, server: Server) -> None:
        """Let Telltale's recorder write what was answered, so that its work counts too, and meets nobody else's figure.

        Names by the hundred thousand keep it busy for longer than a home's; the others are done at once.
        """
        if isinstance(server, Telltale):
            time.sleep(SETTLE_SECONDS)
            end, spent = time.monotonic() + BUSY_SECONDS, server.cpu_seconds()
            while time.monotonic() < end:
                time.sleep(QUIET_SECONDS)
                before, spent = spent, server.cpu_seconds()
                if spent - before <= QUIET_SECONDS * QUIET_SHARE:
                    break

    def close(self) -> None:
        """Stop everything and delete what it wrote, but not the lists."""
        for server in (*self._own, *([self._upstream] if self._upstream else [])):
            server.remove()
