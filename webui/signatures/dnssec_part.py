# SPDX-License-Identifier: GPL-3.0-or-later
"""What "Forged answers" shows beside its settings: how it stands, which names fail and why, and what is let through."""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any

from blocklists.rules.public_suffixes import PublicSuffixes
from store.base.helper_statuses import RecursorState, RecursorStatus
from store.base.sentences import Sentence, say
from store.config.choices import Dnssec
from store.config.engine import Engine
from store.config.resolving_settings import asks_itself
from store.config.settings import Settings
from store.log.protocol import LogReader
from store.log.querylog import FILE_NAME
from store.log.records import QueryRow
from store.log.values import QueryFilter
from store.names import insecure_domains
from store.names.insecure_domains import InsecureDomain
from store.stats import sqlite_reader
from webui.http.state import WebUi
from webui.views import labels

LATE_SECONDS = 86_400
MAX_ROWS = 400  # of the log that are looked at
MAX_DOMAINS = 40  # that are shown


@dataclass(frozen=True, slots=True)
class Failed:
    """A domain of which answers were refused of late: its names, how often, when last, and what was wrong."""

    domain: str
    names: tuple[str, ...]
    times: int
    last: float
    reason: str  # a word of records.BOGUS

    @property
    def fault(self) -> str:
        """The same as people read it."""
        return labels.FAULTS.get(self.reason, "")


def values(ui: WebUi, engine: Engine) -> dict[str, Any]:
    settings, recursor, now_s = ui.settings(), ui.statuses().recursor, time.time()
    checks = asks_itself(settings) or settings.dnssec is Dnssec.TRUST
    return {
        "lead": lead(settings, recursor), "worth": worth(settings), "recursor": recursor, "checks": checks,
        "nowhere": any(worker.nowhere for worker in ui.statuses().workers.values()),
        "failed": failed(ui, now_s) if checks else [],
        "anyway": let_through(settings, now_s), "here": asks_itself(settings),
    }  # fmt: skip


def lead(settings: Settings, recursor: RecursorStatus | None) -> Sentence:
    """How it stands, in a sentence."""
    if not asks_itself(settings):
        if settings.dnssec is Dnssec.TRUST:
            return say("What an upstream says that it has checked is passed on; nothing is checked here.")
        return say("Nothing is checked: who sits between you and a server can answer in its place.")
    state = recursor.state if recursor is not None else RecursorState.STARTING
    if state is RecursorState.MISSING:
        return say("Nothing is checked, for unbound is not installed on this machine.")
    if state is not RecursorState.SERVING or recursor is None:
        return _while_down(settings)
    if not recursor.validates:
        return say("Nothing is checked until this machine’s clock is set.")
    if recursor.recursive:
        return say("This machine asks the internet’s name servers itself, and checks what is signed.")
    return say("What is signed is checked on this machine.")


def _while_down(settings: Settings) -> Sentence:
    if settings.recursive_fallback == "on":
        return say("This machine’s resolver does not work just now: the upstreams are asked, and nothing is checked.")
    return say("This machine’s resolver does not work just now: names that were not asked of late are not answered.")


def worth(settings: Settings) -> Sentence | str:
    """What the choice is worth, where that is not plain."""
    if asks_itself(settings) or settings.dnssec is not Dnssec.TRUST:
        return ""
    return say(
        "You believe the upstream, and nobody on the way to it: its word (AD) counts only where it is asked over TLS, "
        "HTTPS or QUIC, and is taken off elsewhere. Whoever runs the upstream can still answer what they like; to "
        "believe nobody, choose validate."
    )


def failed(ui: WebUi, now_s: float) -> list[Failed]:
    """What failed within the last day, what failed last first; nothing while there is no log."""
    if not (ui.state / FILE_NAME).exists():
        return []
    with closing(sqlite_reader.open_reader(ui.state)) as reader:
        return grouped(rows_of(reader, now_s))


def rows_of(reader: LogReader, now_s: float) -> list[QueryRow]:
    """The queries whose answers were refused, the newest first."""
    wanted = QueryFilter(dnssec="bogus", from_us=int((now_s - LATE_SECONDS) * 1_000_000))
    return reader.queries(wanted, None, MAX_ROWS).items


def grouped(rows: Iterable[QueryRow]) -> list[Failed]:
    """By the domain that somebody registered, which is what is signed wrongly as a rule."""
    named = [row for row in rows if row.name]
    suffixes = PublicSuffixes() if named else None
    domains: dict[str, Failed] = {}
    for row in named:
        name, moment = row.name or "", row.time_us / 1_000_000
        domain = suffixes.registrable(name) if suffixes is not None else name
        before = domains.get(domain)
        if before is None:
            domains[domain] = Failed(domain, (name,), 1, moment, row.dnssec_reason or "")
            continue
        names = before.names if name in before.names else (*before.names, name)
        domains[domain] = replace(before, names=names, times=before.times + 1)
    return list(domains.values())[:MAX_DOMAINS]


def let_through(settings: Settings, now_s: float) -> list[InsecureDomain]:
    """The domains that are answered anyway now."""
    return sorted(insecure_domains.holding(settings.dnssec_insecure, now_s), key=lambda entry: entry.domain)
