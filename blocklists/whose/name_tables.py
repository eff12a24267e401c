# SPDX-License-Identifier: GPL-3.0-or-later
"""All tables, laid over one another: public suffixes of hosters, companiesdb, telemetry.tsv, companies.txt, packs."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from blocklists.packs import vendor_packs
from blocklists.rules.public_suffixes import private_rules
from blocklists.whose import companiesdb, company_table, label_words, telemetry_table
from blocklists.whose.company_table import Company
from blocklists.whose.packed_names import PackedNames
from blocklists.whose.statement import Heed, Layers, Row, Statement
from store.names.purpose import Purpose

# Names that no company has: reverse look-ups, the home's own, and what RFC 6761 and 6762 keep apart.
SPECIAL = tuple(
    "in-addr.arpa ip6.arpa home.arpa resolver.arpa local localhost lan internal test invalid".split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class Tables:
    """What is known of names."""

    suffixes: dict[str, Statement] | PackedNames  # said of a name and all below it
    exact: dict[str, Statement] | PackedNames  # of that name alone; each stands in `suffixes`, too
    countries: dict[str, str]  # by company
    words: dict[str, dict[str, Purpose]]  # by company: what single words in its labels say, over label_words.WORDS
    digest: str  # of all of it, the same whatever the order in which it was laid


def load() -> Tables:
    """Read everything that comes with the program. Raises packs.PackError, CompaniesError or ValueError."""
    return build(company_table.load(), list(vendor_packs.each()), hosters=_hosters(), foreign=True)


def build(
    companies: list[Company], packs: list[vendor_packs.Pack], hosters: Iterable[Row] = (), *, foreign: bool = False
) -> Tables:
    """Lay the tables over one another: the nearer a statement is to one name, the more it counts.

    `foreign`: with companiesdb and telemetry.tsv, which come from others.
    """
    layers = Layers()
    purposes = {company.name: company.purpose for company in companies if company.name}
    layers.lay(hosters)
    layers.lay((name, True, Statement("special", None, None, Purpose.INFRASTRUCTURE)) for name in SPECIAL)
    if foreign:
        layers.lay(companiesdb.load(purposes))
        layers.lay(telemetry_table.load())
    for pack in packs:
        layers.lay(_zones_of(pack, purposes.get(pack.company, Purpose.UNKNOWN)))
    for company in companies:
        layers.lay(company.rows)
    for pack in packs:
        layers.lay(_names_of(pack))
    layers.inherit()
    layers.doubt({pack.company for pack in packs})
    countries = {company.name: company.country for company in companies if company.name and company.country}
    words = {company.name: company.words for company in companies if company.name and company.words}
    return Tables(layers.suffixes, layers.exact, countries, words, _digest(layers, countries, words))


def _digest(layers: Layers, countries: dict[str, str], words: dict[str, dict[str, Purpose]]) -> str:
    digest = hashlib.sha256(f"{sorted(label_words.WORDS.items())}\n{label_words.PARTS}\n{label_words.ENDS}\n".encode())
    for table in (layers.suffixes, layers.exact):
        lines = [
            f"{name}\t{its.company}\t{its.product}\t{its.purpose}\t{its.heed}\t{its.hosted}\t{its.doubtful}"
            for name, its in table.items()
        ]
        digest.update("\n".join(sorted(lines)).encode())
    digest.update(f"{sorted(countries.items())}\n{sorted(words.items())}".encode())
    return digest.hexdigest()


def _zones_of(pack: vendor_packs.Pack, purpose: Purpose) -> Iterator[Row]:
    statement = Statement(pack.blocklist_id, pack.company, None, purpose)
    return ((zone, True, statement) for zone in pack.zones)


def _names_of(pack: vendor_packs.Pack) -> Iterator[Row]:
    for row in pack.names:
        purpose = Purpose(row.purpose)
        statement = Statement(pack.blocklist_id, row.company or pack.company, None, purpose, Heed.NONE)
        yield row.name, row.scope == "suffix", statement


def _hosters() -> Iterator[Row]:
    statement = Statement("public-suffix", hosted=True)
    return ((rule.removeprefix("*."), True, statement) for rule in private_rules() if not rule.startswith("!"))
