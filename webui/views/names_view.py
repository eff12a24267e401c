# SPDX-License-Identifier: GPL-3.0-or-later
"""Local names as the page shows them. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from store.base.sentences import say
from store.local import forwards as forwarded
from store.local.device_names import label_of
from store.rows import tables


@dataclass(frozen=True, slots=True)
class RecordView:
    """A record; `reach`: what it stands for, where that is more than its name."""

    id: int
    name: str
    type: str
    value: str
    comment: str
    reach: str


@dataclass(frozen=True, slots=True)
class ForwardView:
    """A domain, and its servers in words; `typed`: as its form takes them."""

    id: int
    domain: str
    servers: str
    comment: str
    typed: str


def records(rows: Iterable[tables.LocalRecord]) -> list[RecordView]:
    """In the order of the rows."""
    return [
        RecordView(row.id, row.name, row.type, row.value, row.comment, _reach(row.name))
        for row in rows if row.id is not None
    ]  # fmt: skip


def holds(words: Iterable[str], *texts: str) -> bool:
    """Whether each word, in small letters, occurs in one of the texts."""
    whole = " ".join(texts).lower()
    return all(word in whole for word in words)


class Called(Protocol):
    """A device with the name that it is found by ("" for none)."""

    @property
    def device(self) -> int: ...

    @property
    def called(self) -> str: ...


def shadows(records: Iterable[RecordView], devices: Iterable[Called]) -> dict[int, tuple[int, str]]:
    """Record → (device, what it is called) of the device that would have its name, were it not for the record."""
    by_label = {label_of(each.called): (each.device, each.called) for each in devices}
    labels = ((record.id, record.name.partition(".")[0]) for record in records if not record.name.startswith("*."))
    return {number: by_label[label] for number, label in labels if label in by_label}


def forwards(rows: Iterable[tables.ForwardedDomain]) -> list[ForwardView]:
    """In the order of the rows."""
    return [
        ForwardView(row.id, row.domain, _servers(forwarded.of_text(row.upstreams)), row.comment,
                    ", ".join(forwarded.of_text(row.upstreams)) or forwarded.USUAL)
        for row in rows if row.id is not None
    ]  # fmt: skip


def _reach(name: str) -> str:
    if not name.startswith("*."):
        return ""
    return say("every name below {domain} that has no record of its own", domain=name.removeprefix("*."))


def _servers(specs: tuple[str, ...]) -> str:
    return ", ".join(specs) or say("the upstreams that everybody asks")
