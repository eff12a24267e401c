# SPDX-License-Identifier: GPL-3.0-or-later
"""The verdict on a name without asking anybody: by the house's policy, or by lists and rules given on the spot."""

import io
import ipaddress
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from appliance.cli.matched_rules import Shown, Speaker, shown, speaker
from appliance.errors import Complaint
from blocklists.explain import lines
from blocklists.explain.matching_rules import Spoken, own_speakers
from blocklists.explain.outcome import Asked, stand
from blocklists.formats.unpack import Refused
from blocklists.index import match as matching
from blocklists.index.compile import Part, compile_index
from blocklists.index.index import Index
from blocklists.index.match import RuleTable
from blocklists.index.shard import Shard
from blocklists.rules import complex_rule, rule
from blocklists.rules.complex_rule import Client
from resolver.answer import block, snapshot
from resolver.answer.decide import Local, Refuse, View, decide
from resolver.answer.judge import Judgement, judge
from resolver.answer.snapshot import Seat, Snapshot
from resolver.explain import explain as live_explain
from resolver.explain.lookup import Look, looker
from store.base import status
from store.config import rule_names
from store.config.choices import RuleKind
from store.config.custom_responses import Answer
from store.config.policy import Rule
from store.log.records import Verdict
from wire import message, stub, types
from wire.message import Question
from wire.response import BlockMode, Sinkhole

# A client of the house when none is named: it has no device, so what holds for the house holds.
NOBODY = "127.0.0.1"
_PLAIN = re.compile(r"(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}").fullmatch
_RCODES = types.RCODE_NAMES | {types.NOERROR: "NODATA"}


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
class Story:
    """A verdict with all that led to it. `looked` says whether anybody was asked where the answer leads."""

    verdict: Explained
    rules: list[Speaker]
    hops: list[Shown]
    looked: str


class House:
    """The verdicts of an appliance's state directory; built once for many questions."""

    def __init__(
        self, now: Snapshot, state: Path, look: Look | None = None, unlooked: str = live_explain.UNASKED
    ) -> None:
        """Without `look`, `unlooked` says why nobody is asked where an answer leads."""
        self._now, self._state, self._look, self._unlooked = now, state, look, unlooked
        default = now.policies.default
        rules, mask = RuleTable.build(default.rules), now.index.mask(default.lists)
        self._seat = Seat(rules, now.index, mask, own_name=now.settings.own_name)

    @classmethod
    def load(cls, state: Path, environ: Mapping[str, str], *, asking: bool = False) -> "House":
        """Read policy and index as a worker does; `asking`: the upstreams may be asked where an answer leads."""
        now = snapshot.build(state, environ)
        if not asking:
            return cls(now, state)
        return cls(now, state, looker(status.find_run_dir(state, environ), now.settings), live_explain.ALONE)

    def tell(self, name: str, qtype: int, client: str | None) -> Story:
        """The verdict, every rule that spoke, and where the answer leads. Raises Complaint as `explain` does."""
        name, asks = whole(name), address(client) if client is not None else NOBODY
        found = live_explain.explain(self._now, self._state, name, qtype, asks, self._look, unlooked=self._unlooked)
        plain = self.explain(name, qtype, client)
        if found.hops:
            plain = self._judged(name, qtype, found.judgement, self._now.admit(asks))
        return Story(plain, [speaker(said) for said in found.spoke], shown(found.hops), found.looked)

    def explain(self, name: str, qtype: int, client: str | None) -> Explained:
        """What a client asking for this gets. Raises Complaint for what is no name or no address."""
        name, seat = whole(name), self._seat
        if client is not None:
            client = address(client)
            seat = self._now.admit(client)
        question = message.parse_question(query(name, qtype))
        decision = decide(question, View(seat, client or NOBODY))
        if isinstance(decision, Refuse):
            return _explained(name, qtype, decision.judgement, _RCODES[decision.rcode])
        if isinstance(decision, Local):
            return _explained(name, qtype, decision.judgement, describe(decision.packet, question))
        return self._judged(name, qtype, decision.judgement, seat)

    def _judged(self, name: str, qtype: int, judgement: Judgement, seat: Seat) -> Explained:
        answer = None
        if judgement.verdict is Verdict.BLOCK or judgement.answer is not None:
            answer = answered(qtype, block.wanted(judgement, seat, self._now), self._now.sinkhole)
        return _explained(name, qtype, judgement, answer)


