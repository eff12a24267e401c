# SPDX-License-Identifier: GPL-3.0-or-later
"""What of a batch may be written down: it is taken out before the batch waits anywhere, in memory or in a file. Pure.

    full      all of it; of devices whose names are not kept, how many queries there were and what became of them
    names     names and what became of them, nobody who asked
    nothing   no row

A name that is not kept is the empty one, which no query has: the root is a dot. Its rule, list and upstream go too.
"""

from array import array
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from store.config.choices import LogPrivacy
from store.log.batches import Columns, Reduce, key_columns
from store.log.records import OUTCOME, Outcome

UNNAMED = ""
"""In place of a name that is not written down."""
NOBODY = ""
"""In place of an address that is not written down."""

_TELLING = frozenset({"list_id", "rule_id", "upstream_id"})
"""Columns of an outcome that may tell what was asked for."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is written down; `unnamed`: the devices whose names are not."""

    level: LogPrivacy = LogPrivacy.FULL
    addresses: bool = True
    unnamed: frozenset[int] = frozenset()

    @property
    def is_all(self) -> bool:
        return self.level is LogPrivacy.FULL and self.addresses and not self.unnamed

    @property
    def reduce(self) -> Reduce | None:
        """For `LogWriter.follow_privacy`."""
        return None if self.is_all else partial(reduced, self)


ALL = Kept()


def reduced(
    kept: Kept, batch: Columns, device_of: Callable[[str], int | None]
) -> tuple[Columns, list[int | None]] | None:
    """What may be written of it, and whose its clients are; None: nothing.

    Where some device's names are not kept, a client of no known device counts as one: it may be that device's.
    """
    if kept.level is LogPrivacy.NOTHING:
        return None
    devices = [device_of(address) for address in batch.clients]
    if kept.unnamed:
        hidden = {number for number, device in enumerate(devices) if device is None or device in kept.unnamed}
        batch = _without_names(batch, hidden) if hidden else batch
    if kept.level is LogPrivacy.NAMES:
        return _of_nobody(batch), [None]
    if not kept.addresses:
        batch = replace(batch, clients=[NOBODY] * len(batch.clients))
    return batch, devices


def _of_nobody(batch: Columns) -> Columns:
    nobody = array(batch.client_of.typecode, bytes(batch.client_of.itemsize * len(batch)))
    return replace(batch, clients=[NOBODY], client_of=nobody)


def _without_names(batch: Columns, hidden: set[int]) -> Columns:
    """Rows of these clients without what they asked for; what no row has any more is not in it either."""
    keys: dict[tuple[str, Outcome], int] = {}
    outcomes, key_of = batch.key_outcomes(), array(batch.key_of.typecode)
    for client, key in zip(batch.client_of, batch.key_of, strict=True):
        name, outcome = batch.names[key], outcomes[key]
        wanted = (UNNAMED, _bare(outcome)) if client in hidden else (name, outcome)
        key_of.append(keys.setdefault(wanted, len(keys)))
    names, rules, used, outcome_of = key_columns([(name, *outcome) for name, outcome in keys])
    return replace(batch, names=names, rules=rules, outcomes=used, outcome_of=outcome_of, key_of=key_of)


def _bare(outcome: Outcome) -> Outcome:
    """What became of a query, without what may tell which it was."""
    return tuple("" if stored.column in _TELLING else value for stored, value in zip(OUTCOME, outcome, strict=True))
