# SPDX-License-Identifier: GPL-3.0-or-later
"""The verdict on a name without asking anybody: by the house's policy, or by lists and rules given on the spot."""

import io
import ipaddress
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import dnslib

from appliance.complaint import Complaint
from blocklists import rule, special
from blocklists.compile import Part, compile_index
from blocklists.explain import Line, Spoken, find_line, find_text, speakers
from blocklists.index import Index
from blocklists.match import RuleTable
from blocklists.shard import Shard
from blocklists.special import Client
from blocklists.unpack import Refused
from resolver import ask, local, snapshot, wire
from resolver.judge import judge
from resolver.response import Sinkhole
from resolver.snapshot import Seat, Snapshot
from resolver.wire import Question
from store import names
from store.answers import Answer
from store.policy import Rule
from store.records import Verdict

# A client of the house when none is named: it has no device, so what holds for the house holds.
NOBODY = "127.0.0.1"
_PLAIN = re.compile(r"(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}").fullmatch
_RCODES = {wire.NOERROR: "NODATA", wire.NXDOMAIN: "NXDOMAIN", wire.REFUSED: "REFUSED", wire.SERVFAIL: "SERVFAIL"}


@dataclass(frozen=True, slots=True)
class Explained:
    """The verdict on one question. `list` is a blocklist's id, `own` for a rule of the home, or empty.

    `answer` is what the client gets: an address, NODATA, NXDOMAIN or REFUSED; None where an upstream has to be asked.
    """

    name: str
    type: str
    verdict: str
    rule: str
    list: str
    answer: str | None


@dataclass(frozen=True, slots=True)
class Speaker:
    """One rule that holds for a name: in which list, and the place and words there; `on`: it counts for who asks."""

    allow: bool
    rule: str
    source: str
    place: str
    on: bool


class House:
    """The verdicts of an appliance's state directory; built once for many questions."""

    def __init__(self, now: Snapshot, state: Path) -> None:
        self._now, self._state = now, state
        default = now.policies.default
        self._seat = Seat(RuleTable.build(default.rules), now.index, now.index.mask(default.lists))

    @classmethod
    def load(cls, state: Path, environ: Mapping[str, str]) -> "House":
        """Read policy and index as a worker does."""
        return cls(snapshot.build(state, environ), state)

    def speakers(self, name: str, client: str | None) -> list[Speaker]:
        """Every rule of the home and of every list, on or off, that holds for the name."""
        held, mask = self._now.policies.default, self._seat.mask
        if client is not None:
            held = self._now.policies.by_client.get(address(client), held)
            mask = self._now.index.mask(held.lists)
        said = speakers(whole(name), self._now.index, self._state, held.rules)
        return [_speaker(one, one.slot < 0 or bool(mask >> one.slot & 1)) for one in said]

    def explain(self, name: str, qtype: int, client: str | None) -> Explained:
        """What a client asking for this gets. Raises Complaint for what is no name or no address."""
        name, seat = whole(name), self._seat
        if client is not None:
            seat = self._now.admit(address(client))
            if seat.refused:
                return Explained(name, type_name(qtype), Verdict.REFUSE.name, "", "", "REFUSED")
        question = wire.parse_question(query(name, qtype))
        ours = local.answer(question, self._now.settings.own_name, client or NOBODY)
        if ours is not None:
            return Explained(name, type_name(qtype), Verdict.LOCAL.name, "", "", describe(ours, question))
        found = judge(name, seat.rules, self._now.index, seat.mask, qtype, seat.client)
        answer = None
        if found.verdict == Verdict.BLOCK:
            wanted = found.answer or self._now.answers.get(found.blocklist) or seat.answer
            answer = answered(qtype, wanted, self._now.sinkhole)
        return Explained(name, type_name(qtype), found.verdict.name, found.rule, found.blocklist, answer)


class Given:
    """The verdicts of lists and rules given on the spot, and of nothing else."""

    def __init__(self, rules: RuleTable, index: Index) -> None:
        self._rules, self._index = rules, index
        self._mask = (1 << len(index.slots)) - 1

    @classmethod
    def load(cls, lists: Sequence[Path], form: str | None, deny: Sequence[str], permit: Sequence[str]) -> "Given":
        """Parse and compile the files. Raises Complaint for one that is no list, or that cannot be read."""
        parts = [Part(str(path), None, path.name, False, _shard(path, form)) for path in lists]
        data = io.BytesIO()
        compile_index(parts, 0).write(data.write)
        own = [_rule("block", text) for text in deny] + [_rule("allow", text) for text in permit]
        return cls(RuleTable.build(own), Index(memoryview(data.getvalue())))

    def explain(self, name: str, qtype: int, client: str | None) -> Explained:
        """As `House.explain`; a client is an address without a name, and a blocked name gets the null address."""
        name = whole(name)
        found = judge(name, self._rules, self._index, self._mask, qtype, Client(client) if client else special.NOBODY)
        answer = None
        if found.verdict == Verdict.BLOCK:
            answer = answered(qtype, found.answer, Sinkhole())
        return Explained(name, type_name(qtype), found.verdict.name, found.rule, found.blocklist, answer)

    def speakers(self, name: str, _client: str | None) -> list[Speaker]:
        """Every rule of the given lists that holds for the name, with its line."""
        found = []
        for match in self._index.spoke(whole(name)):
            slot = self._index.slots[match.slot]
            line = find_line(Path(slot.blocklist_id), match, slot)
            text = rule.listed_text(match.kind, match.name, allow_list=slot.allow)
            found.append(Speaker(match.allow, text, slot.blocklist_id, _line(line), on=True))
        for number, said in self._index.specials.spoke(whole(name)):
            path = Path(self._index.slots[number].blocklist_id)
            place = _line(find_text(path, said.text))
            found.append(Speaker(said.allow, said.text, str(path), place, on=True))
        return found


