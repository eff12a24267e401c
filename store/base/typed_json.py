# SPDX-License-Identifier: GPL-3.0-or-later
"""A dataclass of what a JSON file holds, read tolerantly: whoever wrote the file may be older or newer than we are.

Keys that the class does not have are passed over, and what is missing or has the wrong type is the field's default, so
every field has one. A field is an int, float, str, SentenceText or bool, a StrEnum, another such class, `X | None`,
`tuple[X, ...]` or `Mapping[str, X]`; of a tuple or mapping only the items with the wrong type are left out.
"""

from __future__ import annotations

import dataclasses
import math
import types
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import partial
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from store.base.sentences import SentenceText, unpacked

# Counters of ours never come near it; JSON may hold numbers that no float can.
MAX_INT = 1 << 63

T = TypeVar("T")
_Reader = Callable[[object], Any]
_WRONG = object()  # what a reader returns for a value of the wrong type


def read_as(cls: type[T], values: object) -> T | None:
    """The dataclass `cls` of a JSON object; None for what is no object."""
    if not isinstance(values, dict):
        return None
    readers = _readers(cls)
    read = {name: readers[name](value) for name, value in values.items() if name in readers}
    return cls(**{name: value for name, value in read.items() if value is not _WRONG})


def _readers(cls: type[Any]) -> dict[str, _Reader]:
    """By field."""
    if cls not in _readers_of:
        hints = get_type_hints(cls, include_extras=True)
        _readers_of[cls] = {field.name: _reader(hints[field.name]) for field in dataclasses.fields(cls)}
    return _readers_of[cls]


def _reader(hint: Any) -> _Reader:
    if hint in _PLAIN:
        return _PLAIN[hint]
    if get_origin(hint) is types.UnionType:
        (inner,) = (each for each in get_args(hint) if each is not types.NoneType)
        return partial(_optional, _reader(inner))
    if get_origin(hint) is tuple:
        return partial(_tuple, _reader(get_args(hint)[0]))
    if get_origin(hint) is Mapping:
        return partial(_mapping, _reader(get_args(hint)[1]))
    return partial(_member if issubclass(hint, StrEnum) else _object, hint)


def _int(value: object) -> object:
    return value if type(value) is int and abs(value) < MAX_INT else _WRONG


def _float(value: object) -> object:
    if type(value) is int and abs(value) < MAX_INT:
        return float(value)
    return value if isinstance(value, float) and math.isfinite(value) else _WRONG


def _bool(value: object) -> object:
    return value if isinstance(value, bool) else _WRONG


def _str(value: object) -> object:
    """JSON can spell half a surrogate pair, which nothing could be made of later."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else _WRONG


def _sentence(value: object) -> object:
    return unpacked(value.encode("utf-8", "replace").decode()) if isinstance(value, str) else _WRONG


def _optional(inner: _Reader, value: object) -> object:
    return None if value is None else inner(value)


def _tuple(inner: _Reader, value: object) -> object:
    if not isinstance(value, list):
        return _WRONG
    return tuple(item for item in map(inner, value) if item is not _WRONG)


def _mapping(inner: _Reader, value: object) -> object:
    if not isinstance(value, dict):
        return _WRONG
    items = ((_str(key), inner(item)) for key, item in value.items())
    return {key: item for key, item in items if item is not _WRONG}


def _member(members: type[StrEnum], value: object) -> object:
    return next((member for member in members if member.value == value), _WRONG)


def _object(cls: type[Any], value: object) -> object:
    read = read_as(cls, value)
    return _WRONG if read is None else read


_PLAIN: dict[Any, _Reader] = {int: _int, float: _float, bool: _bool, str: _str, SentenceText: _sentence}
_readers_of: dict[type[Any], dict[str, _Reader]] = {}  # no more than there are classes
