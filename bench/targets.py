# SPDX-License-Identifier: GPL-3.0-or-later
"""What Telltale holds itself to, each against what was measured. Ratios are of medians in one run. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bench.results import TELLTALE, Results

MIX, UNIQUE = "mix, q/s", "unique names, q/s"
CPU = "processor time a query, mix at 10,000 q/s"
MAX_CPU_US = 15.0
ROOM_MIB = 15.0


@dataclass(frozen=True, slots=True)
class Held:
    """A target in words, what was measured in words, and whether it is met; None where it was not measured."""

    what: str
    target: str
    measured: str
    met: bool | None


def judge(results: Results) -> list[Held]:
    """Every target, in the order of the table."""
    return [make(results) for make in _TARGETS]


def _ratio(what: str, measure: str, rival: str, least: float) -> Callable[[Results], Held]:
    def make(results: Results) -> Held:
        ours, theirs = results.value(measure), results.value(measure, rival)
        ratio = ours / theirs if ours is not None and theirs else None
        target = f"at least {least:g} × {rival}"
        return Held(what, target, _said(ratio, "{:.2f} ×"), None if ratio is None else ratio >= least)

    return make


def _most(what: str, measure: str, most: float, unit: str, shown: str = "{:,.1f}") -> Callable[[Results], Held]:
    def make(results: Results) -> Held:
        found = results.find(measure)
        # A promise of a bound is judged by the worst value, not by the one in the middle.
        worst = max(found.values) if found else None
        measured = _said(worst, f"{shown} {unit}") + (f" ({found.note})" if found and found.note else "")
        target = "none" if not most else f"at most {most:,g} {unit}"
        return Held(what, target, measured, None if worst is None else worst <= most)

    return make


def _cpu(results: Results) -> Held:
    ours, theirs = results.value(CPU), results.value(CPU, "unbound")
    most = max(MAX_CPU_US, 2 * (theirs or 0.0))
    measured = _said(ours, "{:.1f} µs") + (f", unbound {theirs:.1f} µs" if theirs else "")
    target = "at most 15 µs, or 2 × unbound"
    return Held("processor time a query, everything counted", target, measured, None if ours is None else ours <= most)


def _p99(results: Results) -> Held:
    ours, theirs = (results.value("hits at 1,000 q/s, p99", name) for name in (TELLTALE, "unbound"))
    above = ours - theirs if ours is not None and theirs is not None else None
    measured = _said(above, "{:+,.0f} µs")
    target = "at most 1 ms above unbound"
    return Held("p99 at 1,000 q/s, hits", target, measured, None if above is None else above <= 1000)


def _second_list(results: Results) -> Held:
    small, large = results.value("memory, 650 k names"), results.value("memory, 1.59 M names")
    more = large - small if small is not None and large is not None else None
    target = f"at most {ROOM_MIB:g} MiB"
    measured = _said(more, "{:+.1f} MiB")
    return Held("memory that 940 k more names add", target, measured, None if more is None else more <= ROOM_MIB)


def _workers(results: Results) -> Held:
    two, four = (results.value(f"{count} workers on two cores, mix") for count in (2, 4))
    ratio = four / two if four is not None and two else None
    target = "as fast as 2; 5 % is noise"
    return Held("4 workers on two cores", target, _said(ratio, "{:.2f} ×"), None if ratio is None else ratio >= 0.95)


def _said(value: float | None, shown: str) -> str:
    return "not measured" if value is None else shown.format(value)


_TARGETS: tuple[Callable[[Results], Held], ...] = (
    _ratio("mix, query log on", MIX, "unbound", 0.75),
    _ratio("mix, query log on", MIX, "dnsmasq", 1.4),
    _most("mix, queries lost", "mix, lost", 0, "queries", "{:,.0f}"),
    _ratio("unique names forwarded, query log on", UNIQUE, "unbound", 2.0),
    _most("unique names, queries lost", "unique names, lost", 0, "queries", "{:,.0f}"),
    _cpu,
    _p99,
    _most("memory of the whole appliance, 650 k names", "memory, 650 k names", 150, "MiB"),
    _second_list,
    _most("compile 650 k names", "compile 650 k names, time", 2.5, "s", "{:.2f}"),
    _most("compile 650 k names, peak memory", "compile 650 k names, peak memory", 120, "MiB"),
    _most("start to first answer, index on disk", "start to first answer, 650 k names", 1.5, "s", "{:.2f}"),
    _most("toggle to effect", "toggle to effect at 10,000 q/s", 0.5, "s", "{:.2f}"),
    _most("toggle, queries lost", "toggles, queries lost", 0, "queries", "{:,.0f}"),
    _most("disk writes a 1,000 queries at 5 q/s", "disk writes a 1,000 queries at 5 q/s", 150, "KiB"),
    _most("log, all told", "log, bytes a row all told", 45, "bytes a row"),
    _most("slowest page or statistic", "slowest page or statistic", 300, "ms", "{:,.0f}"),
    _workers,
    _most("4 workers, missing in the log", "4 workers on two cores, rows missing in the log", 0, "rows", "{:,.0f}"),
)


def unmet(judged: Iterable[Held]) -> int:
    """How many targets were measured and missed."""
    return sum(one.met is False for one in judged)
