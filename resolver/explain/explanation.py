# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of a question, and why: the one value that the page shows, the API serialises, the command prints."""

from __future__ import annotations

from dataclasses import dataclass

from blocklists.explain.matching_rules import MatchedRule
from resolver.answer.home_zone import DEVICES, RECORDS
from resolver.answer.inspect import Hop
from resolver.answer.judge import Judgement
from resolver.answer.let_through import EXCEPTION, PAUSE, SCHEDULE
from resolver.upstream.route import Route
from store.base.sentences import say, together
from store.log.records import BOGUS, CHECKED, UNCHECKED
from wire import types

ALONE = say("Telltale does not run here, so the name alone was judged, and nobody was asked where its answer leads.")
UNASKED = say("Nobody was asked where its answer leads.")
SILENT = say("No upstream answered, so where its answer leads is not known.")
DECIDED = say("The name itself is decided, so where its answer leads does not matter.")
PAUSED = say("Blocking is paused here, so it is let through.")
EXCEPTED = say("It is let through for a while, before every rule.")
CLOSED = say("All names are blocked here now, whatever rules say.")
_RELIEFS = {PAUSE: PAUSED, EXCEPTION: EXCEPTED}
LOOKED = say("An upstream was asked; this is where its answer leads.")
UNTRUE = say("It was asked for, and the signatures of what came do not hold, so no answer is given.")
NOWHERE = say("An upstream was asked; its answer leads nowhere else.")


@dataclass(frozen=True, slots=True)
class Explanation:
    """What was asked, by which client's address (None: any device's, so the house's policy holds), and what came of it.
    `ADDRESS#ID` is a device that named itself over encrypted DNS, from wherever.

    `judgement`: what was decided, and by what; `list_title`: of its blocklist, None where no list decided. `answer`:
    what the client gets, in a word; None where an upstream has to be asked. `looked`: a sentence that says whether one
    was asked where the answer leads, and why not; `hops`: what its answer showed. `rules`: those that match the name,
    the home's own first, each with what became of it. `because`: whose word decided, inside which schedule, or which
    pause or exception lets it through, and until when; "" where it is just the house's. `until_s`: when time alone ends
    that, in Unix seconds; None where it does not, or what comes then is not known. `dnssec`: what is known of the
    answer's signatures, as the record says it.
    """

    name: str
    qtype: int
    client: str | None
    judgement: Judgement
    list_title: str | None
    answer: str | None
    looked: str
    rules: tuple[MatchedRule, ...] = ()
    hops: tuple[Hop, ...] = ()
    because: str = ""
    until_s: int | None = None
    dnssec: int = UNCHECKED

    @property
    def signatures(self) -> str:
        """A word of records.CHECKED; "" where nothing is known."""
        return next((word for word, numbers in CHECKED.items() if self.dnssec in numbers), "")

    @property
    def fault(self) -> str:
        """What is wrong with them: a word of records.BOGUS, or ""."""
        return BOGUS.get(self.dnssec, "")

    @property
    def relief(self) -> str:
        """Why it is let through although a rule blocks it; "" where nothing lets it."""
        return _RELIEFS.get(self.judgement.blocklist, "")

    @property
    def before_rules(self) -> str:
        """What goes before every rule that would decide: such a relief, or a schedule that takes all access."""
        return CLOSED if self.judgement.blocklist == SCHEDULE else self.relief

    @property
    def type(self) -> str:
        """The type as people write it."""
        return types.type_name(self.qtype)


def of_home(judgement: Judgement) -> str:
    """Why nobody was asked for a name that the home itself answers."""
    if judgement.blocklist == RECORDS:
        return say("A record of this home answers: {record}.", record=judgement.rule)
    if judgement.blocklist == DEVICES:
        return say("A device of this home answers to it: {device}.", device=judgement.rule)
    return DECIDED


def by_way_of(route: Route, looked: str) -> str:
    """`looked`, with whom the question goes to, where that is not the house's upstreams."""
    servers = ", ".join(route.specs)
    if route.domain:
        return together(say("{domain} is forwarded to {servers}.", domain=route.domain, servers=servers), looked)
    return together(say("Its group's upstreams are {servers}.", servers=servers), looked) if route.specs else looked


def stranger(rcode: str) -> str:
    """Why nobody was asked for a client from outside."""
    return say("This address is not of the home, so it gets {rcode}, whatever it asks.", rcode=rcode)


def no_data(qtype: int, rcode: str) -> str:
    """Why nobody was asked for a type such as AXFR, TSIG or OPT."""
    type_ = types.type_name(qtype)
    return say("{type} is no question for data, so it gets {rcode}, whoever asks.", type=type_, rcode=rcode)
