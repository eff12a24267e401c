# SPDX-License-Identifier: GPL-3.0-or-later
"""dnsmasq's log (log-queries, and log-queries=extra), and Pi-hole's pihole.log, which is one: several lines a query.

A query is open from its line until an answer comes, or the log is half a minute on. Without numbers of queries an
answer goes to the open query for its name that it fits: an IPv6 address to AAAA, say. Where lines have no year, the
last one is of the year in which the file was changed last.
"""

from collections import deque
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from store.imports import dnsmasq_lines, history_row
from store.imports.dnsmasq_lines import Lease, Message, Query, Sent, Stamp
from store.imports.dnsmasq_lines import Told as Answer
from store.imports.history_row import (
    STEP_ROWS,
    BadLine,
    BadLines,
    Progress,
    clean_address,
    clean_name,
    clean_word,
    outcome,
)
from store.imports.import_file import SECOND_US, ImportDraft, Row
from store.log.records import NO_ANSWER, Origin, Verdict
from wire.types import type_number

SOURCE = "dnsmasq"
OPEN_US = 30_000_000  # a client asks again or gives up long before
MAX_OPEN = 20_000  # queries, some 10 MB: what a busy home asks in five minutes
MAX_LEASES = 50_000
CONFIG, HOSTS = "dnsmasq:config", "dnsmasq:hosts"
TITLES = {CONFIG: "dnsmasq: its configuration", HOSTS: "dnsmasq: a hosts file",
          "pihole:gravity": "Pi-hole: its blocklists", "pihole:denied": "Pi-hole: denied by hand",
          "pihole:regex": "Pi-hole: denied by a pattern", "pihole:special": "Pi-hole: special names",
          "pihole:upstream": "Pi-hole: blocked by the upstream"}  # fmt: skip
_NOWHERE = frozenset({"0.0.0.0", "::", "127.0.0.1", "::1", "NXDOMAIN", "NODATA", "NODATA-IPv4", "NODATA-IPv6"})  # noqa: S104
_RCODES = {"NXDOMAIN": 3, "SERVFAIL": 2, "REFUSED": 5, "not": 4}
_PIHOLE = (("gravity", "pihole:gravity"), ("exactly", "pihole:denied"), ("regex", "pihole:regex"),
           ("special", "pihole:special"), ("blacklisted", "pihole:denied"), ("blocked", "pihole:upstream"))  # fmt: skip
_Day = tuple[int, int, str]  # month, day, clock: of a line without a year
_NO_DAY: _Day = (0, 0, "")


def read(path: Path, draft: ImportDraft, progress: Progress) -> BadLines:
    """Hand all its queries to the draft; returns the lines that are none. Raises Refused."""
    for name, title in TITLES.items():
        draft.entitle(name, title)
    bad = BadLines()
    log = _Log(draft, _first_year(path))
    for number, line in history_row.lines(path, bad, progress, lambda: draft.rows):
        text = line.decode("utf-8", "replace").rstrip()
        if not text:
            continue
        try:
            log.take(*dnsmasq_lines.parse(text))
        except ValueError as error:
            if "dnsmasq" in text:  # a syslog has other programs' lines too
                bad.add(number, error)
    log.end()
    return bad


@dataclass(slots=True)
class _Open:
    at_us: int
    exact: bool
    client: int
    name: str
    qtype: int
    serial: str
    upstream: str = ""
    closed: bool = False


