# SPDX-License-Identifier: GPL-3.0-or-later
"""What is there before the first fork lives for ever, in a Python that was tried; what comes later does not."""

import subprocess
import sys

import pytest

from appliance.start import immortal

tried = pytest.mark.skipif(sys.version_info[:2] not in immortal._TRIED, reason="this Python counts all there is")

LIVES = """
import gc, json, os, sys
from appliance.start import immortal
class Old:
    word = "some constant of a class"
    def method(self, argument=("a", 1.5)): return b"some constant of a function"
old = Old()
old.list, old.string, old.lone = [object()], "".join(map(chr, range(97, 120))), (3.25, "x" * 40)
count = immortal.make({})
def lives(thing): return sys.getrefcount(thing) == 0xFFFF_FFFF
things = [old, Old, Old.word, Old.method.__code__, Old.method(old), Old.method.__defaults__[0], old.list, old.list[0],
          old.string, old.lone, old.lone[0], old.lone[1], json, json.dumps, vars(json), gc]
print(count > 5000, all(map(lives, things)), immortal.make({}) < 100, gc.get_freeze_count() > 5000)
"""
DIES = """
import gc, os, sys, weakref
from appliance.start import immortal
class Old:
    pass
immortal.make({})
gone = []
class Circle(Old):
    def __init__(self): self.me = self
for kind in (Old, Circle):
    thing = kind()
    weakref.finalize(thing, gone.append, kind.__name__)
    del thing
gc.collect()
print(gone, all(sys.getrefcount(new) < 10 for new in (Circle(), [1], "x" + str(gone), 10.0 ** len(gone))))
if not (child := os.fork()):
    exec("import colorsys, wave; wave.Error; sys.exit(len(gone))")
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
WRITES = """
import os, signal, sys
from pathlib import Path
from appliance.start import immortal
things = [str(number) * 3 for number in range(200_000)]
immortal.make({"TELLTALE_IMMORTAL": sys.argv[1]})
read, write = os.pipe()
if not os.fork():
    for thing in things:
        again = thing
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    os.write(write, next(line.split()[1] for line in lines if line.startswith("Private_Dirty")).encode())
    os._exit(0)
print(os.read(read, 100).decode())
"""


def run(code: str, *arguments: str) -> str:
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.strip()


@tried
@pytest.mark.process
def test_modules_and_all_they_hold_live_for_ever() -> None:
    assert run(LIVES) == "True True True True"


@tried
@pytest.mark.process
def test_what_comes_later_dies_and_forks_live_and_end_as_ever() -> None:
    assert run(DIES) == "['Old', 'Circle'] True\n2"


@tried
@pytest.mark.process
def test_a_child_looks_at_what_was_there_without_a_copy() -> None:
    """200,000 strings take 12 MiB."""
    assert int(run(WRITES, "on")) < 4_000 < 10_000 < int(run(WRITES, "off"))


@pytest.mark.parametrize("word", ["off", " OFF ", "false", "no", "0"])
def test_who_wants_none_has_none(word: str) -> None:
    assert immortal.make({immortal.VARIABLE: word}) == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("version_info", (3, 11, 2)),
        ("version_info", (3, 99, 0)),
        ("maxsize", (1 << 31) - 1),
        ("byteorder", "big"),
        ("abiflags", "t"),
        ("getrefcount", lambda thing: 5),
        ("getrefcount", lambda thing: 0xFFFF_FFFF),
    ],
)
def test_where_anything_is_unlike_what_was_tried_nothing_is_done(
    monkeypatch: pytest.MonkeyPatch, name: str, value: object
) -> None:
    monkeypatch.setattr(sys, name, value)
    assert immortal.make({}) == 0
