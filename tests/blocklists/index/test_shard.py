# SPDX-License-Identifier: GPL-3.0-or-later
from pathlib import Path

import pytest

from blocklists.formats.unpack import Refused
from blocklists.index.shard import Shard
from blocklists.rules.rule import Kind

SPECIAL = "||x.example^$dnstype=A\n||192.0.2.0/24^\n||192.0.2.7^\n||y.example^$important\n*.z.example^\n"
TEXT = "||b.example^\n||a.example^\n||a.example^\nb.example\n@@||good.example^\nshop.example##.ad\n"


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "list.txt"
    path.write_text(TEXT)
    return path


def test_the_facts_of_a_list(text: Path) -> None:
    facts = Shard.of_text(text, None, 7).facts
    assert (facts.format, facts.bytes, facts.lines, facts.rules) == ("adblock", len(TEXT), 6, 5)
    assert (facts.block_names, facts.allow_names) == (2, 1)
    assert facts.skipped == {"cosmetic rule": 1}


def test_rules_are_counted_by_kind(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text(TEXT + SPECIAL)
    made = Shard.of_text(path, None, 7)
    assert made.facts.kinds == {
        "names": 1, "names with all below": 2, "allowed names with all below": 1, "all below a name": 1,
        "names with all below, important": 1, "addresses": 2, "with conditions": 1,
    }  # fmt: skip
    assert made.facts.prefixes == [[4, 24], [4, 32]]
    made.save(path.with_suffix(".shard"))
    found = Shard.open(path.with_suffix(".shard"), path, None, 7)
    assert found is not None and list(found.complex_rules) == list(made.complex_rules)


def test_hashes_are_sorted_and_without_repeats(text: Path) -> None:
    hashes = Shard.of_text(text, None, 7).hashes
    assert {kind: len(held) for kind, held in hashes.items() if len(held)} == {
        Kind.BLOCK_EXACT: 1, Kind.BLOCK_SUFFIX: 2, Kind.ALLOW_SUFFIX: 1,
    }  # fmt: skip
    assert all(list(held) == sorted(set(held)) for held in hashes.values())


def test_a_saved_shard_is_the_same(text: Path) -> None:
    path = text.with_suffix(".shard")
    made = Shard.of_text(text, None, 7)
    made.save(path)
    found = Shard.open(path, text, None, 7)
    assert found is not None and found.facts == made.facts
    assert {kind: list(held) for kind, held in found.hashes.items()} == {
        kind: list(held) for kind, held in made.hashes.items()
    }


def test_a_shard_holds_for_its_text_format_and_seed_alone(text: Path) -> None:
    path = text.with_suffix(".shard")
    Shard.of_text(text, None, 7).save(path)
    assert Shard.open(path, text, None, 8) is None
    assert Shard.open(path, text, "adblock", 7) is None
    text.write_text(TEXT + "||c.example^\n")
    assert Shard.open(path, text, None, 7) is None


@pytest.mark.parametrize(
    "damage", [lambda data: b"", lambda data: data[:-9], lambda data: data.replace(b"rules", b"rulez")]
)
def test_a_damaged_shard_is_passed_over(text: Path, damage) -> None:  # type: ignore[no-untyped-def]
    path = text.with_suffix(".shard")
    Shard.of_text(text, None, 7).save(path)
    path.write_bytes(damage(path.read_bytes()))
    assert Shard.open(path, text, None, 7) is None


def test_a_refused_list_makes_no_shard(text: Path) -> None:
    text.write_text("<html>log in")
    with pytest.raises(Refused):
        Shard.of_text(text, None, 7)
