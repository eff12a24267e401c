# SPDX-License-Identifier: GPL-3.0-or-later
"""Why an answer is bogus, from what it and the keys of its zone show when they are asked for unchecked."""

import struct
import time
from collections.abc import Callable, Mapping
from typing import Any, cast

import pytest

from resolver.upstream import bogus_reason
from resolver.upstream.bogus_reason import BOGUS, EXPIRED, NO_KEY, NO_SIGNATURE, NOT_YET_VALID
from resolver.upstream.forwarder import Forwarder
from wire.message import Question, Response, parse_question, parse_response
from wire.names import to_wire
from wire.stub import build
from wire.types import CD, NS, RRSIG, SERVFAIL, SOA, A

DNSKEY = 48
NOW = int(time.time())
Rows = list[tuple[str, int, bytes]]


def signature(of: int, *, signer: str = "lab", begin: int = NOW - 60, end: int = NOW + 3600) -> tuple[str, int, bytes]:
    head = struct.pack("!HBBIIIH", of, 13, 2, 300, end, begin, 7)
    return f"www.{signer}", RRSIG, head + to_wire(signer) + bytes(range(1, 65))


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    """It stays as it was when the signatures were made."""
    monkeypatch.setattr(time, "time", lambda: float(NOW))


class Asked:
    """In the place of the forwarder: what is asked is kept, and answered from `rows`; what is not there is SERVFAIL."""

    def __init__(self, rows: Mapping[tuple[str, int], Rows]) -> None:
        self.rows, self.questions = rows, []  # type: ignore[var-annotated]

    def exchange(self, _key: bytes, question: Question, done: Callable[[Response | None, str], None]) -> None:
        name = question.section[:-4]
        text = ".".join(label.decode() for label in _labels(name))
        self.questions.append((text, question.qtype, question.flags & CD))
        rows = self.rows.get((text, question.qtype))
        body = b"".join(
            to_wire(owner) + struct.pack("!HHIH", rtype, 1, 60, len(data)) + data for owner, rtype, data in rows or []
        )
        flags = 0x8180 | (SERVFAIL if rows is None else 0)
        packet = struct.pack("!6H", 0, flags, 1, len(rows or []), 0, 0) + question.section + body
        done(parse_response(packet, question.section), "unbound")


def _labels(wire_name: bytes) -> list[bytes]:
    labels, at = [], 0
    while size := wire_name[at]:
        labels.append(wire_name[at + 1 : at + 1 + size])
        at += size + 1
    return labels


ADDRESS = ("www.lab", A, bytes((198, 51, 100, 7)))
KEY = ("lab", DNSKEY, b"\1\1\3\x0d" + bytes(64))
ZONE = ("lab", SOA, to_wire("ns.lab") + to_wire("x.lab") + bytes(20))
WELL = [KEY, signature(DNSKEY)]


@pytest.mark.parametrize(("answer", "keys", "code"), [
    ([ADDRESS, signature(A)], WELL, BOGUS),
    ([ADDRESS, signature(A, end=NOW - 60)], WELL, EXPIRED),
    ([ADDRESS, signature(A, begin=NOW + 600)], WELL, NOT_YET_VALID),
    ([ADDRESS, signature(A)], [KEY, signature(DNSKEY, end=NOW - 60)], EXPIRED),
    ([ADDRESS, signature(A)], [], NO_KEY),
    ([ADDRESS], WELL, NO_SIGNATURE),
    ([ADDRESS], [], NO_KEY),
    (None, WELL, 6),
])  # fmt: skip
def test_the_reason_is_found(answer: Rows | None, keys: Rows, code: int) -> None:
    rows: dict[tuple[str, int], Any] = {("lab", DNSKEY): keys, ("www.lab", SOA): [ZONE]}
    if answer is not None:
        rows["www.lab", A] = answer
    asked, codes = Asked(rows), list[int]()
    question = parse_question(build("www.lab", A))
    bogus_reason.find(cast(Forwarder, asked), question, 6, codes.append)
    assert codes == [code]
    assert all(cd for *_, cd in asked.questions) and len(asked.questions) <= 3
    assert {name for name, *_ in asked.questions} <= {"www.lab", "lab"}, "names that there are, and nothing behind them"


def test_it_is_asked_for_what_was_asked() -> None:
    asked, codes = Asked({}), list[int]()
    bogus_reason.find(cast(Forwarder, asked), parse_question(build("www.lab", NS)), 9, codes.append)
    assert asked.questions == [("www.lab", NS, CD)] and codes == [9]
