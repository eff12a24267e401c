# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses of DNS services that move: their names are asked where the house asks, one by one, some times a day.

Only while the wall looks at DNS over HTTPS and no list tells addresses. Only names of operators that are known for
addresses which serve nothing else; an address that many web sites share is never taken. A house that asks encrypted
upstreams alone is not asked for: in the clear these names would tell what it hides. What was found stands in
STATE/doh-addresses.json for `load`, and is forgotten when it was not seen for some days.
"""

import json
import logging
import random
import time
from collections.abc import Callable, Sequence
from functools import cache
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from blocklists.packs import dns_services
from firewall import doh_lists, targets
from firewall.targets import Target
from network.address_sets import BadElement, address, elements
from store.base import file_faults, status
from store.config.resolving_settings import asks_itself
from store.config.settings import Settings
from store.config.upstream_specs import is_address, read_upstream
from wire import stub
from wire.addresses import Address
from wire.stub import Asked, Server
from wire.types import AAAA, A

FILE_NAME = "doh-addresses.json"
ROUND_SECONDS = 6 * 3600.0  # from the end of one round to the next, give or take a quarter
FIRST_SECONDS = 20.0  # after the start: the upstreams come first; and between two looks while nobody may be asked
PAUSE_SECONDS = 4.0  # between two queries, give or take a quarter: a round takes some minutes
ANSWER_SECONDS = 3.0
KEEP_SECONDS = 3 * 86_400
MAX_NAMES = 100
MAX_ADDRESSES = 500  # two or four for each name; more are not taken
MAX_FILE = 262_144

log = logging.getLogger(__name__)
Clock = Callable[[], float]


class AddressPoller:
    """Asks when told the time; never waits. `seen`: address → (company, Unix seconds when it was last seen)."""

    def __init__(self, state: Path, dice: random.Random | None = None, clock: Clock = time.time) -> None:
        self.seen = dict(_read(state, clock()))
        self._state, self._clock = state, clock
        self._dice = dice or random.SystemRandom()
        self._asked: Asked | None = None
        self._query, self._company, self._until = b"", "", 0.0
        self._queue: list[tuple[str, str, int]] = []  # (name, company, type)
        self._due: float | None = None

    def turn(self, now: float, servers: Callable[[], Sequence[Server]], wanted: Callable[[], bool]) -> bool:
        """One step; whether a round ended and the file is new. `now`: time.monotonic(); `servers`: who may be asked
        now; `wanted`: asked once a round.

        Raises what `wanted` raises.
        """
        if self._due is None:
            self._due = now + FIRST_SECONDS
        if self._asked is not None:
            return self._answered(now) and not self._queue and self._write()
        if now < self._due:
            return False
        asked = servers()
        if not asked:  # as while our own resolver starts, or until an upstream that takes plain DNS is chosen
            self._queue.clear()
            self._due = now + FIRST_SECONDS
        elif self._queue:
            self._ask(now, asked)
            self._due = now + self._about(PAUSE_SECONDS if self._queue else ROUND_SECONDS, 0.25)
        else:
            self._due = now + self._about(ROUND_SECONDS, 0.25)
            if wanted():
                self._queue, self._due = _names(), now
        return False

    def sources(self) -> list[Asked]:
        """What is readable once there is an answer."""
        return [self._asked] if self._asked is not None else []

    def company_of(self, address: Address) -> str | None:
        """Whose name led to the address; None: nobody's that was asked for."""
        known = self.seen.get(address)
        return known[0] if known else None

    def close(self) -> None:
        """Give the socket back."""
        if self._asked is not None:
            self._asked.close()
            self._asked = None

    def _ask(self, now: float, servers: Sequence[Server]) -> None:
        """The next name, at any of them, from a port that the kernel chooses anew."""
        name, self._company, qtype = self._queue.pop()
        self._query = stub.build(name, qtype, self._dice.getrandbits(16), mixed=True)
        self._until = now + ANSWER_SECONDS
        self.close()
        try:
            self._asked = Asked(self._query, self._dice.choice(servers))
        except OSError as error:
            log.debug("%s cannot be asked for now (%s)", name, error)

    def _answered(self, now: float) -> bool:
        """Whether nothing is waited for any more."""
        assert self._asked is not None
        try:
            addresses = self._asked.answer(lambda packet: stub.addresses(self._query, packet))
        except OSError:
            addresses = []
        if addresses is None and now < self._until:  # nothing yet, or another's
            return False
        self.close()
        for where in addresses or ():
            if _is_sound(where) and (where in self.seen or len(self.seen) < MAX_ADDRESSES):
                self.seen[where] = (self._company, self._clock())
        return True

    def _write(self) -> bool:
        oldest = self._clock() - KEEP_SECONDS
        self.seen = {where: about for where, about in self.seen.items() if about[1] > oldest}
        rows = [[str(where), company, int(last)] for where, (company, last) in self.seen.items()]
        path = self._state / FILE_NAME
        try:
            path.with_suffix(".new").write_text(json.dumps(sorted(rows)), "utf-8")
            path.with_suffix(".new").replace(path)
        except OSError as error:
            log.warning("the addresses of DNS services cannot be written (%s)", error)
            return False
        return True

    def _about(self, seconds: float, part: float) -> float:
        return seconds * self._dice.uniform(1 - part, 1 + part)


def load(state: Path, now: float) -> tuple[Target, ...]:
    """What was found and is not forgotten; every address is judged again. Nothing while the file does not read."""
    return tuple(Target(ip_network(where), company, "asked by name") for where, (company, _) in _read(state, now))


def servers(settings: Settings, run: Path) -> list[Server]:
    """Who may be asked: our own resolver where the house asks that, else those of its upstreams that take plain DNS."""
    if asks_itself(settings):
        keeper = status.read_recursor(run)
        return [("127.0.0.1", keeper.port)] if keeper is not None and keeper.port else []
    read = (read_upstream(spec) for spec in settings.upstreams)
    return [(each.host, each.port) for each in read if not each.encrypted and is_address(each.host)]


def wanted(state: Path, settings: Settings) -> bool:
    """Whether no list tells addresses. Raises WallError."""
    return not doh_lists.targets(state, settings.wall_doh_lists)[0]


def _names() -> list[tuple[str, str, int]]:
    """What to ask in one round: single names of operators known for addresses of their own."""
    known = {target.company for target in targets.load().doh}
    services = dns_services.load().by_name.values()
    asked = [service for service in services if service.kind == "doh" and service.company in known][:MAX_NAMES]
    return [(service.name, service.company, qtype) for service in asked for qtype in (A, AAAA)]


def _is_sound(where: Address) -> bool:
    """Whether an address is of the internet and not one that many sites share."""
    return doh_lists.is_one_service(ip_network(where)) and where not in _shared()


@cache
def _shared() -> Any:
    return elements(target.network for target in targets.shared())


def _read(state: Path, now: float) -> list[tuple[Address, tuple[str, float]]]:
    try:
        rows = json.loads(file_faults.read(state / FILE_NAME, MAX_FILE))
        pairs = [(address(str(where)), (str(company)[:80], float(last))) for where, company, last in rows]
    except (OSError, ValueError, TypeError, BadElement):
        return []
    recent = [pair for pair in pairs if now - KEEP_SECONDS < pair[1][1] <= now + 86_400]
    return [pair for pair in recent if _is_sound(pair[0])][:MAX_ADDRESSES]
