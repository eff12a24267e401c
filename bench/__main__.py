# SPDX-License-Identifier: GPL-3.0-or-later
"""`make bench`, or `python -m bench [--quick] [--only MEASURE …] [--rounds N]`: measure, and write it down."""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TypeVar

from bench import machine, names, report, targets
from bench.bed import FULL, QUICK, Bed
from bench.dnsperf import DnsperfFailed
from bench.measures import (
    clients,
    compiling,
    cpu,
    encrypted,
    home,
    latency,
    life,
    log,
    memory,
    pages,
    rate,
    workers,
)
from bench.measures.disk import Wear
from bench.results import Results, load
from bench.servers import ServerFailed

T = TypeVar("T")

HOUSE = Path(__file__).parents[1]
RESULTS = HOUSE / "bench" / "results"
PAGE = HOUSE / "docs" / "performance.md"
# Between these marks of the page stands what people write about the figures; it outlives the next run.
REMARKS = ("<!-- remarks -->", "<!-- end of remarks -->")

# These begin, while nothing else runs: what is shared between two appliances would count half for each.
ALONE: dict[str, Callable[[Bed], None]] = {
    "home": home.run,
    "memory": memory.run,
}
BESIDE: dict[str, Callable[[Bed], None]] = {
    "rate": rate.run,
    "cpu": cpu.run,
    "encrypted": encrypted.run,
    "latency": latency.run,
    "life": life.run,
    "clients": clients.run,
    "workers": workers.run,
    "compiling": compiling.run,
    "log": log.run,
    "pages": pages.run,
}
MEASURES = {**ALONE, **BESIDE}
DISK = "disk"
REST = "the rest"  # of a run that was stopped
FAILURES = (ServerFailed, DnsperfFailed, subprocess.SubprocessError, RuntimeError, OSError)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the bench; 0 when all that was asked for was measured, whether targets are met or not."""
    options = _options(arguments)
    if options.render:
        results, *later = map(load, options.render)
        for one in later:
            results.take(one)
        _write_page(results, PAGE)
        return 0
    chosen = options.only or [*MEASURES, DISK]
    results = run(options, chosen)
    if REST in results.skipped and not results.figures:
        return 1
    name = f"{results.machine['date'][:19].replace(':', '')}-{results.machine['commit']}"
    results.save(options.out / f"{name}.json")
    page = options.out / f"{name}.md" if options.quick or options.only or REST in results.skipped else PAGE
    _write_page(results, page)
    judged = targets.judge(results)
    print(f"\n{targets.unmet(judged)} targets missed, {sum(one.met is None for one in judged)} not measured; "
          f"written to {options.out / name}.json and {page}")  # fmt: skip
    return 1 if any(why.startswith("failed") for why in results.skipped.values()) else 0


def run(options: argparse.Namespace, chosen: Sequence[str]) -> Results:
    """Measure what was chosen, one thing after the other; what fails is named in the results, and the rest goes on.

    Whoever stops the run (Ctrl-C, a terminal that is closed) has what was measured until then.
    """
    scale = QUICK if options.quick else FULL
    if options.rounds:
        scale = replace(scale, rounds=options.rounds)
    results = Results(machine.describe(), {"quick": options.quick, **asdict(scale)})
    lists = options.out / "lists"
    lists.mkdir(parents=True, exist_ok=True)
    small, more = names.two_lists(lists, options.names, *options.sizes)
    folder = Path(tempfile.mkdtemp(prefix="run-", dir=options.out))
    others = machine.Others()
    bed = Bed(folder, scale, results, small, more)
    try:
        _measure(bed, [name for name in ALONE if name in chosen])
        begun = time.monotonic()
        wear = _attempt(bed, DISK, lambda: Wear(bed)) if DISK in chosen else None
        _measure(bed, [name for name in BESIDE if name in chosen])
        if wear:
            print(f"{DISK} …", flush=True)
            _attempt(bed, DISK, wear.finish)
            results.options.setdefault("took", {})[DISK] = round(time.monotonic() - begun, 1)
    except (KeyboardInterrupt, SystemExit):
        results.skipped[REST] = "failed: the run was stopped"
    finally:
        bed.close()
        shutil.rmtree(folder, ignore_errors=True)
    results.machine["others_share"] = round(others.share(), 3)
    return results


def _measure(bed: Bed, chosen: Sequence[str]) -> None:
    for name in chosen:
        print(f"{name} …", flush=True)
        begun = time.monotonic()
        _attempt(bed, name, lambda name=name: MEASURES[name](bed))  # type: ignore[misc]
        bed.results.options.setdefault("took", {})[name] = round(time.monotonic() - begun, 1)


def _attempt(bed: Bed, name: str, action: Callable[[], T]) -> T | None:
    try:
        return action()
    except FAILURES as error:
        bed.results.skipped[name] = f"failed: {error}"
        print(f"  {name} failed: {error}", file=sys.stderr)
        return None


def _write_page(results: Results, page: Path) -> None:
    kept = _remarks(page.read_text(encoding="utf-8")) if page.exists() else ""
    page.write_text(report.render(results, kept), encoding="utf-8")


def _remarks(text: str) -> str:
    """What stands between the marks, the marks included."""
    start, end = text.find(REMARKS[0]), text.find(REMARKS[1])
    return text[start : end + len(REMARKS[1])] + "\n" if 0 <= start < end else ""


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure Telltale beside other DNS servers.")
    parser.add_argument("--quick", action="store_true", help="ten minutes instead of two hours")
    parser.add_argument("--only", nargs="+", choices=[*MEASURES, DISK], metavar="MEASURE", help=", ".join(MEASURES))
    parser.add_argument("--rounds", type=int, help="how often each rate is measured")
    parser.add_argument("--names", type=Path, help="a list of names (domains or hosts) instead of the generated one")
    parser.add_argument("--sizes", type=int, nargs=2, default=(names.SMALL, names.LARGE), help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, default=RESULTS, help="where results go; its disk is measured")
    parser.add_argument(
        "--render", type=Path, nargs="+", metavar="JSON",
        help="write docs/performance.md from an earlier run, and from later ones that measured parts of it once more",
    )  # fmt: skip
    return parser.parse_args(arguments)


def _end(number: int, _frame: object) -> None:
    sys.exit(128 + number)  # so that what was started is stopped, and what was written deleted


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _end)
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # as nohup has it
        signal.signal(signal.SIGHUP, _end)
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]  # figures as they come, into a file as well
    os.chdir(HOUSE)  # children are started as modules of this checkout
    sys.exit(main())
