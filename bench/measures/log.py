# SPDX-License-Identifier: GPL-3.0-or-later
"""The query log by itself: rows a second that the recorder's pen writes on one core, and bytes that a row takes."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

from bench.bed import Bed
from bench.results import TELLTALE
from bench.servers import pinned

FILL_SECONDS = 1_800  # for fifty million rows


def run(bed: Bed) -> None:
    """Messages of workers, unpacked and written one after the other."""
    rates = []
    for number in range(bed.scale.rounds):
        state = bed.folder / f"pen-{number}"
        state.mkdir()
        done = write(bed, state, bed.scale.pen_rows, "--messages")
        rates.append(done["rows"] / done["seconds"])
        shutil.rmtree(state)
    bed.note("log, rows a second", TELLTALE, "rows/s", rates, "one core, from packed messages")


def write(bed: Bed, state: Path, rows: int, *options: str) -> dict[str, float]:
    """Let bench.homelog write on the server's core; what it says of it."""
    command = [sys.executable, "-m", "bench.homelog", "--state", str(state), "--rows", str(rows), *options]
    done = subprocess.run(
        pinned([bed.server_core], command), stdout=subprocess.PIPE, text=True, check=True, timeout=FILL_SECONDS
    )
    values: dict[str, float] = json.loads(done.stdout)
    return values
