# SPDX-License-Identifier: GPL-3.0-or-later
"""What every reader of another blocker's history needs: lines of a file that may be damaged, names, times, servers."""

import gzip
import ipaddress
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import IO

from store.base.sentences import Sentence, say, sentence_of
from store.imports.import_file import ImportDraft, Refused, Row
from store.log.records import Outcome, completed

MAX_LINE = 65_536  # bytes: an answer of a DNS message is at most 64 KiB, and nobody logs one as long
MAX_NAME = 1_016  # characters, as the log takes them
MAX_WORD = 300  # of a rule, a server, a client's name
MAX_BAD = 10  # lines that do not read are left out and counted, up to one in a hundred
STEP_ROWS = 10_000  # handed on at once
_EPOCH, _US = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
_PLAIN = re.compile(r"[!-~]+")

Progress = Callable[[float, int], None]
"""Hears how much of the file is read, 0 to 1, and how many queries that was."""


class BadLine(ValueError):  # noqa: N818 - it names the thing
    """A line that is none of the format's; says what is wrong."""


@dataclass(slots=True)
class BadLines:
    """Lines that did not read; `first` is the number of the first one, and why. cut: the last one has no end."""

    count: int = 0
    first: int = 0
    why: Sentence | str = ""
    cut: bool = False

    def add(self, number: int, error: Exception) -> None:
        self.count += 1
        if not self.first:
            self.first, self.why = number, sentence_of(error)

    def judge(self, lines: int) -> None:
        """Raises Refused where they are too many."""
        if self.count > MAX_BAD and self.count * 100 > lines:
            raise Refused(say(
                "{bad:,} of {lines:,} lines do not read; the first is line {number}: {why}",
                bad=self.count, lines=lines, number=self.first, why=self.why,
            ))


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """A text log, packed by gzip or not. Raises Refused."""
    try:
        with path.open("rb") as plain:
            packed = plain.read(2) == b"\x1f\x8b"
            plain.seek(0)
            if packed:
                with gzip.open(plain) as file:
                    yield file  # type: ignore[misc]
            else:
                yield plain
    except (OSError, EOFError) as error:
        raise Refused(say("It cannot be read ({error}).", error=sentence_of(error))) from error


def lines(path: Path, bad: BadLines, progress: Progress, rows: Callable[[], int]) -> Iterator[tuple[int, bytes]]:
    """(number, line) of each line that is no longer than MAX_LINE. rows: how many queries were read so far."""
    size, number = max(1, path.stat().st_size), 0
    with opened(path) as file:
        while line := file.readline(MAX_LINE + 1):
            number += 1
            if len(line) > MAX_LINE:
                bad.add(number, BadLine(say("It is longer than {bytes:,} bytes.", bytes=MAX_LINE)))
                bad.judge(number)
                while line and not line.endswith(b"\n"):
                    line = file.readline(MAX_LINE)
                continue
            bad.cut = not line.endswith(b"\n")
            if number % 5_000 == 0:
                progress(min(1.0, file.tell() / size), rows())
                bad.judge(number)
            yield number, line
    bad.judge(max(1, number))


def read_rows(
    path: Path, draft: ImportDraft, progress: Progress, row: Callable[[bytes, ImportDraft], Row]
) -> BadLines:
    """Hand the queries of a log of a line each to the draft; `row` reads one, or raises ValueError. Raises Refused."""
    bad, rows = BadLines(), list[Row]()
    for number, line in lines(path, bad, progress, lambda: draft.rows):
        if not line.strip():
            continue
        try:
            rows.append(row(line, draft))
        except (ValueError, RecursionError) as error:
            bad.add(number, error)
        if len(rows) >= STEP_ROWS:
            draft.add(rows)
            rows = []
    draft.add(rows)
    return bad


@lru_cache(20_000)
def clean_name(text: str) -> str:
    """A name as the log has it: small letters, no dot at its end; what is no plain letter is escaped."""
    name = text.rstrip(".").lower()
    if not _PLAIN.fullmatch(name):
        name = "".join(
            letter if "!" <= letter <= "~" else "".join(f"\\{byte:03}" for byte in letter.encode("utf-8", "replace"))
            for letter in name[:MAX_NAME]
        )
    return name[:MAX_NAME] or "."


@lru_cache(20_000)
def clean_address(text: str) -> str:
    """An address as the log has it. Raises BadLine."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        raise BadLine(say("{text} is no address.", text=text[:64])) from None
    mapped = getattr(address, "ipv4_mapped", None)
    return str(mapped or address)


def clean_mac(text: str) -> str:
    """A MAC address in small letters with colons; "" for what is none."""
    mac = text.strip().lower().replace("-", ":")
    return mac if re.fullmatch(r"(?:[0-9a-f]{2}:){5}[0-9a-f]{2}", mac) and mac != "00:00:00:00:00:00" else ""


def clean_word(text: object) -> str:
    """A word for people, short and printable; "" for none."""
    return "".join(letter for letter in str(text) if letter.isprintable())[:MAX_WORD].strip() if text else ""


@lru_cache(2_000)
def server(text: str) -> str:
    """`9.9.9.9#53` as this program writes it."""
    address, _, port = text.partition("#")
    if port in ("", "53"):
        return clean_word(address)
    return clean_word(f"[{address}]:{port}" if ":" in address else f"{address}:{port}")


def iso_us(text: str) -> int:
    """A time as RFC 3339 has it, in µs. Raises BadLine; without a zone it is no time."""
    try:
        at = datetime.fromisoformat(text)
        return (at - _EPOCH) // _US
    except (ValueError, TypeError, OverflowError):
        raise BadLine(say("{text} is no time.", text=clean_word(text)[:40])) from None


def outcome(
    source: str, qtype: int, verdict: int, origin: int, blocklist: str = "", rule: str = "", rcode: int = 0,
    upstream: str = "",
) -> Outcome:  # fmt: skip
    """In the order of `store.log.records.Key`."""
    return completed([qtype, verdict, origin, blocklist, rule, rcode, upstream, source])
