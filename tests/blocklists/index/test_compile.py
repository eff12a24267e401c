# SPDX-License-Identifier: GPL-3.0-or-later
import random
from io import BytesIO
from pathlib import Path

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from blocklists.index import compile as compiling
from blocklists.index import list_files
from blocklists.index.index import MAX_SLOTS, CorruptIndex, Index
from blocklists.index.shard import Shard
from blocklists.rules.rule import NAMES, Kind

SEED = 7


def part(list_id: str, *rules: tuple[Kind, str], level: str | None = None, allow: bool = False) -> compiling.Part:
    return compiling.Part(list_id, level, list_id.title(), allow, Shard.of_rules(rules, SEED))


def compiled(*parts: compiling.Part) -> Index:
    data = BytesIO()
    compiling.compile_index(parts, SEED, generation=3, inputs="i1").write(data.write)
    return Index(memoryview(data.getvalue()))


rules = st.tuples(st.sampled_from(NAMES), st.sampled_from(["a", "b", "c", "a.b", "b.c", "c.a.b"]))


@given(st.lists(st.tuples(st.booleans(), st.sets(rules, max_size=12)), max_size=20))
@settings(max_examples=examples(60))
def test_the_index_holds_what_the_lists_hold(lists: list[tuple[bool, set[tuple[Kind, str]]]]) -> None:
    index = compiled(*(part(f"l{number}", *held, allow=allow) for number, (allow, held) in enumerate(lists)))
    for name in ("a", "b", "c", "a.b", "b.c", "c.a.b"):
        spoken = [*index.matching(name), *index.matching(f"below.{name}")]
        assert {(match.slot, match.kind) for match in spoken if match.name == name} == {
            (number, kind.allowing if allow else kind)
            for number, (allow, held) in enumerate(lists)
            for kind, rule_name in held
            if rule_name == name
        }


def test_many_names_are_all_found_and_no_others(tmp_path: Path) -> None:
    names = [f"n{random.Random(number).getrandbits(40):x}.example" for number in range(20_000)]
    index = compiled(part("big", *((Kind.BLOCK_EXACT, name) for name in names)))
    mask = index.mask([("big", None)])
    assert len(index) == index.count("big") == 20_000
    assert all(index.match(name, mask) for name in names)
    assert not any(index.match(f"x{name}", mask) for name in names)


def test_what_the_index_says_of_itself() -> None:
    index = compiled(
        part("pack:x", (Kind.BLOCK_EXACT, "a.test"), level="safe"),
        part("good", (Kind.BLOCK_EXACT, "a.test"), (Kind.ALLOW_SUFFIX, "b.test"), allow=True),
    )
    assert (index.generation, index.inputs) == (3, "i1")
    assert [(slot.blocklist_id, slot.level, slot.allow, slot.title) for slot in index.slots] == [
        ("pack:x", "safe", False, "Pack:X"),
        ("good", None, True, "Good"),
    ]
    assert (index.slots[1].block_names, index.slots[1].allow_names) == (0, 2)


def test_too_many_lists_are_refused_in_words() -> None:
    with pytest.raises(ValueError, match="Remove some lists"):
        compiling.compile_index([part("x")] * (MAX_SLOTS + 1), SEED)


def test_publishing_keeps_the_index_before(tmp_path: Path) -> None:
    for name in ("one.test", "two.test", "three.test"):
        made = compiling.compile_index([part("x", (Kind.BLOCK_EXACT, name))], SEED)
        path = compiling.publish(made, tmp_path)
    assert path == list_files.index_path(tmp_path)
    assert Index.open(path).match("three.test", 1)
    assert Index.open(path.with_name("previous.idx")).match("two.test", 1)
    assert sorted(entry.name for entry in path.parent.iterdir()) == ["current.idx", "previous.idx"]


def test_a_reader_keeps_the_index_that_it_opened(tmp_path: Path) -> None:
    first = compiling.publish(compiling.compile_index([part("x", (Kind.BLOCK_EXACT, "one.test"))], SEED), tmp_path)
    index = Index.open(first)
    compiling.publish(compiling.compile_index([], SEED), tmp_path)
    assert index.match("one.test", 1)


def test_every_damaged_byte_is_noticed(tmp_path: Path) -> None:
    path = compiling.publish(compiling.compile_index([part("x", (Kind.BLOCK_EXACT, "one.test"))], SEED), tmp_path)
    sound = path.read_bytes()
    for at in range(len(sound)):
        path.write_bytes(sound[:at] + bytes([sound[at] ^ 1]) + sound[at + 1 :])
        with pytest.raises(CorruptIndex):
            Index.open(path)
        path.write_bytes(sound[:at])
        with pytest.raises(CorruptIndex):
            Index.open(path)
