# SPDX-License-Identifier: GPL-3.0-or-later
from firewall.hits import RAW_SECONDS, CountingSet, HitCounter, counting_sets
from firewall.kernel import Element
from store.config.choices import WallMode

DOT = CountingSet("dot_watch_4", "dot", WallMode.WATCH)
RAW = CountingSet("raw_watch_4", "raw", WallMode.WATCH)
KEY = ("192.168.77.10", "8.8.8.8", "tcp", "853")


def element(packets: int, key: tuple[str, ...] = KEY) -> Element:
    return Element(key, packets, 100)


def test_each_look_counts_what_came_since_the_last() -> None:
    hits = HitCounter()
    (row,) = hits.take(DOT, [element(3)], 0, 1000)
    assert (row.client, row.kind, row.address, row.port, row.protocol, row.refused, row.count, row.time) == (
        "192.168.77.10", "dot", "8.8.8.8", 853, "tcp", False, 3, 1000)  # fmt: skip
    assert hits.take(DOT, [element(3)], 2, 1002) == []
    assert [row.count for row in hits.take(DOT, [element(8)], 4, 1004)] == [5]


def test_an_element_that_expired_and_came_again_counts_anew() -> None:
    hits = HitCounter()
    hits.take(DOT, [element(9)], 0, 0)
    assert [row.count for row in hits.take(DOT, [element(2)], 2, 2)] == [2]
    hits.take(DOT, [], 4, 4)
    assert [row.count for row in hits.take(DOT, [element(2)], 6, 6)] == [2]


def test_a_new_table_begins_at_nothing() -> None:
    hits = HitCounter()
    hits.take(DOT, [element(9)], 0, 0)
    hits.forget()
    assert [row.count for row in hits.take(DOT, [element(9)], 2, 2)] == [9]


def test_an_unnamed_address_waits_for_its_answer() -> None:
    hits = HitCounter()
    other = (*KEY[:1], "198.51.100.6", *KEY[2:])
    assert hits.take(RAW, [element(1), element(4, other)], 0, 0) == []
    assert hits.judge(lambda client, where: False, RAW_SECONDS / 2, 1) == []
    (row,) = hits.judge(lambda client, where: str(where) == "8.8.8.8", RAW_SECONDS, 2)
    assert (row.address, row.count, row.kind, row.refused) == ("198.51.100.6", 4, "raw", False)
    assert hits.waiting == 0
    assert hits.judge(lambda client, where: False, 99, 99) == []


def test_one_that_was_refused_waits_for_nothing() -> None:
    which = CountingSet("raw_enforce_4", "raw", WallMode.ENFORCE)
    assert [row.refused for row in HitCounter().take(which, [element(1)], 0, 0)] == [True]


def test_what_no_key_of_ours_is_makes_no_row() -> None:
    hits = HitCounter()
    assert hits.take(DOT, [element(1, ("a", "b")), element(1, ("192.168.77.10", "8.8.8.8", "tcp", "?"))], 0, 0) == []
    hits.take(RAW, [element(1, ("no", "address", "tcp", "1"))], 0, 0)
    assert hits.judge(lambda client, where: False, 99, 99) == []


def test_sets_by_name() -> None:
    made = counting_sets([("dot", WallMode.WATCH)], lambda kind, mode, version: f"{kind}-{mode.name}-{version}")
    assert [one.name for one in made] == ["dot-WATCH-4", "dot-WATCH-6"]
