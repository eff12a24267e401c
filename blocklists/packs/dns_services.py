# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of DNS services, with the company behind each: who asks for one has a resolver of its own. services.tsv.

A line is `name<TAB>kind<TAB>company<TAB>source`, sorted, which a test holds; `*.name` stands for every name below.
Where the wall refuses such services they are blocklists too, under the ids of `store.config.wall_switches`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from blocklists.rules.rule import Kind
from store.base.sentences import say
from store.config.wall_switches import NAME_LISTS

# Kind → what people call it.
NAME_KINDS = {
    "doh": say("An encrypted DNS service"),
    "httpdns": say("A vendor's HTTP resolver"),
    "relay": say("A relay that hides names"),
}
# Id of a list of the wall → the kinds of names in it.
OF_LIST = {list_id: switch.names.services for list_id, switch in NAME_LISTS.items() if switch.names}


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
        service, rest = self.by_name.get(name), name
        while service is None and (rest := rest.partition(".")[2]):
            service = self.by_ending.get(rest)
        return service


@cache
def load() -> Services:
    """Raises ValueError when the file does not read."""
    return _sorted_out(_read(text()))


def text() -> str:
    """The file as it is."""
    return (Path(__file__).parents[1] / "services.tsv").read_text("utf-8")


def rules(list_id: str) -> list[tuple[Kind, str]]:
    """What a list of the wall blocks, by kind of rule and name."""
    return [
        (Kind.BLOCK_BELOW if service.below else Kind.BLOCK_EXACT, service.name)
        for service in _read(text())
        if service.kind in OF_LIST[list_id]
    ]


def line_of(kind: Kind, name: str) -> tuple[int, str] | None:
    """(number, text) of the line that gives a rule of a list of the wall."""
    begin = f"{'*.' if kind is Kind.BLOCK_BELOW else ''}{name}\t"
    lines = enumerate(text().splitlines(), 1)
    return next(((number, line) for number, line in lines if line.startswith(begin)), None)


def _read(content: str) -> Iterator[Service]:
    for line in content.splitlines():
        if not line.startswith("#"):
            name, kind, company, source = line.split("\t")
            yield Service(name.removeprefix("*."), name.startswith("*."), kind, company, source)


def _sorted_out(services: Iterable[Service]) -> Services:
    sorted_out = Services({}, {})
    for service in services:
        (sorted_out.by_ending if service.below else sorted_out.by_name)[service.name] = service
    return sorted_out
