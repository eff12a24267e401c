# SPDX-License-Identifier: GPL-3.0-or-later
"""The words that a process of ours is started with: `--name value` each, written by ourselves.

The library for command lines is made for people; it takes a mebibyte in each process that lives as long as the house.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

_HOUSE = str(Path(__file__).parents[2])
_RUN = (
    "import os, sys; house, module = sys.argv[1:3]; del sys.argv[1:3]; named = os.environ.get('PYTHONPATH'); "
    "theirs = set(map(os.path.abspath, named.split(os.pathsep))) - {house} if named else set(); "
    "sys.path.sort(key=theirs.__contains__); house in sys.path or sys.path.insert(0, house); "
    "import runpy; runpy.run_module(module, run_name='__main__', alter_sys=True)"
)


def argued(words: Sequence[str] | None, needed: Sequence[str], optional: Sequence[str] = ()) -> dict[str, str]:
    """The value of each name, "" for an optional one that is not given; `words` None: those of the command line.

    Raises SystemExit with a sentence that says what is off.
    """
    words = sys.argv[1:] if words is None else words
    given = dict(zip(words[::2], words[1::2], strict=False))
    known = [f"--{name}" for name in (*needed, *optional)]
    unknown = [word for word in words[::2] if word not in known]
    missing = [f"--{name}" for name in needed if f"--{name}" not in given]
    if unknown or missing or len(words) != 2 * len(given):
        raise SystemExit(
            f"Telltale itself starts this process, with {' '.join(known)} and a value after each, once; "
            f"unknown: {', '.join(unknown) or 'nothing'}; missing: {', '.join(missing) or 'nothing'}."
        )
    return {name: given.get(f"--{name}", "") for name in (*needed, *optional)}


def fresh_interpreter(module: str, *words: str) -> list[str]:
    """What starts `module` with these words in an interpreter of its own, with this house's code and no other.

    `python -m module` looks into the folder in which it is called first, before its own library: whoever may write
    there (/tmp, a download) would have a file of theirs run, with what powers Telltale has. This looks into no such
    folder, and into those that PYTHONPATH names after our own and our libraries (`appliance.own_first`).
    """
    return [sys.executable, "-P", "-c", _RUN, _HOUSE, module, *words]
