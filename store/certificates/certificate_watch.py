# SPDX-License-Identifier: GPL-3.0-or-later
"""Noticing that a certificate or its key changed: written anew, renamed over, or a link set to another (certbot)."""

from __future__ import annotations

import os
from pathlib import Path

from store.certificates.certificate_files import ServerFiles

_Seen = tuple[int, int, int, int] | None  # device, file, length, time of the last change; None: not there


class CertificateWatch:
    """Of the files in force; never raises. `changed` costs two looks at the file system."""

    def __init__(self, files: ServerFiles | None = None) -> None:
        self._files = files
        self._seen = _look(files)

    def changed(self, files: ServerFiles | None) -> bool:
        """Whether other files are in force than at the last call, or their content is another. A link counts as what
        it leads to."""
        seen = _look(files)
        different = (files, seen) != (self._files, self._seen)
        self._files, self._seen = files, seen
        return different


def signature(files: ServerFiles) -> str:
    """What the files are like, in a word: it changes when they do."""
    return "|".join("-" if seen is None else ".".join(map(str, seen)) for seen in _look(files))


def _look(files: ServerFiles | None) -> tuple[_Seen, ...]:
    return () if files is None else tuple(_of(path) for path in (files.certificate, files.key))


def _of(path: Path) -> _Seen:
    try:
        info = os.stat(path)  # noqa: PTH116 - follows links, as whoever reads does
    except OSError:
        return None
    return info.st_dev, info.st_ino, info.st_size, info.st_mtime_ns
