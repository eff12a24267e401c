# SPDX-License-Identifier: GPL-3.0-or-later
"""Puts what was compiled where the finder looks, beside what a running appliance may still be taking modules from."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Mapping
from pathlib import Path

from native.manifest import NAME, Manifest, hash_of, load, render

_FILE, _FOLDER = 0o644, 0o755


def publish(out: Path, sources: Mapping[str, str], built: Path, arm: int = 0) -> Manifest:
    """Move the libraries in `out`, laid out as packages, into a folder of their own below `built`, and have the
    manifest name them: nobody ever sees half of it. `sources`: path → its hash before the compiler read it, so that
    one that was edited meanwhile counts as changed. `arm`: as in `Manifest`.

    Those that it named before stay. An appliance that runs has its manifest in memory, and a child that it starts later
    may want one more of the same libraries; what was compiled since does not go with what it has.
    """
    built.mkdir(parents=True, exist_ok=True)
    for place in (built, built.parent):
        place.chmod(_FOLDER)
    before = load(built)
    libraries = {_name(file.relative_to(out)): file.relative_to(out).as_posix() for file in out.rglob("*.so")}
    number = 1 + max((int(folder.name) for folder in built.iterdir() if folder.name.isdigit()), default=0)
    _open_to_readers(out)
    shutil.move(out, built / str(number))  # from one disk to another, too
    modules = {name: f"{number}/{file}" for name, file in libraries.items()}
    manifest = Manifest(sources, {file: hash_of(built / file) for file in modules.values()}, modules, arm)
    written = built / f"{NAME}.new"
    written.write_text(render(manifest), encoding="utf-8")
    written.chmod(_FILE)
    written.replace(built / NAME)
    for folder in folders(built) - folders_of(manifest) - (folders_of(before) if before else set()):
        with contextlib.suppress(OSError):
            shutil.rmtree(built / folder)
    return manifest


def _open_to_readers(out: Path) -> None:
    """Root compiles, and the appliance runs as somebody else: what root's mask says is for other files."""
    for path in (out, *out.rglob("*")):
        path.chmod(_FOLDER if path.is_dir() else _FILE)


def folders_of(manifest: Manifest) -> set[str]:
    """The folder that its libraries are in."""
    return {file.partition("/")[0] for file in manifest.modules.values()}


def folders(built: Path) -> set[str]:
    """All that there are."""
    return {folder.name for folder in built.iterdir() if folder.is_dir()}


def _name(file: Path) -> str:
    return ".".join((*file.parent.parts, file.name.partition(".")[0]))
