# SPDX-License-Identifier: GPL-3.0-or-later
"""What is let through although it is blocked, for the clients of one seat: while blocking is paused, and by exception.

Here as well, since nearly no seat has it: that a schedule takes all access, so that every name is blocked.

An exception goes before every rule, as an allow would, for its name, all below it, and what its answers lead to. A
pause comes after all: the verdict is computed in full, and where it would be BLOCK, it becomes ALLOW with the same
rule. A rule of the home that gives a name its addresses blocks nothing, so a pause leaves it as it is; so it does the
rebinding protection, which guards the home and hides nothing that anybody wants to see.
"""

from __future__ import annotations

from typing import Self

from blocklists.index.index import Index
from blocklists.index.match import RuleTable
from blocklists.rules.complex_rule import NOBODY, Client
from blocklists.rules.rule import text
from resolver.answer.inspect import hop_names, inspect_addresses
from resolver.answer.judge import HOME, PASSED, Judgement, judge
from resolver.answer.led_names import LedNames
from store.household.policy import Policy
from store.household.relief import NO_RELIEF, Relief
from store.log.records import Verdict
from wire.message import Response
from wire.response import with_ttls
from wire.types import A

PAUSE = "pause"  # what stands in place of a blocklist id where a pause let a query through
EXCEPTION = "exception"  # the same, where its name is excepted
SCHEDULE = "schedule"  # the same where a schedule takes all access; the rule is its name
TTL_MAX = 60  # seconds for which a device may keep what is let through: it must not outlast its time by much


class LetThrough:
    """A seat's relief, with what it would judge by without it."""

    __slots__ = (
        "_client", "_closed", "_excepting_rules", "_index", "_led", "_mask", "_names", "_rules", "_unpaused", "relief",
    )  # fmt: skip

    def __init__(
        self,
        relief: Relief,
        rules: RuleTable,
        index: Index,
        mask: int,
        paused: int,
        client: Client = NOBODY,
        closed: str = "",
        led: LedNames | None = None,
    ) -> None:
        """`mask`: the lists that are on, `paused`: those among them that are paused, both over `index`.

        `closed`: the name of the schedule that takes all access. `led`: where answers of excepted names led.
        """
        self._closed = Judgement(Verdict.BLOCK, SCHEDULE, closed) if closed else None
        self.relief, self._rules, self._index, self._client = relief, rules, index, client
        self._mask, self._unpaused, self._names = mask, mask & ~paused, frozenset(relief.names)
        self._led = led or LedNames()
        self._excepting_rules = frozenset(map(_as_rule, relief.names))

    @classmethod
    def of(
        cls,
        policy: Policy,
        rules: RuleTable,
        index: Index,
        mask: int,
        client: Client = NOBODY,
        led: LedNames | None = None,
    ) -> Self | None:
        """A policy's relief over this index; None where it has none, and access."""
        relief = policy.relief
        if relief == NO_RELIEF and not policy.closed:
            return None
        paused = index.mask([each for each in policy.lists if each[0] in relief.lists])
        return cls(relief, rules, index, mask, paused, client, policy.closed, led)

    def judge(self, name: str, qtype: int = A) -> Judgement:
        """The judgement on a name, in place of `resolver.answer.judge.judge`."""
        excepting = self._excepting(name)
        if excepting:
            return Judgement(Verdict.ALLOW, EXCEPTION, excepting)
        judgement = self._closed or judge(name, self._rules, self._index, self._mask, qtype, self._client)
        if judgement is PASSED or judgement.verdict is not Verdict.BLOCK:
            return judgement
        if not self.relief.everything:
            if judgement.blocklist not in self.relief.lists:
                return judgement
            others = judge(name, self._rules, self._index, self._unpaused, qtype, self._client)
            if others.verdict is Verdict.BLOCK:
                return others
        elif _names_addresses(judgement):
            return judgement
        return Judgement(Verdict.ALLOW, PAUSE, judgement.rule)

    def inspect(self, response: Response, qtype: int = A) -> Judgement | None:
        """The judgement on where an answer leads, in place of `resolver.answer.inspect`'s; an ALLOW of ours too."""
        relieved: Judgement | None = None
        for by, hop in hop_names(response):
            judgement = self.judge(hop, qtype)
            if judgement.verdict is Verdict.BLOCK:
                return judgement._replace(rule=f"{judgement.rule} through {by} {hop}")
            if is_relief(judgement):
                relieved = relieved or judgement._replace(rule=f"{judgement.rule} through {by} {hop}")
            if judgement.verdict is Verdict.ALLOW and judgement.blocklist != PAUSE:
                return relieved
        return self._inspect_addresses(response) or relieved

    def lead(self, response: Response, rule: str) -> bool:
        """Except where an answer of a name leads that `rule` excepts. True: some of that was blocked until now."""
        leads = [hop for _, hop in hop_names(response)]
        blocked = {hop for hop in leads if self.judge(hop).verdict is Verdict.BLOCK}
        self._led.learn([hop for hop in leads if hop in blocked or self._led.rule_of(hop, (rule,))], rule)
        return any(self._led.rule_of(hop, (rule,)) for hop in blocked)

    def _excepting(self, name: str) -> str:
        """The exception that holds for a name as a rule is written, "" where none does."""
        if not self._names:
            return ""
        at = name
        while at:
            if at in self._names:
                return _as_rule(at)
            at = at.partition(".")[2]
        return self._led.rule_of(name, self._excepting_rules)

    def _inspect_addresses(self, response: Response) -> Judgement | None:
        if not self._index.judges_addresses:
            return None
        judgement = inspect_addresses(response, self._index, self._mask)
        if judgement is None:
            return None
        if not self.relief.everything:
            if judgement.blocklist not in self.relief.lists:
                return judgement
            others = inspect_addresses(response, self._index, self._unpaused)
            if others is not None:
                return others
        return Judgement(Verdict.ALLOW, PAUSE, judgement.rule)


def _as_rule(name: str) -> str:
    return text(name, allow=True, subdomains=True)


def is_relief(judgement: Judgement) -> bool:
    """Whether a query was let through by a pause or an exception."""
    return judgement.blocklist in (PAUSE, EXCEPTION)


def excepted_name(rule: str) -> str:
    """The name of an exception by the rule of a judgement on it, or on what it leads to."""
    return rule.partition(" ")[0].removeprefix("@@||").removesuffix("^")


def brief(response: Response, age: int) -> bytes:
    """The body of an answer that is `age` seconds old, for a device that may not keep it for long."""
    return with_ttls(response.body, [(offset, min(ttl - age, TTL_MAX)) for offset, ttl in response.ttls], 0)


def _names_addresses(judgement: Judgement) -> bool:
    """Whether it is a rule of the home that says what a name answers, as a local name does."""
    return judgement.blocklist == HOME and judgement.answer is not None and judgement.answer.word is None
