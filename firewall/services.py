# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of DNS services, with the company behind each: who asks for one has a resolver of its own. firewall/data.

A line is `name<TAB>kind<TAB>company<TAB>source`, sorted, which a test holds; `*.name` stands for every name below.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

# Kind → what people call it.
NAME_KINDS = {
    "doh": "an encrypted DNS service",
    "httpdns": "a vendor's HTTP resolver",
    "relay": "a relay that hides names",
}


@dataclass(frozen=True, slots=True)
class Service:
    """One name; `below`: every name below it, and not itself."""

    name: str
    below: bool
    kind: str
    company: str
    source: str


@dataclass(frozen=True, slots=True)
class Services:
    """The file, read."""

    by_name: dict[str, Service]
    by_ending: dict[str, Service]

    def of(self, name: str) -> Service | None:
        """The service that a name in small letters belongs to; the exact name first, then the longest ending."""
        found, rest = self.by_name.get(name), name
        while found is None and (rest := rest.partition(".")[2]):
            found = self.by_ending.get(rest)
        return found


@cache
def load() -> Services:
    """Raises ValueError when the file does not read."""
    return _sorted_out(_read((files("firewall") / "data" / "names.tsv").read_text("utf-8")))


def _read(text: str) -> Iterable[Service]:
    for line in text.splitlines():
        if not line.startswith("#"):
            name, kind, company, source = line.split("\t")
            yield Service(name.removeprefix("*."), name.startswith("*."), kind, company, source)


def _sorted_out(services: Iterable[Service]) -> Services:
    found = Services({}, {})
    for one in services:
        (found.by_ending if one.below else found.by_name)[one.name] = one
    return found
