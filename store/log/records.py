# SPDX-License-Identifier: GPL-3.0-or-later
"""What the query log holds of a query. Each of its columns is declared here, once. Pure.

    Key        what many queries have in common, as a worker tells it; with each field, which column of the table
               `outcomes` keeps it
    QueryRow   a query as it is read; with each field, its SQL in the view `queries`, and what API and pages make of it

What is written, read, and shown takes its columns from these two. For a new one: a field in both, a migration that adds
the column to `outcomes` and to the key of `known_outcomes`, and its value where a worker makes a key.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import IntEnum
from typing import Annotated, Any, NamedTuple, get_type_hints

from store.base.sentences import say
from store.log.name_facts import kind_sql
from wire.types import NOERROR, NXDOMAIN


class Verdict(IntEnum):
    """What was decided about a query."""

    PASS = 0
    BLOCK = 1
    ALLOW = 2
    LOCAL = 3
    REFUSE = 4


FAILED = 5
"""In counts and filters, in place of PASS or ALLOW where the response neither answers nor denies.

As a rule no upstream answered (SERVFAIL), or each refused (REFUSED, NOTIMP …), of which a device has as little.

A row keeps what was decided, and its rcode.
"""
FAILED_IN_VIEW = "verdict IN ('PASS', 'ALLOW') AND rcode NOT IN ('NOERROR', 'NXDOMAIN')"
"""The same as a condition on rows of the view `queries`."""
ANSWERED = (Verdict.PASS, Verdict.ALLOW, Verdict.LOCAL)
"""What counts as one of these was let through, or is the home's own, and got an answer."""
_ANSWERS = (NOERROR, NXDOMAIN)
COUNTED: dict[str, int] = {**{verdict.name: int(verdict) for verdict in Verdict}, "FAILED": FAILED}


def counted(verdict: int, rcode: int) -> int:
    """The number under which a query counts."""
    return FAILED if rcode not in _ANSWERS and verdict in (Verdict.PASS, Verdict.ALLOW) else verdict


def counted_sql(outcome: str) -> str:
    """The same in SQL; `outcome`: what the table outcomes is called in the statement."""
    passes = f"{outcome}.verdict IN ({int(Verdict.PASS)}, {int(Verdict.ALLOW)})"
    return f"IIF({outcome}.rcode NOT IN {_ANSWERS} AND {passes}, {FAILED}, {outcome}.verdict)"


class Origin(IntEnum):
    """Where the response came from."""

    MEMO = 0
    CACHE = 1
    STALE = 2
    UPSTREAM = 3
    SELF = 4


class Transport(IntEnum):
    """Over what a query came. UNKNOWN: it was recorded by a version that did not say so, or imported."""

    UNKNOWN = 0
    UDP = 1
    TCP = 2
    DOT = 3
    DOH = 4
    DOQ = 5

# What is known of an answer's signatures: nothing, as where nobody checked them; they hold; there are none, as a signed
# zone says. Where they do not hold it is the extended error (RFC 8914).
UNCHECKED, VALIDATED, INSECURE = 0, 1, 2
BOGUS = {
    6: "bogus", 7: "expired", 8: "not_yet_valid", 9: "no_key", 10: "no_signature", 11: "no_zone_key", 12: "no_proof",
}  # fmt: skip
# The words of the view and of filters, with the numbers that each stands for.
CHECKED: Mapping[str, frozenset[int]] = {
    "validated": frozenset({VALIDATED}), "insecure": frozenset({INSECURE}), "bogus": frozenset(BOGUS),
}  # fmt: skip

NO_ANSWER = 0xFFFF  # in place of a response's code, which has twelve bits at most: the query was dropped


@dataclass(frozen=True, slots=True)
class Stored:
    """Which column of `outcomes` keeps a field: a number, where there is an enum one of `values`, or the id of a word.

    table: where words have their ids, 0 for none, see store.log.interning.
    """

    column: str
    values: type[IntEnum] | None = None
    table: str = ""


class Key(NamedTuple):
    """All that many rows of a batch have in common. Empty text: none. A new field has a default, see `completed`."""

    name: str
    qtype: Annotated[int, Stored("type")]
    verdict: Annotated[int, Stored("verdict", Verdict)]
    origin: Annotated[int, Stored("origin", Origin)]
    blocklist: Annotated[str, Stored("list_id", table="lists")]
    rule: Annotated[str, Stored("rule_id", table="names")]
    rcode: Annotated[int, Stored("rcode")]
    upstream: Annotated[str, Stored("upstream_id", table="upstreams")]
    source: Annotated[str, Stored("source_id", table="sources")] = ""  # whose record was imported; "": our own
    transport: Annotated[int, Stored("transport", Transport)] = 0
    dnssec: Annotated[int, Stored("dnssec")] = UNCHECKED


Outcome = tuple[int | str, ...]
"""A key without its name."""

RULE = Key._fields.index("rule") - 1
"""Where an outcome has its rule."""

_TRANSPORT = Key._fields.index("transport") - 1

OUTCOME: tuple[Stored, ...] = tuple(
    hint.__metadata__[0] for hint in get_type_hints(Key, include_extras=True).values() if hint is not str
)
OUTCOME_COLUMNS = ", ".join(stored.column for stored in OUTCOME)


def ruled(outcome: Outcome, rule: str) -> Outcome:
    """The same outcome by this rule; "" for none."""
    return (*outcome[:RULE], rule, *outcome[RULE + 1 :])


