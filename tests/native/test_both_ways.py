# SPDX-License-Identifier: GPL-3.0-or-later
"""Machine code and plain files say the same of the same packets."""

import os
import subprocess
import sys

import pytest
from examples import examples
from source_files import HOUSE

pytestmark = pytest.mark.process

SEED = 20
COUNT = int(os.environ.get("BOTH_WAYS", examples(3000)))  # packets


def said(way: str) -> subprocess.CompletedProcess[str]:
    """What a process says that runs one of the ways."""
    command = [sys.executable, str(HOUSE / "tests/fixtures/said_of_packets.py"), str(SEED), str(COUNT)]
    environ = {**os.environ, "TELLTALE_COMPILED": way, "PYTHONPATH": str(HOUSE)}
    return subprocess.run(command, cwd=HOUSE, env=environ, capture_output=True, text=True, check=False)


def test_machine_code_says_what_plain_files_say() -> None:
    plain, compiled = said("off"), said("on")
    assert not plain.returncode, plain.stderr
    if "yet there is no machine code" in compiled.stderr or "have changed since" in compiled.stderr:
        pytest.skip("there is no machine code of these sources: make compiled")
    assert not compiled.returncode, compiled.stderr
    assert compiled.stdout == plain.stdout
    assert len(plain.stdout.splitlines()) > 15
