# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes explanations: what a worker would decide this moment, every rule that matches, and where the answer leads."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Collection, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from ipaddress import IPv6Network, ip_address
from pathlib import Path

from blocklists.explain.matching_rules import Case, MatchedRule, matching_rules
from blocklists.explain.outcome import LOSES, WINS, with_outcomes
from blocklists.index import match
from blocklists.index.match import RuleTable
from resolver.answer import block, local_names, private_addresses, safe_search, snapshot
from resolver.answer.decide import Alias, Decision, Forward, Local, Refuse, View, decide, depends_on_answer
from resolver.answer.inspect import ADDRESS, REBINDING, Hop, hops, inspect
from resolver.answer.judge import HOME, Judgement
from resolver.answer.let_through import EXCEPTION, PAUSE, SCHEDULE, LetThrough, excepted_name
from resolver.answer.private_addresses import is_private
from resolver.answer.rebinding import protect
from resolver.answer.seat import Seat
from resolver.answer.snapshot import Snapshot
from resolver.explain import client_answer, explanation
from resolver.explain.explanation import Explanation
from resolver.explain.lookup import Look, looker
from resolver.upstream import checked
from resolver.upstream.route import HOUSE
from store.base import db, status
from store.household import decided_by
from store.household.policy import Rule
from store.log.batches import DEVICE_MARK, address_of, named_device
from store.log.records import Verdict
from wire import message, stub
from wire.message import Question, Response

# Asks where no client is named: what our own names answer depends on the address; its device, if it has one, does not
# count.
_LOOPBACK = "127.0.0.1"


class NoAddress(ValueError):  # noqa: N818 - what the client is, named as people say it
    """The client is no address."""


