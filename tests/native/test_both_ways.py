# SPDX-License-Identifier: GPL-3.0-or-later
"""Machine code and plain files say the same of the same packets, and neither keeps what it has dealt with."""

import os
import subprocess
import sys

import pytest
from examples import examples
from source_files import HOUSE

pytestmark = pytest.mark.process

SEED = 20
COUNT = int(os.environ.get("BOTH_WAYS", examples(3000)))  # packets


def said(way: str, *words: int) -> str:
    """What a process says that runs one of the ways; skips the test where there is no machine code."""
    command = [sys.executable, str(HOUSE / "tests/fixtures/said_of_packets.py"), str(SEED), *map(str, words)]
    environ = {**os.environ, "TELLTALE_COMPILED": way, "PYTHONPATH": str(HOUSE)}
    done = subprocess.run(command, cwd=HOUSE, env=environ, capture_output=True, text=True, check=False)
    if "yet there is no machine code" in done.stderr or "changed since" in done.stderr:
        pytest.skip("there is no machine code of these sources: make compiled")
    assert not done.returncode, done.stderr
    return done.stdout


def test_machine_code_says_what_plain_files_say() -> None:
    plain = said("off", COUNT)
    assert len(plain.splitlines()) > 15
    assert said("on", COUNT) == plain


@pytest.mark.parametrize("way", ["off", "on"])
def test_what_was_dealt_with_is_let_go(way: str) -> None:
    """Compilers have kept a reference too many of errors, of joined bytes, of what a property gives: a byte a packet
    would be all memory in the end."""
    rounds, packets = 5, 300
    assert int(said(way, packets, rounds)) < packets // 10, "not even one in a round for each tenth of the packets"
