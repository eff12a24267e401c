# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever a JSON file holds, a dataclass comes of it: what fits is taken, what does not is the default."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from store.base import process_status
from store.base.typed_json import MAX_INT, read_as


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, slots=True)
class Inner:
    word: str = "none"
    count: int = 3


@dataclass(frozen=True, slots=True)
class Outer:
    whole: int = 1
    part: float = 0.5
    text: str = "x"
    flag: bool = True
    colour: Colour = Colour.RED
    maybe: float | None = 2.0
    inner: Inner = Inner()
    rows: tuple[Inner, ...] = (Inner(),)
    words: tuple[str, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)


GOOD: dict[str, Any] = {
    "whole": -7, "part": 1, "text": "é", "flag": False, "colour": "blue", "maybe": None,
    "inner": {"word": "a", "count": 9}, "rows": [{"word": "b"}, {}], "words": ["p", "q"], "counts": {"k": 4},
}  # fmt: skip


def test_what_fits_is_taken() -> None:
    assert read_as(Outer, GOOD) == Outer(
        -7, 1.0, "é", False, Colour.BLUE, None, Inner("a", 9), (Inner("b"), Inner()), ("p", "q"), {"k": 4}
    )
    assert type(getattr(read_as(Outer, GOOD), "part", None)) is float


def test_what_is_missing_is_the_default_and_what_is_unknown_is_passed_over() -> None:
    assert read_as(Outer, {"newer": [1], "whole": 2}) == Outer(whole=2)


def test_what_is_no_object_is_none() -> None:
    assert [read_as(Outer, value) for value in (None, [], "{}", 1)] == [None] * 4


@pytest.mark.parametrize(
    ("name", "values"),
    {
        "whole": [True, 1.0, "1", None, [], MAX_INT, -(10**400)],
        "part": [True, "1", None, float("nan"), float("inf"), 10**400],
        "text": [1, None, ["x"]],
        "flag": [0, "true", None],
        "colour": ["green", 1, None, ["red"], {}],
        "maybe": ["x", True, {}],
        "inner": [None, [], "x"],
        "rows": [None, {}, "x"],
        "words": [None, {}, "pq"],
        "counts": [None, [], "x"],
    }.items(),
)
def test_the_wrong_type_is_the_default(name: str, values: list[object]) -> None:
    assert [read_as(Outer, {**GOOD, name: value}) for value in values] == [
        dataclasses.replace(read_as(Outer, GOOD) or Outer(), **{name: getattr(Outer(), name)})
    ] * len(values)


def test_of_many_only_the_wrong_ones_are_left_out() -> None:
    rows = [{"count": 1}, "junk", {"count": "1"}]
    read = read_as(Outer, {"rows": rows, "words": ["a", 1], "counts": {"a": 1, "b": "c"}})
    assert read == Outer(rows=(Inner(count=1), Inner()), words=("a",), counts={"a": 1})


def test_half_a_surrogate_pair_can_be_shown() -> None:
    read = read_as(Outer, json.loads(r'{"text": "a\ud800", "counts": {"\udfff": 1}}'))
    assert read == Outer(text="a?", counts={"?": 1})


SHAPES = [kind for kind in vars(process_status).values() if dataclasses.is_dataclass(kind)]
STATUSES = [kind for kind in SHAPES if isinstance(kind, type) and issubclass(kind, process_status.Status)]
NAMES = sorted({each.name for kind in SHAPES for each in dataclasses.fields(kind)})
KEYS = st.sampled_from(NAMES) | st.text(max_size=5)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize("kind", STATUSES)
@settings(max_examples=examples(50))
@given(st.dictionaries(KEYS, JSON, max_size=8))
def test_random_json_becomes_a_status_that_reads_the_same_again(kind: type[process_status.Status], values: Any) -> None:
    read = read_as(kind, values)
    assert read is not None
    assert read_as(kind, json.loads(json.dumps(dataclasses.asdict(read), allow_nan=False))) == read
    json.dumps(dataclasses.asdict(read), ensure_ascii=False).encode()


@pytest.mark.parametrize("kind", STATUSES)
def test_every_field_of_a_status_has_a_default(kind: type[process_status.Status]) -> None:
    assert read_as(kind, {}) == kind()
