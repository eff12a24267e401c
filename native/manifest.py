# SPDX-License-Identifier: GPL-3.0-or-later
"""The manifest: which machine code there is, and of which sources it was made.

A text file, a line each: `source HASH PATH`, `library HASH FILE` and `module NAME FILE`, `needs ARM NUMBER` where it is
for 32-bit ARM, and `lines NUMBER` at its end:
a power cut may leave half of it, and half of the machine code does not run. The loader maps a library that
was left half written, too, and whoever calls into it dies, so libraries are looked at before. Hashes are those that
Python itself knows bytecode by (PEP 552): made to notice a change, not to withstand somebody who may write here anyway.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import source_hash
from pathlib import Path

NAME = "manifest.txt"
# Processors under 32-bit systems on ARM, as uname(2) calls them: the version of the architecture. What is built for all
# of them has one name (arm-linux-gnueabihf), and code for the seventh ends a process on a Pi Zero, which is the sixth.
ARM = {"armv6l": 6, "armv7l": 7, "armv8l": 8, "aarch64": 8}
GROUP = "telltale_hot__mypyc"  # the library that all modules of mypyc share; ours by name, see scripts/compiled.py


@dataclass(frozen=True, slots=True)
class Manifest:
    """`sources`: path below the house → its hash in hex. `libraries`: file beside the manifest → its hash. `modules`:
    dotted name → its library. `arm`: the version of that architecture that it needs; 0: for no ARM, or not known.
    """

    sources: Mapping[str, str] = field(default_factory=dict)
    libraries: Mapping[str, str] = field(default_factory=dict)
    modules: Mapping[str, str] = field(default_factory=dict)
    arm: int = 0

    def runs_on(self, machine: str) -> bool:
        """Whether a processor, as uname(2) calls it, is new enough; what is not known is tried."""
        return ARM.get(machine, self.arm) >= self.arm

    def changed(self, house: Path) -> tuple[str, ...]:
        """The sources that are not as they were, or are gone."""
        return _unlike(self.sources, house)

    def damaged(self, folder: Path) -> tuple[str, ...]:
        """The libraries that are not as they were, or are gone."""
        return _unlike(self.libraries, folder)


def _unlike(hashes: Mapping[str, str], folder: Path) -> tuple[str, ...]:
    return tuple(path for path, known in hashes.items() if hash_of(folder / path) != known)


def hash_of(path: Path) -> str:
    """The hash of a file, "" when it does not read."""
    try:
        return source_hash(path.read_bytes()).hex()
    except OSError:
        return ""


def render(manifest: Manifest) -> str:
    """The text that `parse` reads."""
    lines = [f"source {known} {path}" for path, known in sorted(manifest.sources.items())]
    lines += [f"library {known} {file}" for file, known in sorted(manifest.libraries.items())]
    lines += [f"module {name} {file}" for name, file in sorted(manifest.modules.items())]
    lines += [f"needs ARM {manifest.arm}"] if manifest.arm else []
    return "".join(f"{line}\n" for line in (*lines, f"lines {len(lines)}"))


def parse(text: str) -> Manifest:
    """What `render` wrote, from its first line to its last. Raises ValueError."""
    sources, libraries, modules = dict[str, str](), dict[str, str](), dict[str, str]()
    arm, lines = 0, text.split("\n")
    if lines[-2:] != [f"lines {len(lines) - 2}", ""]:
        raise ValueError("a manifest ends with the number of its lines")
    for line in lines[:-2]:
        what, first, second = line.split(" ", 2)
        if what == "source":
            sources[second] = first
        elif what == "library":
            libraries[second] = first
        elif what == "module":
            modules[first] = second
        elif (what, first) == ("needs", "ARM"):
            arm = int(second)
        else:
            raise ValueError(f"a manifest has no line that begins with {what!r}")
    return Manifest(sources, libraries, modules, arm)


def load(folder: Path) -> Manifest | None:
    """The manifest in a folder, None when there is none that reads: then there is no machine code."""
    try:
        return parse((folder / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
