# SPDX-License-Identifier: GPL-3.0-or-later
"""`python -m bench.damage [--rounds N] [--seed N]`: hurt an appliance, and see that DNS answers and the log counts.

After each harm a name that is new has to be answered within LIMIT_SECONDS. At the end of a round every answer that came
is a row of the log, or is counted there as not recorded; of a log that was itself hurt, a moment later. Exit 1 when a
round says otherwise.
"""

import argparse
import os
import random
import shutil
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.damage.appliance import SETTLE_SECONDS, Appliance
from bench.damage.askers import Asker, Upstream
from bench.damage.harms import HARMS, LASTS_SECONDS, Bench, Harm

LIMIT_SECONDS = 5.0
GIVE_UP_SECONDS = 40.0
ASKED_SECONDS = 0.6  # before a harm and after it was cured


@dataclass(frozen=True)
class Round:
    """What came of one: `seconds` to the first answer; of this round's names, how many answers came, rows stand in the
    log, and how many more are counted as not recorded."""

    harm: str
    seconds: float | None
    answered: int
    rows: int
    dropped: int

    @property
    def faults(self) -> list[str]:
        late = self.seconds is None or self.seconds > LIMIT_SECONDS
        lost = self.rows + self.dropped < self.answered
        return ["DNS was late"] * late + ["rows are missing"] * lost


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.damage", description=__doc__)
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", help="one harm, by its name")
    given = parser.parse_args(arguments)
    if os.geteuid() or shutil.which("cc") is None:
        parser.error("It mounts a disk in memory, which takes root, and needs a C compiler (gcc).")
    with tempfile.TemporaryDirectory(prefix="telltale-damage-") as folder:
        appliance = Appliance(Path(folder), Upstream().port)
        try:
            done = run(appliance, given.rounds, random.Random(given.seed), given.only)
        finally:
            appliance.close()
    report(done)
    return int(any(each.faults for each in done))


def run(appliance: Appliance, rounds: int, chance: random.Random, only: str | None = None) -> list[Round]:
    """All rounds, over one state directory: what a harm leaves behind, the next one meets."""
    appliance.start()
    asker = Asker(appliance.port, "start")
    if asker.first_answer_after(time.monotonic(), GIVE_UP_SECONDS) is None:
        raise RuntimeError(f"It does not start; its words are in {appliance.output}.")
    asker.stop()
    harms = [harm for harm in HARMS if only in (None, harm.__name__)]
    done: list[Round] = []
    for number in range(rounds):
        harm = harms[number % len(harms)]
        done.append(one_round(appliance, harm, f"r{number}", random.Random(chance.random())))
        print(f"{number + 1:4} {_line(done[-1])}", flush=True)
    return done


def one_round(appliance: Appliance, harm: Harm, label: str, chance: random.Random) -> Round:
    """Ask, hurt, ask, cure, ask; then count."""
    dropped_before = appliance.dropped()
    asker = Asker(appliance.port, label)
    time.sleep(ASKED_SECONDS)
    bench = Bench(appliance, chance)
    try:
        hurt = harm(bench)
        seconds = asker.first_answer_after(hurt, GIVE_UP_SECONDS)
        lasts = LASTS_SECONDS if bench.cures else 0.0
        time.sleep(lasts)
    finally:
        while bench.cures:
            bench.cures.pop()()
    time.sleep(ASKED_SECONDS)
    counts_from = hurt + lasts if bench.forgets else 0.0
    answered = sum(moment >= counts_from for moment in asker.stop().answers)
    end = time.monotonic() + SETTLE_SECONDS
    while True:
        rows, dropped = appliance.rows(label), max(appliance.dropped() - dropped_before, 0)
        if rows + dropped >= answered or time.monotonic() > end:
            return Round(harm.__name__, seconds, answered, rows, dropped)
        time.sleep(0.2)


def report(done: Sequence[Round]) -> None:
    """A line for each harm, then the sum."""
    by_harm: dict[str, list[Round]] = defaultdict(list)
    for each in done:
        by_harm[each.harm].append(each)
    print(f"{'harm':24} rounds  slowest s  answered   rows  counted  faults")
    for harm, rounds in sorted(by_harm.items()):
        print(f"{harm:24} {len(rounds):6} {_slowest(rounds):>10} {_sums(rounds)}")
    print(f"{'all':24} {len(done):6} {_slowest(done):>10} {_sums(done)}")


def _sums(rounds: Sequence[Round]) -> str:
    answered, rows, dropped = (sum(getattr(each, name) for each in rounds) for name in ("answered", "rows", "dropped"))
    return f"{answered:9} {rows:6} {dropped:8} {sum(bool(each.faults) for each in rounds):7}"


def _slowest(rounds: Sequence[Round]) -> str:
    seconds = [each.seconds for each in rounds]
    return "never" if None in seconds else f"{max(filter(None, seconds), default=0.0):.2f}"


def _line(each: Round) -> str:
    seconds = "never" if each.seconds is None else f"{each.seconds:.2f} s"
    text = f"{each.harm:24} {seconds:>8}  {each.answered} answered, {each.rows} rows, {each.dropped} counted"
    return f"{text}  ← {', '.join(each.faults)}" if each.faults else text


if __name__ == "__main__":
    sys.exit(main())
