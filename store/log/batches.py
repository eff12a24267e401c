# SPDX-License-Identifier: GPL-3.0-or-later
"""A batch of finished queries: by rows, as a person says it, and by columns, as it travels and is written. Pure."""

from array import array
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import TypeVar

from store.log.records import RULE, Key, Outcome, ruled

T = TypeVar("T", bound=Hashable)

DEVICE_MARK = "#"
"""In a client, between its address and the id of the device that it said to be, whatever the address."""

Row = tuple[int, int, int, int]
"""(time in µs since 1970, number in `clients`, number in `keys`, duration in µs)"""


@dataclass(slots=True)
class Batch:
    """By rows, as a person says it. `dropped` and `sent` are cumulative since the worker's start at `started_us`, so a
    lost batch shows as a gap; `sent` counts the rows of all earlier batches.
    """

    worker: int
    dropped: int
    started_us: int
    clients: list[str]
    keys: list[Key]
    rows: list[Row]
    sent: int = 0


@dataclass(slots=True)
class Columns:
    """A batch as it travels and is written. A key is its name, its rule, and the number of its outcome.

    Those outcomes are without a rule: nearly every blocked name has one of its own, and they are few only without it.
    """

    worker: int
    dropped: int
    started_us: int
    sent: int
    clients: list[str]
    names: list[str]
    rules: list[str]
    outcomes: list[Outcome]
    outcome_of: "array[int]"
    times: "array[int]"
    client_of: "array[int]"
    key_of: "array[int]"
    durations: "array[int]"

    def __len__(self) -> int:
        """How many rows."""
        return len(self.times)

    def batch(self) -> Batch:
        """The same by rows."""
        keys = [Key._make((name, *outcome)) for name, outcome in zip(self.names, self.key_outcomes(), strict=True)]
        rows = list(zip(self.times, self.client_of, self.key_of, self.durations, strict=True))
        return Batch(self.worker, self.dropped, self.started_us, self.clients, keys, rows, self.sent)

    def key_outcomes(self) -> list[Outcome]:
        """Of each key its outcome, with its rule."""
        outcomes = map(self.outcomes.__getitem__, self.outcome_of)
        return [ruled(outcome, rule) if rule else outcome for outcome, rule in zip(outcomes, self.rules, strict=True)]


Reduce = Callable[[Columns, Callable[[str], int | None]], tuple[Columns, list[int | None]] | None]
"""What of a batch may be written down, and whose its clients are, by whose device an address is; None: no row."""


def named_device(client: str) -> int | None:
    """The device that a client said to be; None where its address alone says whose it is."""
    if DEVICE_MARK not in client:
        return None
    _, _, device_id = client.partition(DEVICE_MARK)
    return int(device_id) if device_id.isdecimal() else None


def address_of(client: str) -> str:
    """The address of a client, as the log keeps it."""
    return client.partition(DEVICE_MARK)[0]


class BadBatch(ValueError):  # noqa: N818 - it names the thing
    """What is no batch; says what is wrong with it."""


TIMES, NUMBERS, DURATIONS = "Q", "H", "I"
"""What the columns are arrays of; a number is one of a client, a key or an outcome."""

KeyColumns = tuple[list[str], list[str], list[Outcome], "array[int]"]
"""Names, rules, outcomes and outcome_of, as `Columns` has them."""


def key_columns(keys: Sequence[tuple[int | str, ...]]) -> KeyColumns:
    """These keys by columns; each is a name and its outcome."""
    if not keys:
        return [], [], [], array(NUMBERS)
    names, *fields = zip(*keys, strict=True)
    rules, fields[RULE] = fields[RULE], ("",) * len(keys)
    outcomes, outcome_of = numbered(list(zip(*fields, strict=True)))
    return list(names), list(rules), outcomes, outcome_of


def columns(batch: Batch) -> Columns:
    """A batch by columns; raises BadBatch when a number is out of range."""
    times, clients, keys, durations = zip(*batch.rows, strict=True) if batch.rows else ((), (), (), ())
    try:
        return _columns(
            (batch.worker, batch.dropped, batch.started_us, batch.sent), batch.clients, key_columns(batch.keys),
            times, array(NUMBERS, clients), array(NUMBERS, keys), durations,
        )  # fmt: skip
    except OverflowError as error:
        raise BadBatch(f"A number of the batch is out of range: {error}.") from None


def gather(
    counts: tuple[int, int, int, int], clients: list[str], keys: KeyColumns, key_of: "array[int]",
    times: Sequence[int], durations: Sequence[int],
) -> Columns:  # fmt: skip
    """Rows as the columns of what each has; counts: worker, dropped, started_us, sent. Raises BadBatch as `columns`.

    key_of: of each row the number of its key in `keys`. Equal keys may stand there twice, and so may equal outcomes,
    which then are one.
    """
    names, rules, outcomes, outcome_of = keys
    different, places = numbered(outcomes)
    if len(different) < len(outcomes):
        outcome_of = array(NUMBERS, list(map(places.__getitem__, outcome_of)))
    try:
        distinct, client_of = numbered(clients)
        return _columns(counts, distinct, (names, rules, different, outcome_of), times, client_of, key_of, durations)
    except OverflowError as error:
        raise BadBatch(f"A number of the batch is out of range: {error}.") from None


def numbered(values: Sequence[T]) -> tuple[list[T], "array[int]"]:
    """The different ones in their order, and for each value its number among them."""
    places = defaultdict[T, int](count().__next__)
    numbers = array(NUMBERS, list(map(places.__getitem__, values)))  # of a list, which is quicker than of what gives it
    return list(places), numbers


def _columns(
    counts: tuple[int, int, int, int], clients: list[str], keys: KeyColumns, times: Iterable[int],
    client_of: "array[int]", key_of: "array[int]", durations: Iterable[int],
) -> Columns:  # fmt: skip
    return Columns(
        *counts, clients, *keys, array(TIMES, times), client_of, key_of, array(DURATIONS, durations)
    )
