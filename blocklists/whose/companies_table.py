# SPDX-License-Identifier: GPL-3.0-or-later
"""companies.tsv: which company owns a domain, written from general knowledge."""

from importlib.resources import files


class CompaniesError(ValueError):
    """companies.tsv holds a line that cannot be read. The message names line and reason."""


def load() -> dict[str, str]:
    """Read companies.tsv: domain → company, holding for all below it. Raises CompaniesError."""
    return parse((files("blocklists") / "companies.tsv").read_text(encoding="utf-8"))


def parse(text: str) -> dict[str, str]:
    """Parse companies.tsv: `domain<TAB>company` a line, sorted, `#` before comments. Raises CompaniesError."""
    domains: dict[str, str] = {}
    last = ""
    for number, line in enumerate(text.splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        domain, tab, company = line.partition("\t")
        if not tab or not domain or not company or "\t" in company:
            raise CompaniesError(f"companies.tsv, line {number}: not a domain, one tab and a company")
        if domain <= last:
            raise CompaniesError(f"companies.tsv, line {number}: {domain} stands there twice or out of order")
        domains[domain] = company
        last = domain
    return domains
