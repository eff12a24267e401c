# SPDX-License-Identifier: GPL-3.0-or-later
"""A query log as a home of 40 devices fills it, written by the recorder's own pen.

    python -m bench.homelog --state DIR --rows N [--days 90]      fill the log of a state directory
    python -m bench.homelog --state DIR --rows N --messages       as fast as it goes, from workers' packed messages

Prints one JSON object: rows, seconds, bytes of the files afterwards, drops. Every table is written by store.log.writer
and hours that are over are added up as time goes on, as the recorder does; so what it keeps beside rows is there.
"""

import argparse
import contextlib
import json
import random
import time
from array import array
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from bench import names
from blocklists.packs import services, vendor_packs
from blocklists.whose import facts
from store.base import db
from store.devices import sightings_store
from store.log import batch_codec, querylog
from store.log.batches import Batch, Columns, columns
from store.log.records import Key, Origin, Verdict
from store.log.writer import Writer

DEVICES = 40
NAMES = 20_000  # what a home asks for in three months and asks again
FRESH_EVERY = 500  # a row in so many has a name that never comes again
TEMPLATES = 64  # batches made once and written over and over at other times
BATCH_ROWS = 4_096
COMMIT_ROWS = 50_000  # below what the writer buffers
DAY_US = 86_400_000_000


def templates(seed: int = names.SEED, rows: int = BATCH_ROWS) -> Iterator[Batch]:
    """Batches without end whose rows begin at time 0, a millisecond apart."""
    random_ = random.Random(seed)
    clients = [f"192.168.1.{number + 10}" for number in range(DEVICES)]
    weights = [1 / (number + 1) for number in range(DEVICES)]
    known = [name.name for pack in vendor_packs.load() for name in pack.names]  # their companies are known
    kinds = _keys(_passed(), [*known, *islice(names.generated(), NAMES // 4)])
    drawn = [str(number) for number in range(len(kinds))]
    while True:
        asked = names.zipf(drawn, rows, random_)
        numbers = {number: at for at, number in enumerate(dict.fromkeys(asked))}
        keys = [random_.choice(kinds[int(number)]) for number in numbers]
        seats = random_.choices(range(DEVICES), weights, k=rows)
        yield Batch(
            1, 0, 1, clients, keys,
            [(at * 1000, seats[at], numbers[name], random_.choice((40, 60, 90, 900, 8_000, 25_000)) + at % 37)
             for at, name in enumerate(asked)],
        )  # fmt: skip


def fill(state: Path, rows: int, days: float) -> dict[str, float]:
    """Spread so many rows over the last days, up to now; known devices, names with companies where there are any."""
    device_of = _devices(state)
    made = list(islice(templates(), TEMPLATES))
    now_us = time.time_ns() // 1000
    step_us = max(1, int(days * DAY_US) // max(1, rows))
    return _measured(state, _spread(made, rows, now_us - rows * step_us, step_us), device_of)


def sustain(state: Path, rows: int) -> dict[str, float]:
    """Unpack and write messages of 512 rows, as the recorder does when workers send more than it can take."""
    made = [batch_codec.pack(columns(batch)) for batch in islice(templates(rows=512), TEMPLATES * 4)]
    now_us = time.time_ns() // 1000

    def batches() -> Iterator[Columns]:
        for number in range(rows // 512):
            batch = batch_codec.unpack(made[number % len(made)])
            start = now_us + number * 512_000
            batch.times, batch.sent = array("Q", [at + start for at in batch.times]), number * 512
            yield batch

    return _measured(state, batches(), lambda _: None)


def _spread(made: list[Batch], rows: int, start_us: int, step_us: int) -> Iterator[Batch]:
    sent = number = 0
    while sent < rows:
        batch = made[number % len(made)]
        count = min(len(batch.rows), rows - sent)
        begun = start_us + sent * step_us
        keys = [_fresh(key, number, at) if at % FRESH_EVERY == 0 else key for at, key in enumerate(batch.keys)]
        moved = [(begun + at * step_us, row[1], row[2], row[3]) for at, row in enumerate(batch.rows[:count])]
        yield Batch(batch.worker, 0, batch.started_us, batch.clients, keys, moved, sent)
        sent += count
        number += 1


def _fresh(key: Key, number: int, at: int) -> Key:
    return key._replace(name=f"n{number}-{at}.{key.name}") if key.verdict == Verdict.PASS else key


def _measured(
    state: Path, batches: Iterator[Batch] | Iterator[Columns], device_of: Callable[[str], int | None]
) -> dict[str, float]:
    path = state / querylog.FILE_NAME
    con = querylog.open_log(path)
    writer = Writer(con, facts.load())
    begun = time.monotonic()
    for batch in batches:
        writer.add(batch, device_of)
        if writer.buffered > COMMIT_ROWS:
            writer.commit()
            _roll(writer, batch.times[-1] if isinstance(batch, Columns) else batch.rows[-1][0])
    writer.commit()
    _roll(writer, time.time_ns() // 1000)
    seconds = time.monotonic() - begun
    con.close()
    size = sum(file.stat().st_size for file in state.glob(f"{querylog.FILE_NAME}*"))
    return {"rows": writer.written, "seconds": seconds, "bytes": size, "dropped": writer.dropped}


def _roll(writer: Writer, now_us: int) -> None:
    """Add up what is over by then; a recorder does it between two commits."""
    while writer.rollup.step(now_us):
        pass


def _passed() -> list[str]:
    """NAMES names that nothing blocks: of the first every other one is a known service's, whose company pages tell."""
    known = list(dict.fromkeys(name for service in services.load() for name, _ in service.names))
    mixed = [name for pair in zip(known, names.sites(len(known), "x"), strict=True) for name in pair]
    return [*mixed, *names.sites(NAMES, "y")][:NAMES]


def _keys(passed: list[str], blocked: list[str]) -> list[list[Key]]:
    """For each name the keys that its queries end with: two types, first asked and then remembered."""
    found = []
    for number in range(len(passed)):
        good, bad = passed[number], blocked[number % len(blocked)]
        if number % 10 in (2, 5, 8):
            kinds = [Key(bad, qtype, Verdict.BLOCK, Origin.SELF, "own:1", bad, 0, "") for qtype in (1, 28)]
        else:
            kinds = [Key(good, qtype, Verdict.PASS, Origin.UPSTREAM, "", "", 0, "9.9.9.9") for qtype in (1, 28)]
        found.append([*kinds, *(key._replace(origin=Origin.MEMO) for key in kinds)])
    return found


def _devices(state: Path) -> Callable[[str], int | None]:
    """Devices that the pages know too; none where there is no config.db."""
    if not (state / "config.db").exists():
        return lambda _: None
    known: dict[str, int] = {}
    with contextlib.closing(db.connect(state / "config.db")) as con:
        for number in range(DEVICES):
            address = f"192.168.1.{number + 10}"
            known[address] = sightings_store.sighted(con, address, f"02:00:00:00:00:{number:02x}", now=int(time.time()))
    return known.get


def main() -> None:
    """Write a log and print what it took."""
    parser = argparse.ArgumentParser(prog="python -m bench.homelog", description="A query log of a busy home.")
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--rows", type=int, required=True)
    parser.add_argument("--days", type=float, default=90)
    parser.add_argument("--messages", action="store_true")
    options = parser.parse_args()
    if options.messages:
        print(json.dumps(sustain(options.state, options.rows)))
    else:
        print(json.dumps(fill(options.state, options.rows, options.days)))


if __name__ == "__main__":
    main()