class Explainer:
    """Explains by one reading of policy and index; built once for many questions.

    Where something else than a worker's policy is to judge, a subclass says who is seated where (`_view`) and what is
    decided (`_decide`).
    """

    def __init__(
        self,
        now: Snapshot,
        state: Path | None,
        look: Look | None = None,
        unlooked: str = explanation.UNASKED,
        titles: Mapping[str, str] | None = None,
    ) -> None:
        """`look` asks an upstream; without it, `unlooked` says why nobody is asked where an answer leads.

        `state`: as `matching_rules` takes it. `titles`: of blocklists by id, where they may be newer than the index.
        """
        self._now, self._state, self._look, self._unlooked = now, state, look, unlooked
        self._titles = now.titles if titles is None else titles
        default = now.policies.default
        rules, mask = RuleTable.build(default.rules), now.index.mask(default.lists)
        through = LetThrough.of(default, rules, now.index, mask)
        seat = Seat(
            rules, now.index, mask, own_name=now.settings.own_name, let_through=through, home=now.home,
            route=now.route_of(default), safe=safe_search.table(default.safe_search),
            canaries=local_names.canaries(now.settings),
        )  # fmt: skip
        self._anybody = View(seat, _LOOPBACK)

    @classmethod
    def load(
        cls, state: Path, environ: Mapping[str, str], run: Path | None, titles: Mapping[str, str] | None = None
    ) -> Explainer:
        """Read policy and index as a worker does.

        `run`: where an appliance that runs tells its status; it is asked which upstreams it asks. None: none is asked.
        """
        now = snapshot.build(state, environ)
        if run is None:
            return cls(now, state, titles=titles)
        private_addresses.learn(_nat64(run))
        return cls(now, state, looker(run, now.settings), explanation.ALONE, titles)

    def decide(self, name: str, qtype: int, client: str | None = None) -> Explanation:
        """What is decided by the name alone; no text is read and nobody asked, so rules and hops are left out.

        Raises NoAddress for a client that is none, and ValueError for what is no name.
        """
        view = self._view(client)
        return self._decided(name, qtype, view, self._decide(name, qtype, view))

    def explain(self, name: str, qtype: int, client: str | None = None, others: Sequence[Rule] = ()) -> Explanation:
        """The whole explanation. `others`: the home's rules for other devices, to be shown too. Raises as `decide`."""
        view = self._view(client)
        decision = self._decide(name, qtype, view)
        decided = replace(self._decided(name, qtype, view, decision), client=_noted(client) if client else None)
        rules = self._rules(decided, view, others)
        decided = replace(decided, rules=tuple(_outdone(rule, decided.before_rules) for rule in rules))
        if depends_on_answer(decision):
            decided = self._looked(decided, view, decision)
        return self._because(decided, {rule.blocklist for rule in rules if rule.standing == WINS})

    def _looked(self, decided: Explanation, view: View, decision: Decision) -> Explanation:
        """The same with where the answer leads, as far as somebody can be asked."""
        if self._look is None:
            return replace(decided, looked=self._unlooked)
        question = _question(decided.name, decided.qtype)
        route = decision.route if isinstance(decision, Forward) else HOUSE
        answered = self._look(question, route.specs)
        looked: str = explanation.SILENT
        if answered is not None:
            decided = replace(decided, dnssec=_signatures(question, *answered))
            decided = self._by_answer(decided, view.seat, question.section, *answered, trusted=bool(route.domain))
            looked = decided.looked
        return replace(decided, looked=explanation.by_way_of(route, looked))

    def _because(self, decided: Explanation, blocking: Collection[str]) -> Explanation:
        """The same with whose word decided; as it is while config.db cannot be read, or where none is.

        `blocking`: the lists whose rule would decide, were it not for a pause.
        """
        if self._state is None:
            return decided
        try:
            with closing(db.connect(self._state / "config.db", read_only=True)) as con:
                word = self._word(con, decided, blocking)
        except sqlite3.Error:
            return decided
        return replace(decided, because=word.sentence, until_s=word.until_s)

    def _word(self, con: sqlite3.Connection, decided: Explanation, blocking: Collection[str]) -> decided_by.Word:
        asker = decided.client or ""
        device = named_device(asker) or (self._now.policies.device_of(asker) if asker else 0)
        blocklist, now_s = decided.judgement.blocklist, int(time.time())
        if blocklist == SCHEDULE:
            return decided_by.of_access(con, device, now_s)
        if blocklist == PAUSE:
            return decided_by.of_pause(con, device, blocking, now_s)
        if blocklist == EXCEPTION:
            return decided_by.of_exception(con, device, excepted_name(decided.judgement.rule), now_s)
        if blocklist == HOME:
            own = next((rule.own for rule in decided.rules if rule.own and rule.standing == WINS), None)
            return decided_by.of_rule(con, own.id, now_s) if own else decided_by.NOBODY
        return decided_by.of_list(con, blocklist, device, now_s)

    def _view(self, client: str | None) -> View:
        if client is None:
            return self._anybody
        noted = _noted(client)
        address = address_of(noted)
        return View(self._now.admit(address, noted if noted != address else ""), address)

    def _decide(self, name: str, qtype: int, view: View) -> Decision:
        return decide(_question(name, qtype), view)

    def _decided(self, name: str, qtype: int, view: View, decision: Decision) -> Explanation:
        judgement, seat = decision.judgement, view.seat
        client, title = None if view is self._anybody else view.client, self._titles.get(judgement.blocklist)
        answer: str | None
        if isinstance(decision, Refuse):
            answer = client_answer.rcode_name(decision.rcode)
            looked = explanation.stranger(answer) if seat.refused else explanation.no_data(qtype, answer)
        elif isinstance(decision, Local):
            given = judgement.answer
            answer = client_answer.local(decision.packet, qtype) if given is None else client_answer.given(qtype, given)
            looked = explanation.of_home(judgement)
        elif isinstance(decision, Alias):
            answer, looked = client_answer.given(qtype, judgement.answer), explanation.of_home(judgement)
        else:
            answer = self._sunk(judgement, qtype, seat)
            looked = explanation.UNASKED if depends_on_answer(decision) else explanation.DECIDED
            if isinstance(decision, Forward):
                looked = explanation.by_way_of(decision.route, looked)
        return Explanation(name, qtype, client, judgement, title, answer, looked)

    def _sunk(self, judgement: Judgement, qtype: int, seat: Seat) -> str | None:
        """What a client gets that is not passed on to an upstream."""
        if judgement.verdict is not Verdict.BLOCK and judgement.answer is None:
            return None
        return client_answer.blocked(qtype, block.wanted(judgement, seat, self._now), self._now.sinkhole)

    def _rules(self, decided: Explanation, view: View, others: Sequence[Rule]) -> list[MatchedRule]:
        """The rules that match, and what became of each; none wins where no rule was asked."""
        name, qtype, seat, policies = decided.name, decided.qtype, view.seat, self._now.policies
        address = view.client.partition("%")[0]
        device = named_device(decided.client or "") or policies.device_of(address)
        policy = policies.default if view is self._anybody else policies.of_device(device, address)
        case = Case(name, self._now.index, seat.mask, policy.rules, qtype, seat.client, others)
        winner = None
        if decided.judgement.verdict not in (Verdict.REFUSE, Verdict.LOCAL):
            winner = match.decide(name, seat.rules, seat.index, seat.mask, qtype, seat.client)
        return list(with_outcomes(matching_rules(case, self._state), case, winner))

    def _by_answer(
        self, decided: Explanation, seat: Seat, section: bytes, response: Response, upstream: str, *, trusted: bool
    ) -> Explanation:
        """The same once it is known where the answer leads; `trusted`: private addresses are meant."""
        about = (response, seat.rules, seat.index, seat.mask, decided.qtype, seat.client)
        through, shown = seat.let_through, tuple(hops(*about))
        judgement = inspect(*about) if through is None else through.inspect(response, decided.qtype)
        hides = self._now.settings.rebind_protection == "on" and not trusted
        if hides and (judgement is None or judgement.blocklist == PAUSE):
            protected = protect(response, decided.name, section, upstream)
            if protected is not None:
                judgement, shown = protected[0], tuple(_hidden(hop) for hop in shown)
        looked = explanation.LOOKED if shown else explanation.UNTRUE if decided.fault else explanation.NOWHERE
        if judgement is None:
            return replace(decided, hops=shown, looked=looked)
        return replace(
            decided, judgement=judgement, list_title=self._titles.get(judgement.blocklist),
            answer=self._sunk(judgement, decided.qtype, seat), hops=shown, looked=looked,
        )  # fmt: skip


