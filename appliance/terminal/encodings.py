# SPDX-License-Identifier: GPL-3.0-or-later
"""Terminals that cannot show every character: a plainer one stands in, and nothing that is printed is an error."""

import codecs
import sys
from typing import TextIO

_HANDLER = "telltale.plainer"
_PLAINER = {
    "–": "-", "—": "-", "→": "->", "…": "...", "“": '"', "”": '"', "‘": "'", "’": "'", "×": "x", "·": "*", "•": "*",
    "⟦": "[", "⟧": "]", "─": "-", "│": "|", "└": "`", "├": "|", "█": "#", "\u00a0": " ",
}  # fmt: skip


def make_plain(*streams: TextIO) -> None:
    """Have these streams, or standard output and error, write a plainer character for each that they cannot."""
    codecs.register_error(_HANDLER, _plainer)
    for stream in streams or (sys.stdout, sys.stderr):
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(errors=_HANDLER)


def shows_all(stream: TextIO | None = None) -> bool:
    """Whether the stream, or standard output, has a character for everything."""
    encoding = (stream or sys.stdout).encoding or "ascii"
    return codecs.lookup(encoding).name.startswith("utf-")


def _plainer(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(_PLAINER.get(char, "?") for char in error.object[error.start : error.end]), error.end
