# SPDX-License-Identifier: GPL-3.0-or-later
"""Why an answer did not stand the check, more exactly than unbound says it: it names the fault once, then just “bogus”.

What it refused is asked for again unchecked (CD), which it mostly still has, and so are the keys of its zone. The check
itself is unbound's alone: here is only looked whether signatures and keys are there, and when they hold.
"""

from __future__ import annotations

import struct
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

from resolver.upstream.forwarder import Forwarder
from resolver.upstream.question_key import key_of
from wire.message import HEADER, Question, Response
from wire.names import Malformed, read_name, to_wire
from wire.resource_records import walk
from wire.types import CD, IN, RD, RRSIG, SERVFAIL, SOA

BOGUS, EXPIRED, NOT_YET_VALID, NO_KEY, NO_SIGNATURE = 6, 7, 8, 9, 10
GENERAL = frozenset({BOGUS, NO_KEY})  # what unbound says for more than one reason
_DNSKEY = 48
Found = Callable[[int], None]


class _Record(NamedTuple):
    owner: bytes
    rtype: int
    data: bytes


def find(forwarder: Forwarder, question: Question, code: int, on_code: Found) -> None:
    """`on_code` is called once, with the extended error that fits best; maybe before this returns."""
    _Look(forwarder, code, on_code).begin(question)


class _Look:
    """Three questions at most, one after the other."""

    def __init__(self, forwarder: Forwarder, code: int, on_code: Found) -> None:
        self._forwarder, self._code, self._found = forwarder, code, on_code

    def begin(self, question: Question) -> None:
        def on_answer(asked: Question, response: Response) -> None:
            signatures = [record for record in _records(asked, response) if record.rtype == RRSIG]
            if code := _out_of_time(signatures):
                self._found(code)
            elif signatures:
                self._look_at_keys(_signer(signatures[-1]), signed=True)
            else:
                self._ask(question.wire_name, SOA, on_zone)

        def on_zone(asked: Question, response: Response) -> None:
            zones = [record.owner for record in _records(asked, response) if record.rtype == SOA]
            if zones:
                self._look_at_keys(zones[-1], signed=False)
            else:
                self._found(self._code)

        self._ask(question.wire_name, question.qtype, on_answer)

    def _look_at_keys(self, zone: bytes, *, signed: bool) -> None:
        def on_keys(asked: Question, response: Response) -> None:
            records = list(_records(asked, response))
            if not any(record.rtype == _DNSKEY for record in records):
                self._found(NO_KEY)
            elif code := _out_of_time([record for record in records if record.rtype == RRSIG]):
                self._found(code)
            else:
                self._found(BOGUS if signed else NO_SIGNATURE)

        self._ask(zone, _DNSKEY, on_keys)

    def _ask(self, name: bytes, qtype: int, then: Callable[[Question, Response], None]) -> None:
        section = name + struct.pack("!2H", qtype, IN)
        question = Question(0, RD | CD, "", name, qtype, IN, section, edns=True, do=True)

        def done(response: Response | None, _upstream: str) -> None:
            try:
                if response is None or response.rcode == SERVFAIL:
                    self._found(self._code)
                else:
                    then(question, response)
            except (Malformed, struct.error):
                self._found(self._code)

        self._forwarder.exchange(key_of(question), question, done)


def _records(question: Question, response: Response) -> Iterator[_Record]:
    """Those of the answer and authority sections; owners as small letters on the wire. Raises Malformed."""
    counts = response.counts
    packet = HEADER.pack(0, 0, 1, *counts) + question.section + response.body
    for owner, rtype, _, _, start, end in walk(packet, 12 + len(question.section), counts[0] + counts[1]):
        yield _Record(to_wire(read_name(packet, owner)).lower(), rtype, packet[start:end])


def _signer(signature: _Record) -> bytes:
    """The zone whose key signed, in small letters on the wire; behind it is the signature itself. Raises Malformed."""
    return to_wire(read_name(signature.data, 18)).lower()


def _out_of_time(signatures: list[_Record]) -> int:
    """Whether one holds no more, or not yet (RFC 4034 section 3.1.5, within this century's half); 0: none."""
    now = int(time.time())
    for signature in signatures:
        expiration, inception = struct.unpack_from("!2I", signature.data, 8)
        if expiration < now:
            return EXPIRED
        if inception > now:
            return NOT_YET_VALID
    return 0
