# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose packages are taken: a shell's PYTHONPATH (another project's, a robot's) stands before our own libraries, and
may hold a `store` or a `network` of its own. Whatever it names is looked at last.

To be called before the first import of ours beside this one.
"""

import os
import sys
from pathlib import Path

HOUSE = str(Path(__file__).parents[1])


def look_here_first() -> None:
    """Nothing is taken away: a system may keep libraries in such a folder. An empty entry, as `$PYTHONPATH:more` has it
    where there was none before, is the folder in which the shell is."""
    if named := os.environ.get("PYTHONPATH"):
        theirs = {os.path.abspath(entry) for entry in named.split(os.pathsep)}  # noqa: PTH100 - as Python itself does it
        sys.path.sort(key=(theirs - {HOUSE}).__contains__)
