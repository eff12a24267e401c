# SPDX-License-Identifier: GPL-3.0-or-later
"""What Telltale holds itself to, each against what was measured. Ratios are of medians in one run. Pure."""

from collections.abc import Iterable

from bench.results import TELLTALE, Results
from bench.yardsticks import Judge, Judgement, at_least, at_most, in_words, when_compiled

MIX, UNIQUE = "mix, q/s", "unique names, q/s"
CPU = "processor time a query, mix at 10,000 q/s"
MAX_CPU_US = 15.0
ROOM_MIB = 15.0
BEFORE = {MIX: 0.77, UNIQUE: 0.95}  # × unbound, plain: the full run of 2026-11-24
FORGETS = 1.2  # of what it was before many names
CROWD, CROWD_MIB = "100,000 clients", 64.0  # bounded: so much for a table that an attacker may fill
ADGUARD = "AdGuard Home"


def judge(results: Results) -> list[Judgement]:
    """Every target, in the order of the table."""
    return [make(results) for make in _TARGETS]


def _forgets(results: Results) -> Judgement:
    before, after = results.value("memory, 1.59 M names"), results.find("memory, a while after distinct names")
    ratio = after.median / before if before and after else None
    measured = in_words(ratio, "{:.2f} ×") + (f" ({after.note})" if after and ratio else "")
    target = f"at most {FORGETS:g} × before, after ten minutes"
    return Judgement("memory after 10 M names", target, measured, None if ratio is None else ratio <= FORGETS)


def _cpu(results: Results) -> Judgement:
    ours, theirs = results.value(CPU), results.value(CPU, "unbound")
    most = max(MAX_CPU_US, 2 * (theirs or 0.0))
    measured = in_words(ours, "{:.1f} µs") + (f", unbound {theirs:.1f} µs" if theirs else "")
    target = "at most 15 µs, or 2 × unbound"
    met = None if ours is None else ours <= most
    return Judgement("processor time a query, everything counted", target, measured, met)


def _p99(results: Results) -> Judgement:
    ours, theirs = (results.value("hits at 1,000 q/s, p99", name) for name in (TELLTALE, "unbound"))
    above = ours - theirs if ours is not None and theirs is not None else None
    measured = in_words(above, "{:+,.0f} µs")
    target = "at most 1 ms above unbound"
    return Judgement("p99 at 1,000 q/s, hits", target, measured, None if above is None else above <= 1000)


def _second_list(results: Results) -> Judgement:
    small, large = results.value("memory, 650 k names"), results.value("memory, 1.59 M names")
    more = large - small if small is not None and large is not None else None
    target = f"at most {ROOM_MIB:g} MiB"
    measured = in_words(more, "{:+.1f} MiB")
    return Judgement("memory that 940 k more names add", target, measured, None if more is None else more <= ROOM_MIB)


def _workers(results: Results) -> Judgement:
    two, four = (results.value(f"{count} workers on two cores, mix") for count in (2, 4))
    ratio = four / two if four is not None and two else None
    target = "as fast as 2; 5 % is noise"
    met = None if ratio is None else ratio >= 0.95
    return Judgement("4 workers on two cores", target, in_words(ratio, "{:.2f} ×"), met)


def _at(rate: int, microseconds: float) -> Judge:
    what = f"processor time a query at {rate:,} q/s"
    return at_most(what, what, microseconds, "µs", "{:,.0f}", middle=True)


def _at_full_rate(what: str, microseconds: float) -> Judge:
    return at_most(f"the same at full rate, {what}", f"{what}, processor time a query", microseconds, "µs", middle=True)


_TARGETS: tuple[Judge, ...] = (
    at_least("mix, query log on", MIX, "unbound", 0.75),
    at_least("mix, query log on", MIX, "dnsmasq", 1.4),
    at_most("mix, queries lost", "mix, lost", 0, "queries", "{:,.0f}"),
    at_least("unique names forwarded, query log on", UNIQUE, "unbound", 2.0),
    at_most("unique names, queries lost", "unique names, lost", 0, "queries", "{:,.0f}"),
    _cpu,
    _p99,
    at_most("memory of the whole appliance, 650 k names", "memory, 650 k names", 150, "MiB"),
    _second_list,
    at_most("compile 650 k names", "compile 650 k names, time", 2.5, "s", "{:.2f}"),
    at_most("compile 650 k names, peak memory", "compile 650 k names, peak memory", 120, "MiB"),
    at_most("start to first answer, index on disk", "start to first answer, 650 k names", 1.5, "s", "{:.2f}"),
    at_most("toggle to effect", "toggle to effect at 10,000 q/s", 0.5, "s", "{:.2f}"),
    at_most("toggle, queries lost", "toggles, queries lost", 0, "queries", "{:,.0f}"),
    at_most("disk writes a 1,000 queries at 5 q/s", "disk writes a 1,000 queries at 5 q/s", 150, "KiB"),
    at_most("log, all told", "log, bytes a row all told", 45, "bytes a row"),
    at_most("slowest page or statistic", "slowest page or statistic", 300, "ms", "{:,.0f}"),
    _workers,
    at_most("4 workers, missing in the log", "4 workers on two cores, rows missing in the log", 0, "rows", "{:,.0f}"),
    at_least("mix, no worse than before", MIX, "unbound", BEFORE[MIX]),
    when_compiled(at_least("mix, query log on", MIX, "unbound", 0.9)),
    at_least("mix, query log on", MIX, ADGUARD, 7),
    at_least("unique names forwarded, no worse than before", UNIQUE, "unbound", BEFORE[UNIQUE]),
    when_compiled(at_least("unique names forwarded, query log on", UNIQUE, "unbound", 1.2)),
    at_least("unique names forwarded, query log on", UNIQUE, ADGUARD, 2.5),
    at_most("idle, 650 k names, pages asleep", "idle, share of a core", 0.3, "%", "{:,.2f}"),
    at_most("idle, wake-ups", "idle, wake-ups a second", 10, "a second"),
    at_most("memory asleep, 650 k names", "memory asleep, 650 k names", 70, "MiB", middle=True),
    at_most("memory awake, 650 k names", "memory awake, 650 k names", 120, "MiB"),
    _forgets,
    at_most("asleep to first page", "asleep to first page", 1.5, "s", "{:.2f}"),
    _at(20, 500),
    _at(200, 200),
    _at(2_000, 80),
    when_compiled(_at_full_rate("mix", 10.5)),
    when_compiled(_at_full_rate("unique names", 55)),
    at_most("hits at 10,000 q/s, p50", "hits at 10,000 q/s, p50", 150, "µs", "{:,.0f}", middle=True),
    at_most("hits at 10,000 q/s, p99", "hits at 10,000 q/s, p99", 1000, "µs", "{:,.0f}", middle=True),
    at_least(CROWD, CROWD, "unbound", 0.4),
    at_most(f"{CROWD}, queries lost", f"{CROWD}, lost", 0, "queries", "{:,.0f}"),
    at_most(f"memory that {CROWD} add", "memory that many clients add", CROWD_MIB, "MiB"),
)  # fmt: skip


def unmet(judged: Iterable[Judgement]) -> int:
    """How many targets were measured and missed."""
    return sum(one.met is False for one in judged)
