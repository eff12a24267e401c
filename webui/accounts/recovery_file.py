# SPDX-License-Identifier: GPL-3.0-or-later
"""Recovery codes as a text file that a page offers without asking the server for it: they are nowhere else. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from store.base.sentences import say

NAME = "telltale-recovery-codes.txt"


def lines(codes: Sequence[str], person: str, day: str) -> list[str]:
    """What stands in it, line by line: sentences, and the codes as they are."""
    return [
        say("Recovery codes of {name} for Telltale, made on {day}", name=person, day=day), "",
        *codes, "",
        say("Each lets you in once in place of a code of the app. Keep them where nobody else reads them."),
    ]  # fmt: skip


def address(text_lines: Sequence[str]) -> str:
    """A link that holds the file, for `<a download>`. `text_lines`: they are in the reader's language."""
    return "data:text/plain;charset=utf-8," + quote("\r\n".join([*text_lines, ""]).encode("utf-8", "replace"), safe="")
