# SPDX-License-Identifier: GPL-3.0-or-later
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocklists.history import rule_dates
from blocklists.history.rule_dates import Dates, Since, dates_of, name_key, text_key
from blocklists.index import list_files
from blocklists.index.shard import Shard
from blocklists.rules.list_options import USUAL, Options
from blocklists.rules.rule import Kind

SEED = 7
EXACT, SUFFIX = Kind.BLOCK_EXACT, Kind.BLOCK_SUFFIX


class Copies:
    """A list's copy in a state directory, replaced as the list update does it."""

    def __init__(self, state: Path) -> None:
        self.state, self.old = state, None
        self.text, self.path = list_files.text_path(state, "l"), list_files.since_path(state, "l")
        self.text.parent.mkdir()
        self.options = USUAL

    def update(self, now: int, *lines: str) -> None:
        new = self.read(*lines)
        rule_dates.renewed(self.path, self.text, self.old, new, SEED, now).save(self.path)
        self.old = self.shard = new

    def read(self, *lines: str) -> Shard:
        self.text.write_text("\n".join([*lines, "||always.test^"]) + "\n")
        os.utime(self.text, (1, 1))
        return Shard.of_text(self.text, "adblock", SEED, self.options)

    def name(self, name: str, kind: Kind = SUFFIX) -> Since:
        dates = dates_of(self.state, "l")
        assert dates is not None
        return dates.of([name_key(kind, name, SEED)])

    old: Shard | None


@pytest.fixture
def copies(tmp_path: Path) -> Copies:
    return Copies(tmp_path)


def test_the_first_copy_says_by_then_and_an_update_says_when(copies: Copies) -> None:
    copies.update(100, "||a.test^")
    copies.update(200, "||a.test^", "||b.test^", "/regex[0-9]/")
    copies.update(300, "||a.test^", "||b.test^", "/regex[0-9]/", "||c.test^")
    assert copies.name("a.test") == Since(100, exact=False)
    assert copies.name("b.test") == Since(200, exact=True)
    assert copies.name("c.test") == Since(300, exact=True)
    dates = dates_of(copies.state, "l")
    assert dates is not None and dates.of([text_key("/regex[0-9]/", SEED)]) == Since(200, exact=True)


def test_a_rule_that_was_away_is_as_old_as_its_return(copies: Copies) -> None:
    copies.update(100, "||a.test^")
    copies.update(200, "||b.test^")
    copies.update(300, "||a.test^")
    copies.update(400, "||a.test^", "||b.test^")
    assert copies.name("a.test") == Since(300, exact=True)
    assert copies.name("b.test") == Since(400, exact=True)


def test_another_kind_of_rule_for_the_same_name_is_another_rule(copies: Copies) -> None:
    copies.update(100, "||a.test^")
    copies.update(200, "||a.test^", "|a.test^")
    assert (copies.name("a.test"), copies.name("a.test", EXACT)) == (Since(100, exact=False), Since(200, exact=True))


def test_a_copy_from_before_dates_were_kept_is_known_by_its_age(copies: Copies) -> None:
    assert dates_of(copies.state, "l") is None
    copies.old = copies.read("||a.test^")
    assert copies.name("a.test") == Since(1, exact=False)
    copies.update(200, "||a.test^", "||b.test^")
    assert (copies.name("a.test"), copies.name("b.test")) == (Since(1, exact=False), Since(200, exact=True))


def test_a_copy_that_is_read_otherwise_is_as_old_as_it_is_in_place(copies: Copies) -> None:
    copies.update(100, "a.test")
    copies.update(200, "a.test", "b.test")
    copies.options = Options(subdomains=True)
    rule_dates.reread(copies.path, copies.text, copies.read("a.test", "b.test"))
    assert copies.name("b.test") == copies.name("a.test") == Since(200, exact=False)


def test_damage_makes_dates_begin_anew_and_never_wrong(copies: Copies) -> None:
    copies.update(100, "||a.test^")
    copies.update(200, "||a.test^", "||b.test^")
    whole = copies.path.read_bytes()
    for damaged in (b"", b"{}\n", b"\xff\n", whole[:-8], whole + bytes(8), whole[:-3]):
        copies.path.write_bytes(damaged)
        assert copies.name("b.test") == Since(1, exact=False)


def test_the_oldest_updates_are_given_up_past_the_bounds(copies: Copies, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rule_dates, "MAX_DATED", 3)
    copies.update(100)
    copies.update(200, "||a.test^", "||b.test^")
    copies.update(300, "||a.test^", "||b.test^", "||c.test^", "||d.test^")
    assert copies.name("a.test") == Since(200, exact=False)
    assert copies.name("d.test") == Since(300, exact=True)
    copies.update(400, *(f"||{n}.test^" for n in range(9)))
    assert copies.name("5.test") == Since(400, exact=False)
    monkeypatch.setattr(rule_dates, "MAX_UPDATES", 2)
    for now in (500, 600, 700):
        copies.update(now, *(f"||{n}.test^" for n in range(9)), *(f"||n{n}.test^" for n in range(500, now + 1, 100)))
    assert (copies.name("n500.test"), copies.name("n700.test")) == (Since(500, exact=False), Since(700, exact=True))


@given(st.lists(st.sets(st.integers(0, 9), max_size=10), min_size=1, max_size=8))
def test_any_history_is_told_as_it_was(tmp_path_factory: pytest.TempPathFactory, history: list[set[int]]) -> None:
    copies, began = Copies(tmp_path_factory.mktemp("history")), dict[int, int]()
    for now, held in enumerate(history):
        copies.update(now, *(f"||n{number}.test^" for number in held))
        began = {number: began.get(number, now) for number in held}
    for number, then in began.items():
        assert copies.name(f"n{number}.test") == Since(then, exact=then > 0)


def test_dates_survive_the_file(tmp_path: Path) -> None:
    dates = Dates("how", 5, ((7, [1, 2**64 - 1]),))
    dates.save(tmp_path / "x.since")
    read = Dates.open(tmp_path / "x.since")
    assert read is not None
    assert (read.how, read.known) == ("how", 5)
    assert [(time, list(keys)) for time, keys in read.updates] == [(7, [1, 2**64 - 1])]


def test_no_rule_is_there_since_the_future(tmp_path: Path) -> None:
    list_files.text_path(tmp_path, "l").parent.mkdir(parents=True)
    list_files.text_path(tmp_path, "l").write_text("x.test\n")
    ahead = 4_000_000_000
    Dates("how", ahead, ((ahead, (7,)),)).save(list_files.since_path(tmp_path, "l"))
    dates = dates_of(tmp_path, "l")
    assert dates and dates.known < ahead and dates.of([7]).time < ahead and dates.of([7]).exact
