# SPDX-License-Identifier: GPL-3.0-or-later
"""The lists of names in the form that a server reads."""

from collections.abc import Iterator, Sequence
from pathlib import Path


def names(lists: Sequence[Path]) -> Iterator[str]:
    """Every name of the lists, one after the other."""
    for source in lists:
        with source.open() as file:
            for line in file:
                yield line.rstrip()


def convert(lists: Sequence[Path], to: Path, line: str) -> None:
    """All names of the lists, each in its line; an empty file without lists."""
    with to.open("w") as file:
        file.writelines(line.format(name) for name in names(lists))