class Given:
    """The verdicts of lists and rules given on the spot, and of nothing else."""

    def __init__(self, own: Sequence[Rule], index: Index) -> None:
        self._own, self._rules, self._index = own, RuleTable.build(own), index
        self._mask = (1 << len(index.slots)) - 1

    @classmethod
    def load(cls, lists: Sequence[Path], form: str | None, deny: Sequence[str], permit: Sequence[str]) -> "Given":
        """Parse and compile the files. Raises Complaint for one that is no list, or that cannot be read."""
        parts = [Part(str(path), None, path.name, False, _shard(path, form)) for path in lists]
        data = io.BytesIO()
        compile_index(parts, 0).write(data.write)
        own = [_rule(RuleKind.BLOCK, text) for text in deny] + [_rule(RuleKind.ALLOW, text) for text in permit]
        own = [replace(one, id=number) for number, one in enumerate(own)]
        return cls(own, Index(memoryview(data.getvalue())))

    def explain(self, name: str, qtype: int, client: str | None) -> Explained:
        """As `House.explain`; a client is an address without a name, and a blocked name gets the null address."""
        name = whole(name)
        asker = Client(client) if client else complex_rule.NOBODY
        found = judge(name, self._rules, self._index, self._mask, qtype, asker)
        answer = None
        if found.verdict == Verdict.BLOCK:
            answer = answered(qtype, found.answer, Sinkhole())
        return Explained(name, types.type_name(qtype), found.verdict.name, found.rule, found.blocklist, answer)

    def tell(self, name: str, qtype: int, client: str | None) -> Story:
        """The verdict, and every rule of the given lists that holds for the name, with its line."""
        name, who = whole(name), Client(client) if client else complex_rule.NOBODY
        found = own_speakers(name, self._own)
        for number, said in self._index.specials.spoke(name):
            slot = self._index.slots[number]
            at = lines.find_text(Path(slot.blocklist_id), said.text)
            found.append(Spoken(
                said.allow, said.text, slot.blocklist_id, slot.title, number, at is not None, line=at, special=said
            ))  # fmt: skip
        for match in self._index.spoke(name):
            slot = self._index.slots[match.slot]
            at = lines.find_line(Path(slot.blocklist_id), match, slot)
            text = rule.listed_text(match.kind, match.name, allow_list=slot.allow)
            found.append(Spoken(
                match.allow, text, slot.blocklist_id, slot.title, match.slot, at is not None, line=at, match=match
            ))  # fmt: skip
        decision = matching.decide(name, self._rules, self._index, self._mask, qtype, who)
        stood = stand(found, self._index, Asked(name, self._mask, self._own, qtype, who), decision)
        return Story(self.explain(name, qtype, client), [speaker(said) for said in stood], [], live_explain.UNASKED)


def _explained(name: str, qtype: int, judgement: Judgement, answer: str | None) -> Explained:
    return Explained(name, types.type_name(qtype), judgement.verdict.name, judgement.rule, judgement.blocklist, answer)


def whole(text: str) -> str:
    """The name as it is judged, which may be odder than one that a rule of the home can be about. Raises Complaint."""
    plain = text.lower().removesuffix(".")
    if len(plain) < 254 and _PLAIN(plain) and not plain.rpartition(".")[2].isdigit():
        return plain
    try:
        return rule_names.normalise(text)
    except ValueError as error:
        raise Complaint(str(error)) from None


def address(text: str) -> str:
    """A client's address in its usual form. Raises Complaint."""
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        raise Complaint(f"'{text}' is no address of a client: write 192.168.1.20 or fd00::20.") from None


def type_number(text: str) -> int:
    """`A`, `https`, `TYPE65` or `65` as a number. Raises Complaint."""
    number = types.type_number(text)
    if number is None:
        raise Complaint(f"'{text}' is no query type: write A, AAAA, HTTPS, TXT or a number such as TYPE65.")
    return number


def query(name: str, qtype: int) -> bytes:
    """A query packet for the question."""
    return stub.build(name, qtype)


def answered(qtype: int, answer: Answer | None, sinkhole: Sinkhole) -> str:
    """What a blocked client gets: an address, an rcode in a word, or the records that a rule gives."""
    if answer is not None and answer.word is None:
        wanted = types.type_name(qtype)
        fitting = [value for type_, value in answer.records if type_ in (wanted, "CNAME")]
        return ", ".join(fitting) or "NODATA"
    how = sinkhole if answer is None or answer.word is None else Sinkhole(answer.word)
    if how.mode in (BlockMode.NULL, BlockMode.ADDRESS):
        address = {types.A: how.ipv4, types.AAAA: how.ipv6}.get(qtype)
        return str(ipaddress.ip_address(address)) if address else "NODATA"
    return how.mode.told


def describe(packet: bytes, question: Question) -> str:
    """One of our own responses in a word: its address or its rcode."""
    rcode, answers = packet[3] & 15, int.from_bytes(packet[6:8], "big")
    if rcode or not answers:
        return _RCODES.get(rcode, f"rcode {rcode}")
    # The answer's data begins behind the header, the question, and the pointer and ten fixed bytes of the record.
    data = packet[12 + len(question.section) + 12 :]
    return str(ipaddress.ip_address(data)) if question.qtype in (types.A, types.AAAA) else data.hex()


def _shard(path: Path, form: str | None) -> Shard:
    try:
        return Shard.of_text(path, form, 0)
    except Refused as error:
        raise Complaint(f"{path} is no blocklist: {error}.") from None
    except OSError as error:
        raise Complaint(f"{path} cannot be read ({error.strerror}).") from None


def _rule(kind: RuleKind, text: str) -> Rule:
    """`x`, `*.x` or `||x^` for a name and all below it, `=x` for that name alone."""
    subdomains = not text.startswith("=")
    bare = text.removeprefix("@@").removeprefix("||").removeprefix("=").removeprefix("*.").removesuffix("^")
    return Rule(0, kind, whole(bare), subdomains, "")