def whole(text: str) -> str:
    """The name as it is judged, which may be odder than one that a rule of the home can be about. Raises Complaint."""
    plain = text.lower().removesuffix(".")
    if len(plain) < 254 and _PLAIN(plain) and not plain.rpartition(".")[2].isdigit():
        return plain
    try:
        return names.normalise(text)
    except ValueError as error:
        raise Complaint(str(error)) from None


def address(text: str) -> str:
    """A client's address in its usual form. Raises Complaint."""
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        raise Complaint(f"'{text}' is no address of a client: write 192.168.1.20 or fd00::20.") from None


@lru_cache(maxsize=64)
def type_number(text: str) -> int:
    """`A`, `https`, `TYPE65` or `65` as a number. Raises Complaint."""
    plain = text.strip().upper()
    digits = plain.removeprefix("TYPE")
    if digits.isascii() and digits.isdigit() and int(digits[:6]) < 65536:
        return int(digits)
    number = dnslib.QTYPE.reverse.get(plain)
    if number is None:
        raise Complaint(f"'{text}' is no query type: write A, AAAA, HTTPS, TXT or a number such as TYPE65.")
    return int(number)


@lru_cache(maxsize=64)
def type_name(number: int) -> str:
    """The type as people write it."""
    return str(dnslib.QTYPE.forward.get(number, f"TYPE{number}"))


def query(name: str, qtype: int) -> bytes:
    """A query packet for the question."""
    return ask.build(name, qtype)


def answered(qtype: int, answer: Answer | None, sinkhole: Sinkhole) -> str:
    """What a blocked client gets: an address, an rcode in a word, or the records that a rule gives."""
    if answer is not None and answer.word == "records":
        wanted = type_name(qtype)
        fitting = [value for type_, value in answer.records if type_ in (wanted, "CNAME")]
        return ", ".join(fitting) or "NODATA"
    how = sinkhole if answer is None else Sinkhole(answer.word)
    if how.mode in ("null", "address"):
        address = {wire.A: how.ipv4, wire.AAAA: how.ipv6}.get(qtype)
        return str(ipaddress.ip_address(address)) if address else "NODATA"
    return {"drop": "no answer", "tcp": "once more over TCP"}.get(how.mode, how.mode.upper())


def describe(packet: bytes, question: Question) -> str:
    """One of our own responses in a word: its address or its rcode."""
    rcode, answers = packet[3] & 15, int.from_bytes(packet[6:8], "big")
    if rcode or not answers:
        return _RCODES.get(rcode, f"rcode {rcode}")
    # The answer's data begins behind the header, the question, and the pointer and ten fixed bytes of the record.
    data = packet[12 + len(question.section) + 12 :]
    return str(ipaddress.ip_address(data)) if question.qtype in (wire.A, wire.AAAA) else data.hex()


def _speaker(said: Spoken, on: bool) -> Speaker:
    place = _line(said.line)
    if said.entry is not None:
        note = f": {said.entry.note}" if said.entry.note else ""
        place = f"level {said.level}, {said.entry.purpose}{note}"
    elif not said.confirmed:
        place = "but the list's copy does not hold it: another name of the same hash does"
    return Speaker(said.allow, said.rule, said.blocklist or "own", place, on)


def _line(line: Line | None) -> str:
    return f"line {line.number}: {line.text}" if line else ""


def _shard(path: Path, form: str | None) -> Shard:
    try:
        return Shard.of_text(path, form, 0)
    except Refused as error:
        raise Complaint(f"{path} is no blocklist: {error}.") from None
    except OSError as error:
        raise Complaint(f"{path} cannot be read ({error.strerror}).") from None


def _rule(kind: str, text: str) -> Rule:
    """`x`, `*.x` or `||x^` for a name and all below it, `=x` for that name alone."""
    subdomains = not text.startswith("=")
    bare = text.removeprefix("@@").removeprefix("||").removeprefix("=").removeprefix("*.").removesuffix("^")
    return Rule(0, kind, whole(bare), subdomains, "")
