# SPDX-License-Identifier: GPL-3.0-or-later
"""The names are the same on every machine, distinct, and as long as a name may be."""

from collections import Counter
from itertools import islice
from pathlib import Path
from random import Random

from bench import names


def test_generated_names_are_distinct_and_always_the_same() -> None:
    first, again = (list(islice(names.generated(), 20_000)) for _ in range(2))
    assert first == again
    assert len(set(first)) == 20_000
    assert all(len(name) < 64 and name == name.lower() and "." in name for name in first)


def test_hosts_files_and_domain_lists_are_read() -> None:
    lines = ["# a list", "0.0.0.0 Ads.Example.com # why", "tracker.example.net", "", "tracker.example.net.", "host"]
    assert names.read(lines) == ["ads.example.com", "tracker.example.net"]


def test_the_two_lists_share_no_name(tmp_path: Path) -> None:
    small, more = names.two_lists(tmp_path, None, 300, 1000)
    first, second = small.read_text().split(), more.read_text().split()
    assert (len(first), len(second)) == (300, 700)
    assert not set(first) & set(second)


def test_a_list_of_ones_own_is_taken(tmp_path: Path) -> None:
    given = tmp_path / "mine"
    given.write_text("0.0.0.0 a.example.com\nb.example.com\n")
    small, _ = names.two_lists(tmp_path, given, 300, 1000)
    assert small.read_text() == "a.example.com\nb.example.com\n"


def test_the_mix_is_what_it_says() -> None:
    lines = names.mix(["bad.example.com"], ["good.example.org"], 20_000)
    asked = Counter(line.split()[0] for line in lines)
    types = Counter(line.split()[1] for line in lines)
    assert abs(asked["bad.example.com"] / 20_000 - 0.3) < 0.02
    assert abs(types["AAAA"] / 20_000 - 0.3) < 0.02


def test_few_names_are_asked_for_most() -> None:
    drawn = Counter(names.zipf([str(rank) for rank in range(1, 1001)], 50_000, Random(1)))
    assert drawn["1"] > 1.6 * drawn["2"] > 1.2 * drawn["4"]
    assert sum(drawn[str(rank)] for rank in range(1, 101)) > 25_000


def test_unique_names_are_unique_in_and_between_rounds() -> None:
    first, second = names.unique(50_000, "0t"), names.unique(50_000, "1t")
    assert len({*first, *second}) == 100_000