class RowKey(NamedTuple):
    """A key as rows have it until they are packed: its rule apart, so that many keys can share the one outcome."""

    name: str
    rule: str
    outcome: Outcome  # without the rule

    @property
    def key(self) -> Key:
        """The same whole."""
        return Key._make((self.name, *ruled(self.outcome, self.rule)))

    def over(self, transport: int) -> "RowKey":
        """The same for a query that came over this transport."""
        if self.outcome[_TRANSPORT] == transport:
            return self
        return self._replace(outcome=(*self.outcome[:_TRANSPORT], transport, *self.outcome[_TRANSPORT + 1 :]))


_new: Any = tuple.__new__  # a NamedTuple's own way takes twice as long


def row_key(key: Key) -> RowKey:
    """A key as rows have it, with an outcome of its own."""
    rule = key[RULE + 1]
    made: RowKey = _new(RowKey, (key[0], rule, ruled(key[1:], "") if rule else key[1:]))
    return made


def completed(values: list[int | str]) -> Outcome:
    """An outcome that was kept by a version before, with what it did not know of."""
    return (*values, *(Key._field_defaults[name] for name in Key._fields[1 + len(values) :]))


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the view `queries`: its name, and how it is read. title: of its line on the page; "" where the page
    has sentences of its own for it.
    """

    name: str
    sql: str
    title: str


def _read(sql: str, title: str = "", **api: Any) -> dict[str, Any]:
    """What stands with a field; api: as pydantic's Field takes it."""
    return {"sql": sql, "heading": title, **api}


_TIME = """strftime('%Y-%m-%dT%H:%M:%S', r.time_us / 1000000, 'unixepoch')
        || printf('.%03dZ', (r.time_us / 1000) % 1000)"""

_DNSSEC = f"CASE WHEN o.dnssec = {VALIDATED} THEN 'validated' WHEN o.dnssec = {INSECURE} THEN 'insecure' " \
    f"WHEN o.dnssec > {INSECURE} THEN 'bogus' END"  # fmt: skip
_DNSSEC_REASON = f"CASE o.dnssec {' '.join(f'WHEN {code} THEN {word!r}' for code, word in BOGUS.items())} END"


@dataclass(frozen=True, slots=True)
class QueryRow:
    """One finished query, as the view `queries` of querylog.db has it."""

    time: str = field(metadata=_read(_TIME))
    time_us: int = field(metadata=_read("r.time_us", exclude=True))
    device: str | None = field(metadata=_read("d.name"))
    device_id: int | None = field(metadata=_read("NULLIF(c.device_id, 0)"))
    client: str | None = field(metadata=_read("c.address"))
    name: str | None = field(metadata=_read("n.name"))
    type: str | None = field(metadata=_read("COALESCE(t.name, 'TYPE' || o.type)"))
    verdict: str | None = field(metadata=_read("v.name"))
    origin: str | None = field(metadata=_read("g.name"))
    rule: str | None = field(metadata=_read("rn.name"))
    list: str | None = field(metadata=_read("l.key", description="a blocklist's id"))
    list_title: str | None = field(metadata=_read("l.title"))
    company: str | None = field(metadata=_read("NULLIF(co.name, '')", say("Company")))
    kind: str = field(metadata=_read(kind_sql("co"), description="tracking, use or unknown"))
    purpose: str = field(metadata=_read("COALESCE(pu.name, 'unknown')", description="what the name is for"))
    rcode: str | None = field(metadata=_read("COALESCE(rc.name, 'RCODE' || o.rcode)"))
    upstream: str | None = field(metadata=_read("u.spec"))
    duration_ms: float = field(metadata=_read("r.duration_us / 1000.0"))
    source: str | None = field(
        metadata=_read("s.name", say("From the log of"), description="whose record was imported; null: recorded here")
    )
    transport: str | None = field(
        metadata=_read("tr.name", say("Came over"), description="UDP, TCP, DOT, DOH or DOQ; null: not known")
    )
    dnssec: str | None = field(metadata=_read(
        _DNSSEC, say("Signatures"), description="validated, insecure or bogus; null: not checked"))
    dnssec_reason: str | None = field(metadata=_read(
        _DNSSEC_REASON, say("What is wrong with them"), description="why it is bogus, by RFC 8914"))


COLUMNS = tuple(Column(column.name, column.metadata["sql"], column.metadata["heading"]) for column in fields(QueryRow))

# LEFT JOIN throughout: a lost word never hides a record, and the planner keeps records outermost.
_TABLES = """records r
    LEFT JOIN clients   c  ON c.id = r.client_id
    LEFT JOIN devices   d  ON d.id = c.device_id
    LEFT JOIN names     n  ON n.id = r.name_id
    LEFT JOIN companies co ON co.id = n.company_id
    LEFT JOIN purposes  pu ON pu.id = n.purpose
    LEFT JOIN outcomes  o  ON o.id = r.outcome_id
    LEFT JOIN types     t  ON t.id = o.type
    LEFT JOIN verdicts  v  ON v.id = o.verdict
    LEFT JOIN origins   g  ON g.id = o.origin
    LEFT JOIN lists     l  ON l.id = o.list_id
    LEFT JOIN names     rn ON rn.id = o.rule_id
    LEFT JOIN rcodes    rc ON rc.id = o.rcode
    LEFT JOIN upstreams u  ON u.id = o.upstream_id
    LEFT JOIN sources   s  ON s.id = o.source_id
    LEFT JOIN transports tr ON tr.id = o.transport"""

VIEW = "CREATE VIEW queries AS SELECT\n    {}\nFROM {}".format(
    ",\n    ".join(f"{column.sql} AS {column.name}" for column in COLUMNS), _TABLES
)
