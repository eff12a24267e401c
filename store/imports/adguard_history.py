# SPDX-License-Identifier: GPL-3.0-or-later
"""AdGuard Home's querylog.json (and querylog.json.1): a JSON object a line.

    T, QH, QT       time, name and type              Result  Reason (a number), Rules, ServiceName
    IP, CID         who asked, and its client ID     Answer  the response as base64; its code is in the first bytes
    Cached, Upstream, Elapsed (ns)
"""

import base64
import binascii
import json
import re
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
from wire.types import type_number

SOURCE = "adguard"
_PASS, _BLOCK, _ALLOW = int(Verdict.PASS), int(Verdict.BLOCK), int(Verdict.ALLOW)
_LOCAL, _REFUSE = int(Verdict.LOCAL), int(Verdict.REFUSE)
# By its Reason: what became of the query, and what decided that.
REASON: dict[int, tuple[int, str]] = {
    0: (_PASS, ""), 1: (_ALLOW, "adguard:allowed"), 2: (_PASS, ""), 3: (_BLOCK, "adguard:filter"),
    4: (_BLOCK, "adguard:safe-browsing"), 5: (_BLOCK, "adguard:parental"), 6: (_REFUSE, ""),
    7: (_LOCAL, "adguard:safe-search"), 8: (_BLOCK, "adguard:service"), 9: (_LOCAL, ""), 10: (_LOCAL, ""),
    11: (_LOCAL, ""),
}  # fmt: skip
TITLES = {
    "adguard:allowed": "AdGuard Home: allowed", "adguard:filter": "AdGuard Home: its filters",
    "adguard:safe-browsing": "AdGuard Home: safe browsing", "adguard:parental": "AdGuard Home: parental control",
    "adguard:safe-search": "AdGuard Home: safe search", "adguard:service": "AdGuard Home: blocked services",
}  # fmt: skip
_NAME_RULE = re.compile(
    r"(?:@@)?\|\|([a-z0-9._-]+)\^?(?:\$important)?$|(?:0\.0\.0\.0|127\.0\.0\.1|::1?)\s+([a-z0-9._-]+)$", re.I
)


def read(path: Path, draft: ImportDraft, progress: Progress) -> BadLines:
    """Hand all its queries to the draft; returns the lines that are none. Raises Refused."""
    for name, title in TITLES.items():
        draft.entitle(name, title)
    return history_row.read_rows(path, draft, progress, row)


def row(line: bytes, draft: ImportDraft) -> Row:
    """The query of a line. Raises ValueError."""
    entry = json.loads(line)
    if not isinstance(entry, dict) or not isinstance(entry.get("QH"), str) or not isinstance(entry.get("IP"), str):
        raise BadLine(say("It is no line of AdGuard Home's query log."))
    at = history_row.iso_us(entry.get("T", ""))
    client = draft.client(clean_address(entry["IP"]), "", clean_word(entry.get("CID")))
    elapsed = entry.get("Elapsed", 0)
    took = elapsed // 1000 if type(elapsed) is int else 0
    return at, client, draft.key_of(clean_name(entry["QH"]), _outcome(entry)), took


def _outcome(entry: dict[str, Any]) -> Outcome:
    result = entry.get("Result")
    result = result if isinstance(result, dict) else {}
    reason = result.get("Reason", 0)
    if type(reason) is not int or reason not in REASON:
        raise BadLine(say("Its reason {reason} is unknown.", reason=clean_word(reason)[:40]))
    verdict, blocklist = REASON[reason]
    qtype = type_number(str(entry.get("QT", "")))
    if qtype is None:
        raise BadLine(say("{type} is no type of a query.", type=clean_word(entry.get("QT"))[:40]))
    upstream = clean_word(entry.get("Upstream"))
    origin = Origin.CACHE if entry.get("Cached") is True else Origin.UPSTREAM if upstream else Origin.SELF
    return outcome(SOURCE, qtype, verdict, int(origin), blocklist, _rule(result), _rcode(entry.get("Answer")), upstream)


def _rule(result: dict[str, Any]) -> str:
    """The name of the rule that matched, or the rule as it stands; the service's where one is blocked."""
    rules = result.get("Rules")
    first = rules[0] if isinstance(rules, list) and rules and isinstance(rules[0], dict) else {}
    text = clean_word(first.get("Text") or result.get("Rule") or "")
    if not text and isinstance(service := result.get("ServiceName"), str):
        return clean_word(service)
    match = _NAME_RULE.match(text)
    return (match[1] or match[2]).lower() if match else text


def _rcode(answer: object) -> int:
    """The code of a response that was kept whole, as base64."""
    if not isinstance(answer, str) or len(answer) < 16:
        return NO_ANSWER
    try:
        return base64.b64decode(answer[:16], validate=True)[3] & 0xF
    except (binascii.Error, ValueError):
        raise BadLine(say("Its answer is no base64.")) from None
