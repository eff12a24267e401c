# SPDX-License-Identifier: GPL-3.0-or-later
"""A run's results as a page in Markdown: targets, the servers beside each other, and what only Telltale has. Pure."""

from collections.abc import Iterable, Sequence

from bench import targets
from bench.results import TELLTALE, Figure, Results

ALWAYS = ("unbound", "dnsmasq")  # which come with Debian; others have a column where they were measured
_CHANGED = " with uncommitted changes"
_INTRO = """# Performance

Written by `make bench` ({kind}) on {date}, commit {commit}{changed}; to repeat it, type the same. Do not edit by hand.

{machine}

Each server runs on one core, the load and the upstream on the other, all with the same list of names, in one run;
rounds go round all servers in turn. Cells are the median and, in brackets, the lowest and the highest value. Ratios are
Telltale's median divided by the other's: figures of another machine or hour compare by these alone. Telltale writes its
query log all the while{logs}; unbound and dnsmasq write none. Memory and processor time are summed over all processes
of a server.
"""


def render(results: Results, remarks: str = "") -> str:
    """The page. `remarks`: Markdown kept from the page before, about what falls short and why."""
    rivals = _rivals(results)
    beside = [measure for measure in _measures(results) if any(results.find(measure, rival) for rival in rivals)]
    alone = [one for one in results.figures if one.server == TELLTALE and one.measure not in beside]
    pages = [one for one in alone if one.measure.startswith("GET ")]
    parts = [
        _intro(results), _what_ran(results), _again(results), "## Targets\n", _targets(results), remarks,
        "## Beside the others\n", _beside(results, beside, rivals), "## Telltale alone\n",
        _alone([one for one in alone if one not in pages]),
    ]  # fmt: skip
    if pages:
        parts += ["## Pages and statistics\n", f"Over a log of {results.options['log_rows']:,} rows.\n", _alone(pages)]
    if results.skipped:
        lines = [f"- {what}: {why}" for what, why in results.skipped.items()]
        parts += ["## Not measured\n", "\n".join(lines) + "\n"]
    return "\n".join(part for part in parts if part)


def _intro(results: Results) -> str:
    machine = results.machine
    told = (
        f"Machine: {machine['cpu']}, {machine['cores']} cores, {machine['memory_mib'] / 1024:.1f} GiB, "
        f"Linux {machine['kernel']}, Python {machine['python']}. "
        f"Processes that are not of the run took {machine['others_share']:.0%} of the processor's time meanwhile."
    )
    if machine.get("usable_cores", 2) == 1:
        told += "\n\n**One core was to be had, for servers, load and upstream alike: compare none with other runs.**"
    return _INTRO.format(
        kind="quick run: short rounds, small log" if results.options["quick"] else "full run",
        date=machine["date"][:10], commit=machine["commit"], machine=told,
        changed=_CHANGED * machine["changed"], logs=_logs(results),
    )  # fmt: skip


def _logs(results: Results) -> str:
    """Of the others that write one, too."""
    names = [name for name in _rivals(results) if name not in ALWAYS]
    return f", and so {'does' if len(names) == 1 else 'do'} {', '.join(names)}" if names else ""


def _what_ran(results: Results) -> str:
    """The interpreter, how it was built and what of Telltale is machine code; and each of the others by its version."""
    machine = results.machine
    rows = [("Python", f"{machine['python']} of {machine.get('interpreter', 'unknown')}"),
            ("built", str(machine.get("built", "unknown"))),
            ("hot files", str(machine.get("compiled", "plain")))]  # fmt: skip
    if set_by := machine.get("governors"):
        rows.append(("clock of the cores", ", ".join(set_by)))
    rows += [(name, said or "does not say") for name, said in machine.get("servers", {}).items()]
    return _table(("what ran", ""), rows)


def _rivals(results: Results) -> list[str]:
    """Those that have a column: two always, then whoever has a figure, in the order of measuring."""
    return list(dict.fromkeys((*ALWAYS, *(one.server for one in results.figures if one.server != TELLTALE))))


def _again(results: Results) -> str:
    """Which measures are of a later run."""
    lines = [
        f"Measured once more on {one['date'][:10]}, commit {one['commit']}{_CHANGED * one['changed']}: "
        f"{', '.join(one['what'])}."
        for one in results.options.get("again", ())
    ]
    return "\n".join(lines) + "\n" if lines else ""


def _targets(results: Results) -> str:
    words = {True: "yes", False: "**no**", None: "–"}
    rows = [(one.what, one.target, one.measured, words[one.met]) for one in targets.judge(results)]
    return _table(("what", "target", "measured", "met"), rows)


def _beside(results: Results, measures: Sequence[str], rivals: Sequence[str]) -> str:
    rows = []
    for measure in measures:
        found = [results.find(measure, server) for server in (TELLTALE, *rivals)]
        unit = next(one.unit for one in found if one)
        cells = [cell(one) for one in found]
        rows.append((f"{measure} ({unit})" if not measure.endswith(unit) else measure, *cells, *_ratios(found)))
    shown = [one for one in results.figures if one.note and one.measure in measures]
    notes = [f"- {one.measure}, {one.server}: {one.note}" for one in shown]
    table = _table(("measure", TELLTALE, *rivals, *(f"÷ {rival}" for rival in rivals)), rows)
    return table + ("\n" + "\n".join(notes) + "\n" if notes else "")


def _ratios(found: Sequence[Figure | None]) -> list[str]:
    ours, *theirs = found
    return [f"{ours.median / one.median:.2f}" if ours and one and one.median else "–" for one in theirs]


def _alone(figures: Iterable[Figure]) -> str:
    rows = [(f"`{one.measure}`" if one.measure.startswith("GET ") else one.measure, cell(one), one.unit, one.note)
            for one in figures]  # fmt: skip
    return _table(("measure", "median (lowest–highest)", "unit", "note"), rows)


def cell(figure: Figure | None) -> str:
    """`12,300 (11,900–12,800)`; one value stands alone, what was not measured is a dash."""
    if figure is None:
        return "–"
    low, high = number(min(figure.values)), number(max(figure.values))
    middle = number(figure.median)
    return middle if len(figure.values) == 1 else f"{middle} ({low}–{high})"


def number(value: float) -> str:
    """Three figures that matter, thousands apart."""
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def _measures(results: Results) -> list[str]:
    return list(dict.fromkeys(one.measure for one in results.figures))


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    texts = (" | ".join(text.replace("|", "\\|") for text in line) for line in lines)
    return "\n".join(f"| {text} |" for text in texts) + "\n"
