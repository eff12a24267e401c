# SPDX-License-Identifier: GPL-3.0-or-later
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocklists.index.compile import Part, compile_index
from blocklists.index.index import CorruptIndex, Index, Match
from blocklists.index.shard import Shard
from blocklists.rules.rule import Kind

EXACT, SUFFIX = Kind.BLOCK_EXACT, Kind.BLOCK_SUFFIX


def test_an_empty_index_speaks_for_nothing() -> None:
    index = Index.empty()
    assert index.match("ads.example.com", index.mask([("any", None)])) is None
    assert index.matching("ads.example.com") == []
    assert len(index) == 0


def test_a_missing_index_says_so(tmp_path: Path) -> None:
    with pytest.raises(CorruptIndex, match="there is none yet"):
        Index.open(tmp_path / "current.idx")


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 500])
def test_a_strange_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "current.idx"
    path.write_bytes(content)
    with pytest.raises(CorruptIndex, match="list update"):
        Index.open(path)


def index_of(*parts: tuple[str, str | None, list[tuple[Kind, str]]]) -> Index:
    data = BytesIO()
    shards = [Part(list_id, level, list_id, False, Shard.of_rules(rules, 1)) for list_id, level, rules in parts]
    compile_index(shards, 1).write(data.write)
    return Index(memoryview(data.getvalue()))


def test_a_toggle_is_a_bit_of_the_mask() -> None:
    index = index_of(("a", None, [(EXACT, "x.test")]), ("b", None, [(EXACT, "y.test")]))
    assert index.match("x.test", index.mask([("a", None)])) == Match(False, 0, "x.test", False)
    assert index.match("x.test", index.mask([("b", None)])) is None
    assert index.match("x.test", index.mask([("gone", None)])) is None


def test_a_level_of_a_pack_takes_in_the_lower_ones() -> None:
    levels = ("safe", "strict", "everything")
    index = index_of(*(("pack:x", level, [(EXACT, f"{level}.test")]) for level in levels))
    for number, level in enumerate(levels):
        mask = index.mask([("pack:x", level)])
        assert [bool(index.match(f"{name}.test", mask)) for name in levels] == [at <= number for at in range(3)]


def test_exact_rules_hold_for_that_name_alone_and_suffix_rules_for_all_below() -> None:
    index = index_of(("a", None, [(EXACT, "exact.test"), (SUFFIX, "below.test")]))
    assert index.match("exact.test", 1) and not index.match("www.exact.test", 1)
    assert index.match("below.test", 1) == Match(False, 0, "below.test", True)
    assert index.match("a.b.below.test", 1) == Match(False, 0, "below.test", True)
    assert not index.match("notbelow.test", 1)


@pytest.mark.parametrize("name", ["", ".", "..", "a..below.test", "x" * 300, "\udcff.below.test", "é.below.test"])
def test_odd_names_raise_nothing(name: str) -> None:
    index = index_of(("a", None, [(SUFFIX, "below.test")]))
    assert bool(index.match(name, 1)) == name.endswith(".below.test")
    assert bool(index.matching(name)) == name.endswith(".below.test")


LABELS = st.lists(st.sampled_from(["a", "b", "tr"]), min_size=1, max_size=4).map(".".join)


@given(st.lists(st.tuples(st.sampled_from([EXACT, SUFFIX]), LABELS), max_size=6), st.lists(LABELS, max_size=30))
def test_what_was_asked_before_changes_nothing(rules: list[tuple[Kind, str]], names: list[str]) -> None:
    asked = index_of(("a", None, rules))
    for name in names:
        assert asked.match(name, 1) == index_of(("a", None, rules)).match(name, 1)


def test_what_is_remembered_of_parents_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("blocklists.index.index.MAX_SILENT", 10)
    index = index_of(("a", None, [(SUFFIX, "below.test")]))
    for number in range(40):
        assert index.match(f"a.b{number}.test", 1) is None and index.match(f"a{number}.below.test", 1)
        assert len(index._silent) <= 10


def test_all_lists_speak_whether_on_or_off() -> None:
    index = index_of(
        ("a", None, [(SUFFIX, "x.test")]),
        ("b", None, [(SUFFIX, "test"), (EXACT, "x.test"), (Kind.ALLOW_SUFFIX, "x.test")]),
    )
    assert index.matching("x.test") == [
        Match(True, 1, "x.test", True),
        Match(False, 0, "x.test", True),
        Match(False, 1, "x.test", False),
        Match(False, 1, "test", True),
    ]
    assert index.matching("x.test")[0] == index.match("x.test", 3)
    assert index.matching("x.test")[1] == index.match("x.test", 1)
