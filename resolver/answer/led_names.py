# SPDX-License-Identifier: GPL-3.0-or-later
"""Where answers of excepted names lead: names that are let through although nobody excepted them by name.

A worker learns it from the answers that it passes on, and keeps it over its snapshots: a device keeps an answer, and
asks for where it leads much later. It holds for whom the name itself is excepted, as `let_through` sees to.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from time import monotonic

LED_MAX = 256  # pairs; a name leads to a handful, and a home has a few exceptions at a time
LAST_SECONDS = 900.0  # since an answer led there last; a device asks again for what it uses within a minute

Led = tuple[str, str]
"""A name, and the rule by which a name is excepted whose answer led to it."""


class LedNames:
    """Of one worker; `tell` is called with what it learnt of its own answers, for its siblings."""

    def __init__(self) -> None:
        self._until: dict[str, dict[str, float]] = {}  # name → rule → until when, monotonic
        self._count = 0
        self.tell: Callable[[Sequence[Led]], None] = lambda news: None

    def rule_of(self, name: str, among: Collection[str]) -> str:
        """One of these rules whose name led to this one lately, "" where none did."""
        rules = self._until.get(name)
        if not rules:
            return ""
        now = monotonic()
        return next((rule for rule, until in rules.items() if rule in among and until > now), "")

    def learn(self, names: Iterable[str], rule: str) -> None:
        """Note where an answer of a name leads that `rule` excepts; siblings hear of what is new, or getting old."""
        soon = monotonic() + LAST_SECONDS / 2
        news = [(name, rule) for name in names if self._until.get(name, {}).get(rule, 0.0) < soon]
        if news:
            self.take(news)
            self.tell(news)

    def take(self, news: Sequence[Led]) -> bool:
        """Note what a worker learnt; True: some of it was not known. While there is no room, it is not noted."""
        now = monotonic()
        if self._count + len(news) > LED_MAX:
            self._forget_old(now)
        fresh = False
        for name, rule in news:
            before = self._until.get(name, {}).get(rule)
            if before is None and self._count >= LED_MAX:
                continue
            self._count += before is None
            self._until.setdefault(name, {})[rule] = now + LAST_SECONDS
            fresh = fresh or before is None or before <= now
        return fresh

    def all(self) -> list[Led]:
        """All that holds."""
        now = monotonic()
        return [(name, rule) for name, rules in self._until.items() for rule, until in rules.items() if until > now]

    def _forget_old(self, now: float) -> None:
        kept = self.all()
        times = {name: self._until[name] for name, _ in kept}
        self._until = {name: {rule: until for rule, until in rules.items() if until > now}
                       for name, rules in times.items()}  # fmt: skip
        self._count = len(kept)
