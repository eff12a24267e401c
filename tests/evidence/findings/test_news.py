# SPDX-License-Identifier: GPL-3.0-or-later
"""What is new, and what is not: the first week, CDN labels, what the company tells already."""

from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.findings import news
from evidence.findings.finding import MAX_NAMES, Cause, Finding, FindingKind
from evidence.findings.news import LEARNING_US, First, TooManyWords, find, find_by_parts

DAY = 86_400_000_000
BEGUN = 100 * DAY
LATER = BEGUN + LEARNING_US + DAY


def first(
    name: str, at_us: int = LATER, device: int = 1, company: str | None = None, tracking: bool = False
) -> First:
    return First(device, name, ".".join(name.split(".")[-2:]), company, tracking, at_us)


OLD = [first("old.example", BEGUN), first("old.example", BEGUN, device=2), first("x.them.example", BEGUN, 2, "Them")]


def new(recent: Iterable[First], older: Iterable[First] = OLD, cause: Cause = Cause.NONE) -> list[Finding]:
    return list(find(recent, older, lambda device, at_us: cause))


def test_a_site_that_a_device_never_asked_for_is_new_once_with_its_names() -> None:
    (finding,) = new([first("a.new.example"), first("b.new.example", LATER + 5)], [*OLD, first("x.y", BEGUN)])
    assert finding.kind is FindingKind.NEW_NAME and finding.device_id == 1 and finding.key == "new.example"
    assert finding.names == ("a.new.example", "b.new.example") and finding.first_us == LATER


def test_new_labels_below_a_known_site_are_no_news() -> None:
    assert new([first("r3---sn-abc.cdn.test")], [*OLD, first("r1---sn-xyz.cdn.test", BEGUN)]) == []


def test_the_first_week_of_a_device_and_of_the_home_learns_in_silence() -> None:
    assert new([first("a.test", BEGUN + LEARNING_US - 1)]) == []
    assert len(new([first("a.test", BEGUN + LEARNING_US)])) == 1
    assert new([first("a.test", LATER, device=9), first("b.test", LATER + DAY, device=9)]) == []  # just moved in
    assert new([first("a.test")], []) == []


def test_a_company_is_told_in_place_of_its_sites() -> None:
    (finding,) = new([first("a.new.example", company="Spy", tracking=True), first("b.other.example", company="Spy")])
    assert finding.kind is FindingKind.NEW_COMPANY and finding.key == finding.company == "Spy"
    assert len(finding.names) == 2


def test_another_site_of_a_known_company_is_a_new_name() -> None:
    (finding,) = new([first("a.site.test", device=2, company="Them")])
    assert finding.kind is FindingKind.NEW_NAME and finding.company == "Them"


def test_what_devices_that_nobody_knows_ask_for_is_news_of_the_home_alone() -> None:
    (finding,) = new([first("a.test", LATER, 0), first("z.old.example", LATER, 0)], [*OLD, first("b.zero", BEGUN, 0)])
    assert finding.device_id == 0 and finding.key == "a.test"
    (known,) = new([first("a.test", LATER, 0), first("a.test", LATER - 1)], [*OLD, first("b.zero", BEGUN, 0)])
    assert known.device_id == 1


def test_it_is_louder_for_the_home_for_tracking_and_while_idle() -> None:
    (quiet,) = new([first("x.them.example", company="Them")], [*OLD, first("z.them.example", BEGUN, 1)])
    (of_home,) = new([first("a.test")])
    (tracking,) = new([first("a.test", company="Spy", tracking=True)])
    (idle,) = new([first("a.test", company="Spy", tracking=True)], cause=Cause.IDLE)
    louder = [quiet.confidence, of_home.confidence, tracking.confidence, idle.confidence]
    assert louder == sorted(set(louder)) == [0.4, 0.6, 0.8, 1.0] and idle.cause is Cause.IDLE


def test_one_that_another_device_asked_for_at_the_same_time_is_each_ones_own() -> None:
    findings = new([first("a.test"), first("a.test", LATER + 1, device=2)])
    assert [(finding.device_id, finding.confidence) for finding in findings] == [(1, 0.6), (2, 0.4)]


@pytest.mark.parametrize("step", [1, 7, 311, 312])
def test_of_many_names_the_earliest_are_told_in_whatever_order_they_come(step: int) -> None:
    count = 313
    rows = [first(f"n{number:03}.new.example", LATER + number) for number in range(count)]
    (finding,) = new([rows[place * step % count] for place in range(count)])
    assert finding.names == tuple(row.name for row in rows[:MAX_NAMES]) and finding.count == count
    assert (finding.first_us, finding.last_us) == (LATER, LATER + count - 1)


def test_no_more_names_are_held_than_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    made, held = list[news._Rows](), list[int]()

    class Watched(news._Rows):
        def __init__(self) -> None:
            super().__init__()
            made.append(self)

    def rows() -> Iterator[First]:
        for number in range(1000):
            yield first(f"n{number}.new.example", LATER + number)
            held.append(sum(len(each.rows) for each in made))

    monkeypatch.setattr(news, "_Rows", Watched)
    assert new(rows())[0].count == 1000
    assert MAX_NAMES <= max(held) < 2 * MAX_NAMES


FIRSTS = st.builds(
    lambda device, name, day, company: first(name, BEGUN + day * DAY, device, company),
    st.integers(0, 3), st.sampled_from(["a.one.example", "b.one.example", "a.two.test", "x.y", "z.y"]),
    st.integers(0, 20), st.none() | st.sampled_from(["Them", "Spy"]),
)  # fmt: skip


@given(st.lists(FIRSTS, max_size=30), st.integers(1, 4))
def test_by_parts_the_same_is_new(rows: list[First], parts: int) -> None:
    recent = [row for row in rows if row.first_us >= LATER - DAY]
    older = [row for row in rows if row.first_us < LATER - DAY]

    def read(part: int | None) -> tuple[list[First], list[First]]:
        def of_part(rows: list[First]) -> list[First]:
            return [row for row in rows if part is None or len(row.site) % parts == part]

        return of_part(recent), of_part(older)

    by_parts = list(find_by_parts(read, parts, lambda device, at_us: Cause.NONE))
    assert sorted(map(repr, by_parts)) == sorted(map(repr, find(recent, older)))


def test_where_too_many_may_be_new_none_is_told() -> None:
    recent = [first(f"a.{number}.test") for number in range(5)]
    assert len(list(find(recent, OLD, most=6))) == 5
    with pytest.raises(TooManyWords):
        next(find([*recent, first("b.company.test", company="Spy")], OLD, most=6))
