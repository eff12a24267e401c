# SPDX-License-Identifier: GPL-3.0-or-later
"""What is allocated after the holes of the heap were filled lies beside each other, not among what was there before."""

import ctypes
import subprocess
import sys

import pytest

from appliance.start import heap_holes

glibc = pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallinfo2"), reason="needs glibc 2.33 or newer")

# A heap of blocks of a kilobyte, every other given back; then how many new ones lie among them, before and after.
HOLES = """
import ctypes
from appliance.start import heap_holes
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
made = [libc.malloc(1200) for _ in range(2000)]
holes = set(made[:1000:2])  # wherever they lie: the first ones fill what the start left
for address in holes:
    libc.free(address)
among = lambda: sum(libc.malloc(1200) in holes for _ in range(200))
before, filled = among(), heap_holes.fill()
print(before, filled > 250, among())
"""
# The same with objects of Python's own, of 256 bytes.
POOLS = """
from appliance.start import heap_holes
made = [bytes(220 + at % 2) for at in range(20_000)]
pools = {id(each) >> 14 for each in made}
made[::2] = [b""] * 10_000
kept = []
def among():
    kept.extend(new := [bytes(220 + at % 2) for at in range(200)])
    return sum(id(each) >> 14 in pools for each in new)
before, filled = among(), heap_holes.fill()
print(before, filled > 9_000, among())
"""


@pytest.mark.process
@pytest.mark.parametrize("code", [pytest.param(HOLES, marks=glibc), POOLS])
def test_nothing_new_lies_among_what_was_there(code: str) -> None:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    before, filled, after = done.stdout.split()
    assert (int(before) > 150, filled, int(after) < 10) == (True, "True", True), done.stdout


def test_another_c_library_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda name: object())
    monkeypatch.setattr(sys, "maxsize", (1 << 31) - 1)
    assert heap_holes.fill() == 0
