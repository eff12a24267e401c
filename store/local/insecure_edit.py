# SPDX-License-Identifier: GPL-3.0-or-later
"""Domains that are answered although their signatures do not hold (RFC 7646): for a while, and then checked again.

What stands in the setting `dnssec_insecure`; each function is one change. Entries whose time is over go with it.
"""

from __future__ import annotations

import json
import time

from store.base.sentences import say, say_count, sentence_of
from store.config.engine import Engine
from store.config.session import EditError, NotFound, about, bump, writing
from store.names import insecure_domains
from store.names.insecure_domains import InsecureDomain
from store.rows import orm, tables

KEY = "dnssec_insecure"
DAY_HOURS, MAX_HOURS = 24, 24 * 31
MAX_DOMAINS = 200  # each is a line of unbound's configuration; more than a few are a sign that checking is not wanted


def answer_anyway(e: Engine, domain: str, hours: int = DAY_HOURS) -> InsecureDomain:
    """Answer a domain, with all below it, without a look at its signatures for so long. Raises EditError."""
    if not 1 <= hours <= MAX_HOURS:
        raise EditError(say("It may be 1 to {most} hours.", most=MAX_HOURS), "hours")
    now_s = time.time()
    entry = InsecureDomain(_name(domain), float(int(now_s) + hours * 3600))
    what = say_count(hours, "{domain} is answered for {count:,} hour, although its signatures do not hold.",
                     "{domain} is answered for {count:,} hours, although its signatures do not hold.",
                     domain=entry.domain)  # fmt: skip
    with writing(e, what) as session:
        kept = [each for each in _entries(session, now_s) if each.domain != entry.domain]
        if len(kept) >= MAX_DOMAINS:
            raise EditError(say("There are {most} such domains already: remove one first.", most=MAX_DOMAINS))
        _put(session, [*kept, entry])
    return entry


def check_again(e: Engine, domain: str) -> None:
    """Look at its signatures again. Raises NotFound where it is none of them."""
    name = _name(domain)
    with writing(e, say("The signatures of {domain} are looked at again.", domain=name)) as session:
        entries = _entries(session, time.time())
        kept = [each for each in entries if each.domain != name]
        if len(kept) == len(entries):
            raise NotFound(say("{domain} is not answered anyway.", domain=name))
        _put(session, kept)


@about("domain")
def _name(text: str) -> str:
    try:
        return insecure_domains.parse(text).domain
    except ValueError as error:
        raise EditError(sentence_of(error)) from None


def _entries(session: orm.Session, now_s: float) -> list[InsecureDomain]:
    """Those that are stored and hold."""
    row = session.get(tables.Setting, KEY)
    try:
        texts = json.loads(row.value) if row is not None else []
        return list(insecure_domains.holding(texts, now_s))
    except (ValueError, TypeError):
        return []  # what is broken there holds for nobody


def _put(session: orm.Session, entries: list[InsecureDomain]) -> None:
    row = session.get(tables.Setting, KEY)
    if entries:
        row = row or tables.Setting(key=KEY, value="")
        row.value = json.dumps([str(each) for each in sorted(entries, key=lambda each: each.domain)])
        session.add(row)
    elif row is not None:
        session.delete(row)
    bump(session)
