# SPDX-License-Identifier: GPL-3.0-or-later
"""Who explains on the command line, the house's policy or what was given there; names and types as it takes them."""

import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from appliance.errors import Complaint
from blocklists.formats.unpack import Refused
from blocklists.index.compile import Part, compile_index
from blocklists.index.index import Index
from blocklists.index.match import RuleTable
from blocklists.index.shard import Shard
from blocklists.rules.complex_rule import Client
from resolver.answer.decide import Block, Decision, Forward, View
from resolver.answer.judge import judge
from resolver.answer.seat import Seat
from resolver.answer.snapshot import Snapshot
from resolver.explain.explain import Explainer, NoAddress
from resolver.explain.explanation import Explanation
from store.base import status
from store.base.sentences import say, sentence_of
from store.config import rule_text
from store.config.choices import RuleForm, RuleKind
from store.config.settings import Settings
from store.household.policy import Policy, PolicySet, Rule
from store.log.records import Verdict
from store.names import rule_names
from wire import types
from wire.response import Sinkhole

Question = tuple[str, str, str | None]  # name, type, client or None, as they were written

_PLAIN = re.compile(r"(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}").fullmatch


class Given(Explainer):
    """Explains by lists and rules given on the spot and by nothing else: no name is ours, and nobody a stranger.

    A client is an address without a name; a blocked name gets the null address.
    """

    def __init__(self, own: Sequence[Rule], index: Index) -> None:
        policies = PolicySet(0, Policy((), tuple(own)), {})
        titles = {slot.blocklist_id: slot.title for slot in index.slots}
        super().__init__(Snapshot(policies, index, Settings(), Sinkhole(), (), titles=titles), state=None)
        self._anybody = View(Seat(RuleTable.build(own), index, mask=(1 << len(index.slots)) - 1), "")

    @classmethod
    def of(cls, lists: Sequence[Path], form: str | None, deny: Sequence[str], permit: Sequence[str]) -> "Given":
        """Parse and compile the files. Raises Complaint for one that is no list, or that cannot be read."""
        parts = [Part(str(path), None, path.name, False, _shard(path, form)) for path in lists]
        data = io.BytesIO()
        compile_index(parts, 0).write(data.write)
        wanted = [(RuleKind.BLOCK, text) for text in deny] + [(RuleKind.ALLOW, text) for text in permit]
        own = [_rule(number, kind, text) for number, (kind, text) in enumerate(wanted)]
        return cls(own, Index(memoryview(data.getvalue())))

    def _view(self, client: str | None) -> View:
        if not client:
            return self._anybody
        seat = self._anybody.seat
        return View(Seat(seat.rules, seat.index, seat.mask, client=Client(client)), client)

    def _decide(self, name: str, qtype: int, view: View) -> Decision:
        seat = view.seat
        judgement = judge(name, seat.rules, seat.index, seat.mask, qtype, seat.client)
        return Block(judgement) if judgement.verdict is Verdict.BLOCK else Forward(judgement)


def of_house(state: Path, environ: Mapping[str, str], *, ask: bool = False) -> Explainer:
    """By the policy of a state directory; `ask`: the upstreams may be asked where an answer leads."""
    return Explainer.load(state, environ, status.find_run_dir(state, environ) if ask else None)


def explained(explainer: Explainer, question: Question, *, verdict_only: bool = False) -> Explanation:
    """Raises Complaint for what is no name, no type or no address."""
    name, type_, client = question
    qtype, name = type_number(type_), whole(name)
    try:
        return explainer.decide(name, qtype, client) if verdict_only else explainer.explain(name, qtype, client)
    except NoAddress:
        wrong = say("'{client}' is no address of a client: write 192.168.1.20 or fd00::20.", client=client)
        raise Complaint(wrong) from None


def whole(text: str) -> str:
    """The name as it is judged, which may be odder than one that a rule of the home can be about. Raises Complaint."""
    plain = text.lower().removesuffix(".")
    if len(plain) < 254 and _PLAIN(plain) and not plain.rpartition(".")[2].isdigit():
        return plain
    try:
        return rule_names.normalise(text)
    except ValueError as error:
        raise Complaint(sentence_of(error)) from None


def type_number(text: str) -> int:
    """`A`, `https`, `TYPE65` or `65` as a number. Raises Complaint."""
    number = types.type_number(text)
    if number is None:
        raise Complaint(say(
            "'{text}' is no query type: write A, AAAA, HTTPS, TXT or a number such as TYPE65.", text=text
        ))
    return number


def _shard(path: Path, form: str | None) -> Shard:
    try:
        return Shard.of_text(path, form, 0)
    except Refused as error:
        raise Complaint(say("{path} is no blocklist: {why}.", path=path, why=sentence_of(error))) from None
    except OSError as error:
        raise Complaint(say("{path} cannot be read ({error}).", path=path, error=error.strerror)) from None


def _rule(number: int, kind: RuleKind, text: str) -> Rule:
    """A rule in any notation of `rule_text`, or a name that is odder than those it takes. Raises Complaint."""
    try:
        given = rule_text.read(text)
        types, answer = rule_text.check_types(given.types), rule_text.check_answer(given.answer)
    except ValueError as error:
        if not _PLAIN(text.lower()):
            raise Complaint(sentence_of(error)) from None
        return Rule(number, kind, whole(text), True, "")
    if (given.kind or kind) != kind:
        raise Complaint(say("'{text}' lets a name through, since it begins with @@: give it with --permit.", text=text))
    below = given.form is RuleForm.NAME and given.subdomains is not False
    return Rule(number, kind, given.name, below, given.comment, given.form, types, given.inverted, answer)
