# SPDX-License-Identifier: GPL-3.0-or-later
"""`python -m bench.edits`: a fixed rate of questions, with edits and without, in turns; and what each turn lost.

Exit 1 when a turn with edits lost a question, or answered one wrongly.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

from bench import machine, names
from bench.edits import drops
from bench.edits.editor import Editor
from bench.edits.household import Household
from bench.servers import STOP_SECONDS

RESULTS = Path(__file__).parents[1] / "results"
WARM_SECONDS = 5.0
FAULTS = ("lost", "servfail", "wrong")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run all turns, print a line for each, write all as JSON."""
    given = _options(arguments)
    given.out.mkdir(parents=True, exist_ok=True)
    told: dict[str, Any] = {"machine": machine.describe(), "options": {**vars(given), "out": str(given.out)}}
    others = machine.Others()
    with tempfile.TemporaryDirectory(prefix="edits-", dir=given.out) as folder, Servers() as servers:
        more = list(islice(names.generated(), given.names))
        with closing(Household(Path(folder), servers.ports, given.workers, more, given.devices)) as house:
            told["turns"] = run(house, servers, given)
        told["asked_of_the_servers"] = servers.stop()
    told["machine"]["others_share"] = round(others.share(), 3)
    told["machine"]["load_after"] = os.getloadavg()[0]
    told["sums"] = {edits: _sums(told["turns"], edits) for edits in ("quiet", "edits")}
    name = f"edits-{told['machine']['date'][:19].replace(':', '')}-{told['machine']['commit']}.json"
    (given.out / name).write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(json.dumps({"sums": told["sums"], "machine": told["machine"]}, indent=1))
    print(f"written to {given.out / name}")
    return int(any(told["sums"]["edits"][fault] for fault in (*FAULTS, "faults")))


def run(house: Household, servers: "Servers", given: argparse.Namespace) -> list[dict[str, Any]]:
    """Warm up, then the turns, in pairs whose order changes."""
    house.start()
    asked = 0

    def turn(kind: str, seconds: float) -> dict[str, Any]:
        nonlocal asked
        first, asked = asked, asked + int(given.rate * seconds)
        return one_turn(house, servers, kind, given.rate, seconds, first)

    turn("warm-up", WARM_SECONDS)
    house.settle()
    turn("warm-up", WARM_SECONDS)
    turns = []
    for pair in range(given.pairs):
        for kind in ("quiet", "edits") if pair % 2 == 0 else ("edits", "quiet"):
            turns.append(turn(kind, given.seconds))
            print(_line(turns[-1]), flush=True)
    return turns


def one_turn(
    house: Household, servers: "Servers", kind: str, rate: float, seconds: float, first: int
) -> dict[str, Any]:  # fmt: skip
    """Ask for some seconds, and edit meanwhile or not."""
    command = [sys.executable, "-m", "bench.edits.asker", "--port", str(house.port), "--rate", str(rate)]
    command += ["--seconds", str(seconds), "--first", str(first)]
    versions, everywhere, here, there = house.versions(), drops.everywhere(), *_dropped(house, servers)
    cpu = house.appliance.cpu_seconds()
    asker = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    editor = Editor(house) if kind == "edits" else None
    edited: dict[str, Any] = {"edits": {}, "acted": {}, "faults": []}
    try:
        if editor:
            asker_ends(asker, seconds)
            edited = editor.stop()
        output = asker.communicate(timeout=seconds + 60)[0]
    finally:
        asker.kill()
        asker.wait()
    after = house.versions()
    dropped = {"appliance": _dropped(house, servers)[0] - here, "servers": _dropped(house, servers)[1] - there}
    heard = json.loads(output)
    dropped["asker"] = heard.pop("dropped_here")
    return {
        "kind": kind, **heard, **edited, "policies": after[0] - versions[0], "indexes": after[1] - versions[1],
        "dropped": {**dropped, "everywhere": drops.everywhere() - everywhere},
        "cpu_us_a_query": round((house.appliance.cpu_seconds() - cpu) / max(1, heard["answered"]) * 1e6, 1),
        "load": os.getloadavg()[0],
    }  # fmt: skip


def asker_ends(asker: "subprocess.Popen[str]", seconds: float) -> None:
    """Wait until it has sent everything, or ended."""
    try:
        asker.wait(seconds)
    except subprocess.TimeoutExpired:
        return


class Servers:
    """The upstreams' process."""

    def __enter__(self) -> "Servers":
        command = [sys.executable, "-m", "bench.edits.servers"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.ports = self._numbers()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()

    def stop(self) -> list[int]:
        """End them; how many questions each answered."""
        assert self._process.stdin
        self._process.stdin.close()
        counts = self._numbers()
        self._process.wait(STOP_SECONDS)
        return counts

    def _numbers(self) -> list[int]:
        assert self._process.stdout
        return [int(word) for word in self._process.stdout.readline().split()]


def _dropped(house: Household, servers: Servers) -> tuple[int, int]:
    return drops.at([house.port]), drops.at(servers.ports)


def _sums(turns: Sequence[dict[str, Any]], kind: str) -> dict[str, Any]:
    chosen = [turn for turn in turns if turn["kind"] == kind]
    counts = ("sent", "answered", *FAULTS, "policies", "indexes")
    return {
        **{key: sum(turn[key] for turn in chosen) for key in counts},
        "edits": sum(sum(turn["edits"].values()) for turn in chosen),
        "faults": sum(len(turn["faults"]) for turn in chosen),
        "slowest_ms": max((turn["ms"]["all"]["most"] for turn in chosen), default=0.0),
        "asker_late_ms": max((turn["late_ms"]["most"] for turn in chosen), default=0.0),
    }


def _line(turn: dict[str, Any]) -> str:
    ms, faults = turn["ms"]["all"], ", ".join(f"{turn[fault]} {fault}" for fault in FAULTS)
    return (
        f"{turn['kind']:6} {turn['sent']} sent, {faults}; {ms['p50']} ms, 99.9 % in {ms['p999']}, slowest {ms['most']};"
        f" {sum(turn['edits'].values())} edits, {turn['policies']} policies, {turn['indexes']} indexes; asker late"
        f" {turn['late_ms']['most']} ms; dropped {turn['dropped']}; load {turn['load']:.1f}"
        + "".join(f"\n       ← {fault}" for fault in (*turn["examples"], *turn["faults"]))
    )


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.edits", description="Whether edits cost a query.")
    parser.add_argument("--pairs", type=int, default=3, help="turns with edits, and as many without")
    parser.add_argument("--seconds", type=float, default=65.0, help="of a turn; a minute brings an edge of a schedule")
    parser.add_argument("--rate", type=float, default=5_000, help="questions a second")
    parser.add_argument("--workers", type=int, help="else as the settings have it")
    parser.add_argument("--names", type=int, default=100_000, help="names in the list that is compiled anew")
    parser.add_argument("--devices", type=int, default=0, help="beside those that ask; 9,900 is all that there may be")
    parser.add_argument("--out", type=Path, default=RESULTS, help="where the result goes")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    os.chdir(Path(__file__).parents[2])  # children are started as modules of this checkout
    sys.exit(main())
