# SPDX-License-Identifier: GPL-3.0-or-later
"""What an appliance costs when little or nothing is asked: `python -m bench.idle [OTHER …] [--seconds S] [--rates R]`.

Of each process: processor time and voluntary context switches, which are its wake-ups, of all its threads, while so
many queries a second come in from a handful of names, 0 for none. OTHER is a checkout of an earlier commit with its own
.venv; all are measured at the same time, on the same cores, so that whatever else the machine does meets them alike.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench import dnsperf, machine
from bench.edits.__main__ import Servers
from bench.paired import HERE, Checkout
from bench.servers import ServerFailed
from bench.spending import spent, told

RATES = (0, 5, 20, 200, 2_000)
NAMES = 100
SETTLE_SECONDS = 75.0  # of a start: first looks around, and what is done a minute after it
START_SECONDS = 60.0
WARM_SECONDS = 5.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print the result as JSON."""
    parser = argparse.ArgumentParser(prog="python -m bench.idle", description="What it costs when little is asked.")
    parser.add_argument("others", type=Path, nargs="*", help="checkouts of earlier commits, each with its .venv")
    parser.add_argument("--seconds", type=float, default=60.0, help="for each rate")
    parser.add_argument("--rates", type=int, nargs="+", default=list(RATES), help="queries a second, 0 for none")
    parser.add_argument("--settle", type=float, default=SETTLE_SECONDS, help="seconds from the start to the first look")
    given = parser.parse_args(arguments)
    result: dict[str, Any] = {"machine": machine.describe()}
    with tempfile.TemporaryDirectory(prefix="idle-") as name, Servers() as servers:
        folder = Path(name)
        queries = folder / "queries.txt"
        queries.write_text("".join(f"name{number}.steady.example A\n" for number in range(NAMES)))
        houses = [Checkout(str(house), house.resolve(), folder / str(number), [], servers.ports[0], update=True)
                  for number, house in enumerate((*given.others, HERE))]  # fmt: skip
        try:
            for house in houses:
                begin(house)
            time.sleep(given.settle)
            result["rates"] = [{"rate": rate, **one_rate(houses, queries, given.seconds, rate)} for rate in given.rates]
        finally:
            for house in houses:
                house.remove()
    result["machine"]["load_after"] = os.getloadavg()[0]
    print(json.dumps(result, indent=1))
    return 0


def begin(house: Checkout) -> None:
    """Start it, and turn the lists off that it would fetch: there is nobody to fetch them from. Raises ServerFailed."""
    house.start()
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if ids := [each["id"] for each in json.loads(house.tell("lists", "list", "--json")) if _is_fetched(each)]:
            for blocklist_id in ids:
                house.tell("lists", "off", blocklist_id)
            return
        time.sleep(0.5)
    raise ServerFailed("The appliance has no lists.")


def one_rate(houses: Sequence[Checkout], queries: Path, seconds: float, rate: int) -> dict[str, Any]:
    """For so many seconds; of each appliance what `spending.told` says."""
    if rate:  # from memory: what a name costs that is asked for the first time is another measure
        for house in houses:
            dnsperf.run(house.port, queries, seconds=WARM_SECONDS, core=None, loops=1)
        time.sleep(WARM_SECONDS)
    before, begun = [spent(house.pid) for house in houses], time.monotonic()
    if rate:
        asking = [dnsperf.start(house.port, queries, seconds=seconds, core=None, limit=rate) for house in houses]
        answered = [dnsperf.finish(each, seconds).completed for each in asking]
    else:
        time.sleep(seconds)
        answered = [0 for _ in houses]
    took = time.monotonic() - begun
    after = [spent(house.pid) for house in houses]
    spans = zip(before, after, answered, strict=True)
    return {house.name: told(was, now, count, took) for house, (was, now, count) in zip(houses, spans, strict=True)}


def _is_fetched(listed: dict[str, Any]) -> bool:
    return bool(listed["kind"] == "catalogue" and listed["on"])


if __name__ == "__main__":
    os.chdir(HERE)
    sys.exit(main())
