# SPDX-License-Identifier: GPL-3.0-or-later
"""Companies of a month are those of its names, whether its days are added up by company or not, by which facts ever."""

import tempfile
from contextlib import closing
from pathlib import Path

import asked_log
import pytest
from asked_log import AAAA, START, A, Asked
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from blocklists.whose import facts
from blocklists.whose.company_memo import CompanyMemo
from blocklists.whose.facts import Correction
from evidence import process
from evidence.base import company_days, evidence_file, log_hours, passes
from evidence.base.group_sums import GroupSum, GroupSums
from evidence.base.reader import EvidenceReader
from store.log.records import Verdict
from store.log.rollup_tables import HOUR_US
from store.names.purpose import Kind

pytestmark = pytest.mark.database

DAY = START // HOUR_US // 24
KNOWN = CompanyMemo(facts.load())
BETTER = CompanyMemo(facts.load({"nobody.example": Correction(True, "Somebody", None, None, Kind.TRACKING)}))
NAMES = ["www.google.com", "app-measurement.com", "data.mistat.xiaomi.com", "nobody.example", "a.nobody.example"]
QUERIES = st.builds(
    lambda hour, offset, *more: Asked(START + hour * HOUR_US + offset, *more),
    st.integers(0, 50), st.integers(0, 3_000_000), st.integers(0, 2), st.sampled_from(NAMES),
    st.sampled_from([A, AAAA]), st.sampled_from(list(Verdict)), st.sampled_from([0, 2]),
)  # fmt: skip


def _follow(state: Path, known: CompanyMemo) -> int:
    with closing(evidence_file.open_writer(state)) as con, closing(log_hours.open_log(state)) as log:
        return company_days.follow(con, log, known)


def _both(state: Path, known: CompanyMemo, hours: tuple[int, int], device: int | None = None) -> list[GroupSum[object]]:
    """What the reader says, which is what the names say."""
    from_us, to_us = (START + hour * HOUR_US + 1_500_000 * (hour % 2) for hour in hours)
    with EvidenceReader(state) as reader:
        by_days = sorted(reader.companies(from_us, to_us, known, device), key=repr)
        assert by_days == sorted(reader.sums(from_us, to_us, known.__getitem__, device), key=repr)
    return list(by_days)


@settings(max_examples=examples(15))
@given(st.lists(QUERIES, min_size=1, max_size=40), st.integers(0, 60), st.none() | st.integers(0, 3),
       st.tuples(st.integers(-1, 30), st.integers(30, 60)), st.integers(1, 5))  # fmt: skip
def test_companies_are_those_of_the_names(
    asked: list[Asked], closed: int, device: int | None, within: tuple[int, int], most: int
) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(company_days, "MAX_PAIRS", most)  # so that days are added up in parts
        state = Path(folder)
        asked_log.write(state, asked)
        passes.run(state, START + closed * HOUR_US)
        _follow(state, KNOWN)
        _both(state, KNOWN, within, device)
        _both(state, BETTER, within, device)
        _follow(state, BETTER)
        _both(state, BETTER, within, device)


@pytest.fixture
def state(tmp_path: Path) -> Path:
    asked_log.write(tmp_path, [Asked(START + hour * HOUR_US + 5, hour % 3, NAMES[hour % 5]) for hour in range(72)])
    passes.run(tmp_path, START + 80 * HOUR_US)
    return tmp_path


def test_days_are_read_by_company_alone_once_they_are_added_up(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = _both(state, KNOWN, (0, 72))
    assert _follow(state, KNOWN) == 3 and _follow(state, KNOWN) == 0
    with monkeypatch.context() as patch:
        patch.setattr(company_days, "days", lambda con, version: {DAY, DAY + 1, DAY + 2})
        assert _both(state, KNOWN, (0, 72)) == before
    with closing(evidence_file.open_writer(state)) as con:
        con.execute("UPDATE day_sums SET devices = x'00', sums = x'00'")  # nobody looks at them
    with EvidenceReader(state) as reader:
        assert sorted(reader.companies(START, START + 72 * HOUR_US, KNOWN), key=repr) == before


def test_better_facts_hold_at_once_and_days_follow(state: Path) -> None:
    _follow(state, KNOWN)
    told = _both(state, BETTER, (0, 72))
    assert {each.key for each in told} >= {("Somebody", Kind.TRACKING)}
    assert _follow(state, BETTER) == 3
    assert _both(state, BETTER, (0, 72)) == told


def test_a_day_goes_when_an_hour_of_it_changes(state: Path) -> None:
    _follow(state, KNOWN)
    asked_log.write(state, [Asked(START + 30 * HOUR_US + 9, 1, NAMES[1])])
    passes.run(state, START + 80 * HOUR_US)
    with closing(evidence_file.open_reader(state)) as con:
        assert company_days.days(con, KNOWN.version) == {DAY, DAY + 2}
    _both(state, KNOWN, (0, 72))
    assert _follow(state, KNOWN) == 1


def test_a_pass_makes_them(state: Path) -> None:
    done = process.work(state, START + 80 * HOUR_US)
    assert not done.error
    with closing(evidence_file.open_reader(state)) as con:
        assert company_days.days(con, KNOWN.version) == {DAY, DAY + 1, DAY + 2}


def test_a_day_with_many_names_is_read_by_parts_of_them(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked_log.write(state, [Asked(START + 9, 1, f"n{number}.storm.example") for number in range(40)])
    passes.run(state, START + 80 * HOUR_US)
    at_once = []
    monkeypatch.setattr(company_days, "MAX_PAIRS", 10)
    add = GroupSums.add
    monkeypatch.setattr(GroupSums, "add", lambda sums, number, block: (
        at_once.append(sum(map(len, block.places.values()))), add(sums, number, block)))  # fmt: skip
    _follow(state, KNOWN)
    assert len(at_once) >= 6 and max(at_once) == 10
    monkeypatch.undo()
    _both(state, KNOWN, (0, 72))
