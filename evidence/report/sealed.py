# SPDX-License-Identifier: GPL-3.0-or-later
"""A report as a file whose last line is the SHA-256 of all before it: written, and read again. Pure but for the file.

    JSON    {"telltale_report": 1, … ,"rows":[…],"sha256":"HEX"}
    HTML    … <script type="application/json" id="report">{…}</script> … <!--sha256 HEX-->

In HTML the same values, without the rows, stand in a block of data, which no browser runs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import IO, Any

from store.base.sentences import say

MAX_FILE = 256 * 1024 * 1024  # of a report that is read again, far more than one has
_ENDS = {".json": (b',"sha256":"', b'"}\n'), ".html": (b"<!--sha256 ", b"-->\n")}
_END_OF = {
    suffix: re.compile(re.escape(before) + b"([0-9a-f]{64})" + re.escape(after) + rb"\Z")
    for suffix, (before, after) in _ENDS.items()
}
DATA_BEGIN, DATA_END = '<script type="application/json" id="report">', "</script>"
FIRST_KEY = "telltale_report"


class NotReport(Exception):  # noqa: N818 - what it is
    """A file that is no report; the text is a sentence."""


@dataclass(frozen=True, slots=True)
class Opened:
    """`whole`: the digest fits every byte; `values`: None where what is in it does not read any more."""

    whole: bool
    html: str | None
    values: dict[str, Any] | None


class Sealing:
    """Writes a file, and its digest at the end."""

    def __init__(self, out: IO[bytes], suffix: str) -> None:
        self._out, self._digest, self._ends = out, sha256(), _ENDS[suffix]

    def write(self, text: str) -> None:
        part = text.encode("utf-8", "backslashreplace")
        self._digest.update(part)
        self._out.write(part)

    def seal(self) -> str:
        """The digest, which is the end of the file."""
        digest = self._digest.hexdigest()
        self._out.write(self._ends[0] + digest.encode() + self._ends[1])
        return digest


def write_json(out: IO[bytes], values: dict[str, Any], rows: Iterable[str]) -> str:
    """`rows`: each a JSON array without a line feed; they are written as they come. Returns the digest."""
    sealing, between = Sealing(out, ".json"), ""
    sealing.write(compact(values)[:-1] + ',"rows":[\n')
    for row in rows:
        sealing.write(between + row)
        between = ",\n"
    sealing.write("\n]")
    return sealing.seal()


def write_html(out: IO[bytes], parts: Iterable[str]) -> str:
    """Returns the digest."""
    sealing = Sealing(out, ".html")
    for part in parts:
        sealing.write(part)
    return sealing.seal()


def data_block(values: dict[str, Any]) -> str:
    """The values within HTML: nothing in them can end the block."""
    text = compact(values).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return f"{DATA_BEGIN}{text}{DATA_END}"


def compact(values: dict[str, Any]) -> str:
    """JSON in ASCII."""
    return json.dumps(values, separators=(",", ":"))


def plain_json(values: dict[str, Any]) -> dict[str, Any]:
    """The same as it comes back from a file."""
    back: dict[str, Any] = json.loads(compact(values))
    return back


def opened(content: bytes) -> Opened:
    """Raises NotReport for what never was one."""
    if FIRST_KEY.encode() not in content and b"sha256" not in content[-200:]:
        raise NotReport(say("This is no report of Telltale."))
    is_json, whole = _is_json(content), is_whole(content)
    text = content.decode("utf-8", "replace")
    if is_json:
        return Opened(whole, None, _values(text))
    begin, stop = text.find(DATA_BEGIN), text.find(DATA_END, text.find(DATA_BEGIN))
    return Opened(whole, text, _values(text[begin + len(DATA_BEGIN) : stop]) if 0 <= begin < stop else None)


def is_whole(content: bytes) -> bool:
    """Whether a file ends with the digest of all that comes before."""
    end = _END_OF[".json" if _is_json(content) else ".html"].search(content[-200:])
    return end is not None and sha256(content[: len(content) - len(end[0])]).hexdigest().encode() == end[1]


def _is_json(content: bytes) -> bool:
    return content.lstrip().startswith(b"{")


def _values(text: str) -> dict[str, Any] | None:
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return values if isinstance(values, dict) and FIRST_KEY in values else None
