# SPDX-License-Identifier: GPL-3.0-or-later
"""What `telltale log export --format jsonl` writes: a record a line, as the API has it, with `time_us`.

A line needs `time` (or `time_us`), `client`, `name`; what else is missing is as for a name that was let through. So a
line is quickly written by a script, too.
"""

import json
from pathlib import Path
from typing import Any

from store.base.sentences import say
from store.imports import history_row
from store.imports.history_row import (
    BadLine,
    BadLines,
    Progress,
    clean_address,
    clean_name,
    clean_word,
    outcome,
)
from store.imports.import_file import ImportDraft, Row
from store.log.records import NO_ANSWER, Origin, Outcome, Verdict
from wire.types import RCODE_NAMES, type_number

SOURCE = "telltale"
_RCODES = {**{name: number for number, name in RCODE_NAMES.items()}, "no answer": NO_ANSWER}


def read(path: Path, draft: ImportDraft, progress: Progress) -> BadLines:
    """Hand all its queries to the draft; returns the lines that are none. Raises Refused."""
    return history_row.read_rows(path, draft, progress, row)


def row(line: bytes, draft: ImportDraft) -> Row:
    """The query of a line. Raises ValueError."""
    entry = json.loads(line)
    if not isinstance(entry, dict) or not all(isinstance(entry.get(word), str) for word in ("name", "client")):
        raise BadLine(say("It is no record of a query: time, client and name are needed."))
    at = entry.get("time_us")
    if type(at) is not int:
        at = history_row.iso_us(entry.get("time", ""))
    client = draft.client(_client(entry["client"]), history_row.clean_mac(str(entry.get("mac") or "")),
                          clean_word(entry.get("device")))  # fmt: skip
    took = entry.get("duration_ms", 0)
    if isinstance(entry.get("list"), str) and isinstance(title := entry.get("list_title"), str):
        draft.entitle(clean_word(entry["list"]), clean_word(title))
    return at, client, draft.key_of(clean_name(entry["name"]), _outcome(entry)), _microseconds(took)


def _client(text: str) -> str:
    """An address, or a MAC address where the log knows no more."""
    return history_row.clean_mac(text) or clean_address(text)


def _microseconds(took: object) -> int:
    return round(took * 1000) if isinstance(took, int | float) and 0 <= took < 1e6 else 0


def _outcome(entry: dict[str, Any]) -> Outcome:
    qtype = type_number(str(entry.get("type") or "A"))
    if qtype is None:
        raise BadLine(say("{type} is no type of a query.", type=clean_word(entry.get("type"))[:40]))
    try:
        verdict = Verdict[str(entry.get("verdict") or "PASS")]
        origin = Origin[str(entry.get("origin") or "UPSTREAM")]
    except KeyError as error:
        raise BadLine(say("{word} is neither a verdict nor an origin.", word=clean_word(error.args[0])[:40])) from None
    blocklist, rule = clean_word(entry.get("list")), clean_word(entry.get("rule"))
    source = clean_word(entry.get("source"))[:40] or SOURCE
    return outcome(
        source, qtype, int(verdict), int(origin), blocklist, rule, _rcode(entry.get("rcode")),
        clean_word(entry.get("upstream")),
    )  # fmt: skip


def _rcode(word: object) -> int:
    if word is None:
        return 0
    if (number := _RCODES.get(str(word))) is not None:
        return number
    digits = str(word).removeprefix("RCODE")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 4 and int(digits) < 4096):
        raise BadLine(say("{word} is no code of a response.", word=clean_word(word)[:40]))
    return int(digits)
