# SPDX-License-Identifier: GPL-3.0-or-later
"""A home as it is all day: nobody asks, or little is asked. Processor time, wake-ups and memory of all processes.

Every server is whole, has the list, and has answered the mix once. They stand side by side and are looked at over the
same span, but for rates at which they would be in each other's way. Telltale's pages sleep meanwhile, as they do once
nobody has looked at them for a while.
"""

import time
from collections.abc import Mapping, Sequence

from bench import dnsperf
from bench.bed import Bed
from bench.servers import Server
from bench.spending import Spent, cpu_us, mib, spent, told
from bench.telltale import Telltale
from store.log.readers import LOOK_SECONDS

RATES = (5, 20, 200, 2_000)
TOGETHER = 1_000  # queries a second of all servers: more of them takes turns
ASLEEP_SECONDS = 120.0  # by which they do
SETTLE_SECONDS = 75.0  # of a start: first looks around, and what is done a minute after it
LOOKS = 5
ASLEEP_AFTER = 20  # seconds without a visitor; a home waits for ten minutes
_AT_REST = (
    ("idle, share of a core", "%", "percent"),
    ("idle, wake-ups a second", "a second", "wakeups"),
    ("memory asleep, 650 k names", "MiB", "mib"),
)


def run(bed: Bed) -> None:
    """Asleep, then the first page, awake, and then each rate."""
    if not bed.forwards:
        bed.results.skipped["a home's day"] = "without unbound there is no upstream"
        return
    ours = bed.telltale("home", workers=None, update=True, settings={"TELLTALE_PAGES_SLEEP_SECONDS": str(ASLEEP_AFTER)})
    servers: list[Server] = [ours, *bed.others("-home")]
    for server in servers:
        server.start([bed.small], bed.blocked[0])
        bed.warm(server)
    time.sleep(SETTLE_SECONDS)
    ours.get("/")  # it logs in, which is no part of a first page
    asleep = ours.falls_asleep(ASLEEP_SECONDS)
    if not asleep:
        bed.results.skipped["pages asleep"] = f"they did not fall asleep within {ASLEEP_SECONDS:g} seconds"
    _idle(bed, servers, asleep)
    _wake(bed, ours, asleep)
    _rest(bed, ours)
    for rate in RATES:
        _rate(bed, servers, rate)
    for server in servers:
        server.remove()


def _idle(bed: Bed, servers: Sequence[Server], asleep: bool) -> None:
    """Time and wake-ups over the whole span; memory at several looks, as a child may be at work for moments."""
    begun, looks = time.monotonic(), [[spent(server.pid) for server in servers]]
    for _ in range(LOOKS):
        time.sleep(bed.scale.idle_seconds / LOOKS)
        looks.append([spent(server.pid) for server in servers])
    seconds = time.monotonic() - begun
    for server, before, *later in zip(servers, *looks, strict=True):
        span = told(before, later[-1], 0, seconds)
        ours = isinstance(server, Telltale)
        awake = "pages awake" if ours and not asleep else ""
        for measure, unit, key in _AT_REST:
            by_process = _shares(span["processes"], key) if ours else ""
            values = [mib(look) for look in later] if key == "mib" else [span[key]]
            if not (awake and key == "mib"):
                bed.note(measure, server.name, unit, values, "; ".join(filter(None, (awake, by_process))))


def _shares(processes: Mapping[str, Mapping[str, float]], key: str) -> str:
    """Which process takes how much of it, the most first; those that take none are left out."""
    parts = sorted(((part[key], role) for role, part in processes.items()), reverse=True)
    return ", ".join(f"{role} {amount:g}" for amount, role in parts if amount)


def _wake(bed: Bed, ours: Telltale, asleep: bool) -> None:
    """The first page, for somebody who is logged in from before, and what the appliance weighs then."""
    page = ours.get("/", ASLEEP_SECONDS)
    if asleep and page.status == 200:
        bed.note("asleep to first page", ours.name, "s", [page.seconds])
    elif asleep:
        bed.results.skipped["asleep to first page"] = f"it was answered with {page.status}"
    bed.settle(ours)
    bed.note("memory awake, 650 k names", ours.name, "MiB", [ours.pss_mib()])


def _rest(bed: Bed, ours: Telltale) -> None:
    """Until nobody is at the pages any more: while somebody looks, records are written each second."""
    if not ours.falls_asleep(ASLEEP_SECONDS):
        bed.results.skipped["a home's rates with pages asleep"] = "they did not fall asleep again: pages awake"
    time.sleep(LOOK_SECONDS)


def _rate(bed: Bed, servers: Sequence[Server], rate: int) -> None:
    """Microseconds of processor time a query, the time until all is written included."""
    turns = [list(servers)] if rate * len(servers) <= TOGETHER else [[server] for server in servers]
    for turn in turns:
        for server in turn:
            bed.settle(server)
        before = [spent(server.pid) for server in turn]
        seconds = bed.scale.home_seconds
        asking = [dnsperf.start(server.port, bed.mix, seconds=seconds, core=bed.load_core, limit=rate)
                  for server in turn]  # fmt: skip
        ran = [dnsperf.finish(each, seconds) for each in asking]
        for server in turn:
            bed.settle(server)
        for server, was, once in zip(turn, before, ran, strict=True):
            _note(bed, server, rate, was, once)


def _note(bed: Bed, server: Server, rate: int, before: dict[str, Spent], ran: dnsperf.Ran) -> None:
    took = cpu_us(before, spent(server.pid)) / max(1, ran.completed)
    bed.note(f"processor time a query at {rate:,} q/s", server.name, "µs", [took], dnsperf.shortfall([ran]))
