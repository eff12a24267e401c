# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever was asked and whatever range is wanted: pairs and beats are counts over the log's records."""

import tempfile
from pathlib import Path

import asked_log
import pytest
from asked_log import AAAA, HTTPS, NOW, START, TXT, A, Asked
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.base import passes
from evidence.base.log_hours import SECOND_US
from evidence.base.reader import EvidenceReader
from store.log.records import Verdict
from store.log.rollup_tables import HOUR_US

pytestmark = pytest.mark.database

# Clustered, so that look-ups of several types fall together, also where an hour ends.
TIMES = st.builds(
    lambda hour, offset: START + hour * HOUR_US + offset,
    st.integers(0, 4), st.integers(-1_500_000, 1_500_000) | st.integers(0, HOUR_US - 1),
)  # fmt: skip
QUERIES = st.builds(
    Asked, TIMES, st.integers(0, 2), st.sampled_from(["a.example", "b.example", "c.b.example"]),
    st.sampled_from([A, A, AAAA, HTTPS, TXT]), st.sampled_from(list(Verdict)), st.sampled_from([0, 2, 3]),
)  # fmt: skip
EDGES = st.builds(lambda hours, offset: START + hours * HOUR_US + offset, st.integers(-1, 6),
                  st.sampled_from([0, 0, 1, 1_700_000_123]))  # fmt: skip


def as_sums(reader: EvidenceReader, *wanted: object, **more: object) -> dict[tuple[int, str], asked_log.Sums]:
    pairs = reader.pairs(*wanted, **more)  # type: ignore[arg-type]
    return {
        (pair.device_id, pair.name): (
            pair.queries, pair.lookups, pair.blocked, pair.answered, pair.failed, pair.first_us, pair.last_us,
        )
        for pair in pairs
    }  # fmt: skip


@settings(max_examples=examples(20))
@given(
    st.lists(QUERIES, min_size=1, max_size=30), st.tuples(EDGES, EDGES), st.none() | st.integers(0, 2), st.booleans(),
    st.integers(1, 7),
)  # fmt: skip
def test_pairs_and_beats_are_counts_over_records(
    asked: list[Asked], edges: tuple[int, int], device: int | None, roll: bool, closed: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        state, (from_us, to_us) = Path(folder), sorted(edges)
        asked_log.write(state, asked, roll)
        rows = asked_log.times(state, asked)
        passes.run(state, START + closed * HOUR_US)  # what is not over by then stays the log's
        with EvidenceReader(state) as reader:
            names = {"a.example", "c.b.example"}
            for wanted in (None, names):
                within = {
                    row for row in rows if from_us <= row.at_us < to_us and device in (None, row.device)
                    and (wanted is None or row.name in wanted)
                }  # fmt: skip
                assert as_sums(reader, from_us, to_us, device, wanted) == asked_log.sums(rows, within.__contains__)
            for name in names:
                assert reader.beats(1, name, from_us, to_us) == asked_log.seconds(rows, 1, name, from_us, to_us)


def test_more_beats_than_are_kept_come_from_the_log(tmp_path: Path) -> None:
    asked = [Asked(START + number * 7 * SECOND_US, 1, "a.example") for number in range(500)]
    asked_log.write(tmp_path, asked)
    passes.run(tmp_path, NOW)
    with EvidenceReader(tmp_path) as reader:
        assert reader.beats(1, "a.example", START, NOW) == [(START // SECOND_US) + 7 * number for number in range(500)]
    (tmp_path / "querylog.db").unlink()
    with EvidenceReader(tmp_path) as reader:  # the log is gone: what evidence has is told still
        assert [pair.lookups for pair in reader.pairs(START, NOW)] == [500]
        assert reader.beats(1, "a.example", START, NOW) == []


def test_without_anything_there_is_nothing(tmp_path: Path) -> None:
    with EvidenceReader(tmp_path) as reader:
        assert reader.pairs(0, NOW) == [] and reader.beats(1, "a.example", 0, NOW) == []
    assert list(tmp_path.iterdir()) == []
