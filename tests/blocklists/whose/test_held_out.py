# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said of names that no table has: a third of the packs' names is taken out of all tables, and asked for."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

import pytest

from blocklists.packs import vendor_packs
from blocklists.whose import companiesdb, company_table, name_tables, telemetry_table
from blocklists.whose.facts import Facts
from blocklists.whose.statement import Row
from store.names.purpose import Kind, Purpose, kind_of

MOST_WRONG = 0.01  # of the kinds; where only the domain is known nothing is to be said


def test_where_only_the_domain_is_known_little_is_said_and_nearly_all_of_it_is_right(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    packs = list(vendor_packs.each())
    zones = {zone for pack in packs for zone in pack.zones}
    names = {row.name: row for pack in packs for row in pack.names if row.name not in zones}
    asked = sorted(names)[::3]
    facts = _without(frozenset(asked), packs, monkeypatch)
    counts = Counter[str]()
    for name in asked:
        truth, kind = kind_of(Purpose(names[name].purpose)), facts.of(name).kind
        if truth is not Kind.UNKNOWN:
            counts["right" if kind is truth else "unsaid" if kind is Kind.UNKNOWN else "wrong"] += 1
    assert counts["wrong"] <= MOST_WRONG * counts.total(), counts
    assert counts["right"] >= 0.6 * counts.total(), counts


def _without(held: frozenset[str], packs: list[vendor_packs.Pack], monkeypatch: pytest.MonkeyPatch) -> Facts:
    """The facts as they were if nobody had described these names."""

    def kept(rows: Iterable[Row]) -> Iterator[Row]:
        return (row for row in rows if row[0] not in held)

    def keeping(load: Callable[..., Iterable[Row]]) -> Callable[..., Iterator[Row]]:
        return lambda *arguments: kept(load(*arguments))

    for module in (companiesdb, telemetry_table):
        monkeypatch.setattr(module, "load", keeping(module.load))
    return Facts(name_tables.build(
        [replace(company, rows=list(kept(company.rows))) for company in company_table.load()],
        [replace(pack, names=tuple(row for row in pack.names if row.name not in held)) for pack in packs],
        hosters=name_tables._hosters(), foreign=True,
    ))  # fmt: skip
