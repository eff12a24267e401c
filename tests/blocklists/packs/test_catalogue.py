# SPDX-License-Identifier: GPL-3.0-or-later
"""The catalogue of public blocklists: enough of each kind, harmless at first, and checked when it is read."""

import re
from collections import Counter

import pytest

from blocklists.packs.catalogue import CatalogueError, load, parse
from store.config.choices import ListPurpose

ENTRIES = load()

GOOD = """
[[list]]
id = "a-list"
title = "A list"
source = "https://lists.example/a.txt"
format = "hosts"
licence = "MIT"
purpose = "ads"
about = "Blocks advertisements."
size = "small"
on = false
homepage = "https://lists.example"
"""


def test_there_is_a_choice_of_each_kind() -> None:
    count = Counter(entry.purpose for entry in ENTRIES)
    assert len(ENTRIES) >= 30
    assert count["general"] >= 8 and count["vendor"] >= 10 and count["doh"] >= 2 and count["malware"] >= 3
    assert {entry.size for entry in ENTRIES if entry.purpose == "general"} >= {"medium", "large"}


def test_lists_stand_in_the_order_of_the_page() -> None:
    order = [list(ListPurpose).index(ListPurpose(entry.purpose)) for entry in ENTRIES]
    assert order == sorted(order)


def test_only_light_lists_are_on_at_first() -> None:
    on = [entry for entry in ENTRIES if entry.on]
    assert 1 <= len(on) <= 2
    assert all(entry.size in ("small", "medium") and entry.purpose in ("general", "malware") for entry in on)


def test_texts_are_plain_sentences() -> None:
    for entry in ENTRIES:
        assert entry.about[0].isupper() and entry.about.endswith(".") and entry.about.count(". ") == 0, entry.about
        assert len(entry.about) <= 140 and len(entry.title) <= 40, entry.id


def test_a_source_names_one_file_and_no_person_or_secret() -> None:
    for entry in ENTRIES:
        assert re.fullmatch(r"https://[a-z0-9.-]+/[^\s@]*(@latest/[^\s@]+)?", entry.source), entry.source


def test_a_good_entry_is_read() -> None:
    (entry,) = parse(GOOD)
    assert (entry.id, entry.format, entry.on, entry.homepage) == ("a-list", "hosts", False, "https://lists.example")


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('id = "a-list"', 'id = "A list"', "lower-case words joined by hyphens"),
        ('id = "a-list"', 'id = "pack:a"', "lower-case words joined by hyphens"),
        ('"hosts"', '"zone"', "'zone' is none of hosts"),
        ('"ads"', '"fun"', "'fun' is none of general"),
        ('"small"', '"tiny"', "'tiny' is none of small"),
        ('source = "https:', 'source = "http:', "must begin with https://"),
        ('homepage = "https:', 'homepage = "ftp:', "must begin with https://"),
        ("on = false", 'on = "no"', "`on` must be true or false"),
        ('licence = "MIT"', 'licence = ""', "every other key a text"),
        ('licence = "MIT"', "", "missing or unknown keys: licence"),
        ('licence = "MIT"', 'licence = "MIT"\nkind = "x"', "missing or unknown keys: kind"),
    ],
)
def test_a_bad_entry_is_refused_by_name(old: str, new: str, reason: str) -> None:
    with pytest.raises(CatalogueError, match="list 1") as caught:
        parse(GOOD.replace(old, new))
    assert reason in str(caught.value)


def test_two_entries_may_not_share_an_id_or_a_source() -> None:
    with pytest.raises(CatalogueError, match="two lists have the id a-list"):
        parse(GOOD + GOOD)
    with pytest.raises(CatalogueError, match="two lists have the source"):
        parse(GOOD + GOOD.replace("a-list", "b-list").replace("A list", "B list"))


def test_more_than_two_on_at_first_are_refused() -> None:
    three = [GOOD.replace("a-list", i).replace("A list", i).replace("a.txt", i).replace("false", "true") for i in "xyz"]
    assert len(parse("".join(three[:2]))) == 2
    with pytest.raises(CatalogueError, match="more than 2 lists are on"):
        parse("".join(three))


def test_broken_toml_is_refused() -> None:
    with pytest.raises(CatalogueError, match="cannot be read"):
        parse("[[list]\n")
