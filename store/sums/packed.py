# SPDX-License-Identifier: GPL-3.0-or-later
"""Small numbers that stand together in one integer, as the sums of the query log keep them. Pure.

    key    number << 3 | verdict                  of a name, client, company, list, or a minute of an hour
    kind   list id << 6 | verdict << 3 | origin   what counts keep of an outcome; its list's key stands in it
    row    block << 24 | client id                of the tables hours and days: an hour or day since 1970, and whose
    bits   bit n of as many bytes as it takes     which names occur, by their ids

These widths stand in files that were written and never change. Nobody else shifts: what is needed for each of many
thousand keys takes whole columns here, since a call for each would cost more than the work.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping

Pairs = Iterable[tuple[int, int]]
"""(key or kind, count)"""

_VERDICT_BITS = 3
_ORIGIN_BITS = 3
_CLIENT_BITS = 24  # a client id has no more: a home meets a few thousand addresses in a year
_VERDICT, _ORIGIN, _CLIENT = (1 << _VERDICT_BITS) - 1, (1 << _ORIGIN_BITS) - 1, (1 << _CLIENT_BITS) - 1
_NO_LIST = (1 << _VERDICT_BITS + _ORIGIN_BITS) - 1  # the last kind of list 0, which is none


def key(number: int, verdict: int) -> int:
    return number << _VERDICT_BITS | verdict


def keys(numbers: Iterable[int], verdicts: Iterable[int]) -> Iterator[int]:
    """The key of each number with its verdict."""
    return (number << _VERDICT_BITS | verdict for number, verdict in zip(numbers, verdicts, strict=True))


def keys_of(number: int) -> range:
    """The keys of a number with any verdict; all keys between the first and the last are its own."""
    return range(number << _VERDICT_BITS, number + 1 << _VERDICT_BITS)


def all_keys_of(numbers: Iterable[int]) -> frozenset[int]:
    """The keys of each of these numbers with any verdict."""
    return frozenset(key for number in numbers for key in keys_of(number))


def spans(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Of each number its first key and the first one after it."""
    return ((number << _VERDICT_BITS, number + 1 << _VERDICT_BITS) for number in numbers)


def numbers(keys: Iterable[int], verdict: int | None = None) -> Iterator[int]:
    """The number of each key; with a verdict, of those alone that have it."""
    if verdict is None:
        return (key >> _VERDICT_BITS for key in keys)
    return (key >> _VERDICT_BITS for key in keys if key & _VERDICT == verdict)


def verdicts(keys: Iterable[int]) -> Iterator[int]:
    """The verdict of each key."""
    return (key & _VERDICT for key in keys)


def unpacked(pairs: Pairs) -> Iterator[tuple[int, int, int]]:
    """(number, verdict, count) of each key and its count."""
    return ((key >> _VERDICT_BITS, key & _VERDICT, count) for key, count in pairs)


def by_number(pairs: Pairs, verdict: int | None = None) -> Iterator[tuple[int, int]]:
    """(number, count) of each key; with a verdict, of those alone that have it."""
    if verdict is None:
        return ((key >> _VERDICT_BITS, count) for key, count in pairs)
    return ((key >> _VERDICT_BITS, count) for key, count in pairs if key & _VERDICT == verdict)


def renumbered(pairs: Pairs, numbers: Mapping[int, int]) -> Iterator[tuple[int, int]]:
    """The same verdicts and counts by another number, 0 where there is none: of names by companies, say."""
    get = numbers.get
    return ((get(key >> _VERDICT_BITS, 0) << _VERDICT_BITS | key & _VERDICT, count) for key, count in pairs)


def of_one(number: int, pairs: Pairs) -> Iterator[tuple[int, int]]:
    """The same verdicts and counts, all of one number."""
    first = number << _VERDICT_BITS
    return ((first | key & _VERDICT, count) for key, count in pairs)


def kind(list_id: int, verdict: int, origin: int) -> int:
    return (list_id << _VERDICT_BITS | verdict) << _ORIGIN_BITS | origin


def kind_sql(outcome: str, verdict: str) -> str:
    """The kind of an outcome; `outcome`: what the table outcomes is called in the statement; `verdict`: SQL too."""
    verdict = f"({outcome}.list_id << {_VERDICT_BITS} | {verdict})"
    return f"({verdict} << {_ORIGIN_BITS} | {outcome}.origin)"


def verdict_of(kind: int) -> int:
    return kind >> _ORIGIN_BITS & _VERDICT


def origin_of(kind: int) -> int:
    return kind & _ORIGIN


def list_keys(kinds: Pairs) -> Iterator[tuple[int, int]]:
    """(key, count) of the list of each kind that has one."""
    return ((kind >> _ORIGIN_BITS, count) for kind, count in kinds if kind > _NO_LIST)


def of_kinds(number: int, kinds: Pairs) -> Iterator[tuple[int, int]]:
    """The verdicts and counts of kinds, all of one number."""
    first = number << _VERDICT_BITS
    return ((first | kind >> _ORIGIN_BITS & _VERDICT, count) for kind, count in kinds)


def row(block: int, client: int) -> int:
    return block << _CLIENT_BITS | client


def block_of(row: int) -> int:
    return row >> _CLIENT_BITS


def client_of(row: int) -> int:
    return row & _CLIENT


def block_sql(row: str) -> str:
    """The block of a row; `row`: its id in the statement."""
    return f"({row} >> {_CLIENT_BITS})"


def client_sql(row: str) -> str:
    return f"({row} & {_CLIENT})"


def bits(numbers: Collection[int]) -> bytearray:
    """A bit for each number."""
    made = bytearray((max(numbers, default=0) >> 3) + 1)
    for number in numbers:
        made[number >> 3] |= 1 << (number & 7)
    return made


def holds(bits: bytes | bytearray, number: int) -> bool:
    """Whether the bit of a number is set."""
    return number >> 3 < len(bits) and bool(bits[number >> 3] >> (number & 7) & 1)
