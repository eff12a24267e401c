# SPDX-License-Identifier: GPL-3.0-or-later
"""The words that a process of ours is started with: `--name value` each, written by our own supervisor.

The library for command lines is made for people; it takes a mebibyte in each process that lives as long as the house.
"""

import sys
from collections.abc import Sequence


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