class _Log:
    def __init__(self, draft: ImportDraft, year: int) -> None:
        self._draft, self._year, self._before = draft, year, _NO_DAY
        self._by_serial: dict[tuple[str, str], _Open] = {}
        self._by_name: dict[str, deque[_Open]] = {}
        self._order: deque[_Open] = deque()
        self._rows: list[Row] = []
        self._macs: dict[str, str] = {}
        self._second = self._place = 0

    def take(self, stamp: Stamp, message: Message | None) -> None:
        if stamp.year is None:
            self._year += _turn(self._before, stamp.local)
            self._before = stamp.local
        at = stamp.in_year(self._year)
        self._expire(at)
        if isinstance(message, Query):
            self._open(at, stamp.exact, message)
        elif isinstance(message, Sent):
            if query := self._find(message.name, message.serial, ""):
                query.upstream = query.upstream or history_row.server(message.server)
        elif isinstance(message, Answer):
            if query := self._find(message.name, message.serial, message.what):
                self._close(query, at, message)
        elif isinstance(message, Lease):
            self._lease(message)

    def end(self) -> None:
        while self._order:
            self._give_up(self._order.popleft())
        self._draft.add(self._rows)

    def _open(self, at: int, exact: bool, message: Query) -> None:
        qtype = type_number(message.qtype) if not message.qtype.isdigit() else int(message.qtype) & 0xFFFF
        if qtype is None:
            raise BadLine(message.qtype)
        address = clean_address(message.client.partition("#")[0])
        client = self._draft.client(address, self._macs.get(address, ""))
        name = clean_name(message.name)
        if not exact:  # whole seconds: those of one stand in their order
            second = at // SECOND_US
            self._place = self._place + 1 if second == self._second else 0
            self._second = second
            at += min(self._place, SECOND_US - 1)
        query = _Open(at, exact, client, name, qtype, message.serial)
        self._order.append(query)
        self._by_name.setdefault(name, deque()).append(query)
        if len(self._order) > MAX_OPEN:
            self._give_up(self._order.popleft())

    def _find(self, name: str, serial: str, what: str) -> _Open | None:
        """The open query that a line is about."""
        fitting = self._by_name.get(clean_name(name))
        if not fitting:
            return None
        if serial:
            return next((query for query in fitting if query.serial == serial), None)
        wanted = _wanted_type(what)
        if not what:  # the last one that was not sent on yet
            return next((query for query in reversed(fitting) if not query.upstream), None)
        return next((query for query in fitting if query.qtype == wanted), fitting[0])

    def _close(self, query: _Open, at: int, message: Answer) -> None:
        verdict, origin, blocklist = _judged(message, query)
        word = message.what.split(" ")[0] if message.what else ""
        took = at - query.at_us if query.exact else 0
        self._emit(query, verdict, origin, blocklist, _RCODES.get(word, 0), took)

    def _give_up(self, query: _Open) -> None:
        """Nothing is known of its end: where it was sent on nobody answered, else it is taken for answered."""
        if query.closed:
            return
        sent = bool(query.upstream)
        self._emit(query, Verdict.PASS, Origin.UPSTREAM if sent else Origin.CACHE, "", NO_ANSWER if sent else 0, 0)

    def _emit(self, query: _Open, verdict: Verdict, origin: Origin, blocklist: str, rcode: int, took: int) -> None:
        fitting = self._by_name[query.name]
        fitting.remove(query)
        if not fitting:
            del self._by_name[query.name]
        query.closed = True
        key = self._draft.key_of(query.name, outcome(
            SOURCE, query.qtype, int(verdict), int(origin), blocklist, "", rcode, query.upstream
        ))  # fmt: skip
        self._rows.append((query.at_us, query.client, key, max(0, took)))
        if len(self._rows) >= STEP_ROWS:
            self._draft.add(self._rows)
            self._rows = []

    def _expire(self, at: int) -> None:
        while self._order and (self._order[0].at_us < at - OPEN_US or self._order[0].closed):
            self._give_up(self._order.popleft())

    def _lease(self, lease: Lease) -> None:
        try:
            address = clean_address(lease.address)
        except BadLine:
            return
        if len(self._macs) >= MAX_LEASES:
            self._macs.clear()
        self._macs[address] = lease.mac
        self._draft.client(address, lease.mac)
        if name := clean_word(lease.name):
            self._draft.call(address, name)


def _wanted_type(what: str) -> int:
    """The type of the query that such an answer goes to, 0 where it does not say."""
    if what in ("NODATA-IPv4",) or (what[:1].isdigit() and "." in what and ":" not in what):
        return 1
    return 28 if what == "NODATA-IPv6" or (":" in what and " " not in what) else 0


def _judged(message: Answer, query: _Open) -> tuple[Verdict, Origin, str]:
    """Verdict, origin, and what decided."""
    source = message.source
    if source in ("reply", "validation"):
        return Verdict.PASS, Origin.UPSTREAM, ""
    if source == "cached":
        return Verdict.PASS, Origin.CACHE, ""
    if source == "cached-stale":
        return Verdict.PASS, Origin.STALE, ""
    for word, blocklist in _PIHOLE:
        if source.startswith(word):
            return Verdict.BLOCK, Origin.UPSTREAM if blocklist == "pihole:upstream" else Origin.SELF, blocklist
    blocked = message.what in _NOWHERE and "localhost" not in query.name
    blocklist = CONFIG if source == "config" else HOSTS
    return (Verdict.BLOCK if blocked else Verdict.LOCAL), Origin.SELF, blocklist if blocked else ""


def _turn(before: _Day, now: _Day) -> int:
    """By how many years a line is from the one before: 1 from December to January, -1 where a clock was set.

    A machine without a clock of its own writes 1 January until it has asked for the time. What it wrote then is of a
    year that is yet to come, and left out; what it wrote before keeps its year.
    """
    if now[0] < before[0] - 6:
        return 1
    return -1 if before[:2] == (1, 1) and now[0] > 7 else 0


def _first_year(path: Path) -> int:
    """The year of the first line, where lines have none."""
    wraps, before, last = 0, _NO_DAY, None
    for _, line in history_row.lines(path, BadLines(), lambda share, rows: None, lambda: 0):
        try:
            stamp = dnsmasq_lines.stamp(line[:64].decode("utf-8", "replace"))
        except BadLine:
            continue
        if stamp.year is not None:
            return 0
        wraps += _turn(before, stamp.local)
        before, last = stamp.local, stamp
    changed = datetime.fromtimestamp(path.stat().st_mtime).astimezone()
    year = changed.year
    if last is not None and last.in_year(year) > (changed.timestamp() + 2 * 86_400) * 1_000_000:
        year -= 1
    return year - wraps