def _outdone(rule: MatchedRule, by: str) -> MatchedRule:
    """The rule that would have decided, where a pause, an exception or a schedule goes before it."""
    return replace(rule, standing=LOSES, why=by) if by and rule.standing == WINS else rule


def _nat64(run: Path) -> set[IPv6Network]:
    """The network's own prefixes, as a worker found them out."""
    return {IPv6Network(text) for worker in status.read_live(run).workers.values() for text in worker.nat64}


def _noted(client: str) -> str:
    """A client as the record has it, however it is written. Raises NoAddress."""
    text, mark, device = client.partition(DEVICE_MARK)
    try:
        address = str(ip_address(text))
    except ValueError:
        raise NoAddress(client) from None
    if mark and not device.isdecimal():
        raise NoAddress(client)
    return f"{address}{mark}{int(device)}" if mark else address


def _question(name: str, qtype: int) -> Question:
    return message.parse_question(stub.build(name, qtype))


def _signatures(question: Question, response: Response, upstream: str) -> int:
    return checked.bogus(response) or checked.seen(response, question, upstream)


def _hidden(hop: Hop) -> Hop:
    """The hop as it is judged where private addresses are taken out of answers."""
    if hop.by != ADDRESS or not is_private(ip_address(hop.to).packed):
        return hop
    return hop._replace(judgement=Judgement(Verdict.BLOCK, REBINDING, "private address"))
