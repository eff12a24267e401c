# SPDX-License-Identifier: GPL-3.0-or-later
"""The log as a file: all that fits, by time, from one look; nothing in it is a formula."""

import csv
import io
import json
from contextlib import closing
from pathlib import Path

import pytest
from imported import NOW_US, writer

from store.log.batches import Batch
from store.log.records import COLUMNS, Key
from store.log.values import QueryFilter
from store.stats import export
from store.stats.sqlite_reader import open_reader

pytestmark = pytest.mark.database

NAMES = ["a.example", "=1+2.example", "+b", "-c", "@d", "\te", 'f"g,h\n.example']


def _record(state: Path, count: int, first: int = 0) -> None:
    log = writer(state)
    keys = [Key(name, 1, 0, 3, "", "", 0, "") for name in NAMES]
    told = [(NOW_US - 10_000_000 + (first + at) * 1_000, 0, (first + at) % len(NAMES), 5) for at in range(count)]
    log.add(Batch(1, 0, first + 1, ["10.0.0.1"], keys, told), lambda address: None)
    log.commit(90)
    log.close()


def test_csv_is_safe_for_spreadsheets_and_reads_back(tmp_path: Path) -> None:
    _record(tmp_path, 14)
    with closing(open_reader(tmp_path)) as log:
        lines = list(csv.DictReader(io.StringIO("".join(export.csv_text(log.export(QueryFilter()))), newline="")))
    assert list(lines[0]) == [column.name for column in COLUMNS]
    assert len(lines) == 14
    assert not any(value and value[0] in "=+-@\t\r\n" for line in lines for value in line.values())
    assert {line["name"].removeprefix("'") for line in lines} == set(NAMES)


def test_lines_of_json_steer_no_terminal(tmp_path: Path) -> None:
    log, hostile = writer(tmp_path), "a\x9b2J\u202e.example"
    log.add(Batch(1, 0, 1, ["10.0.0.1"], [Key(hostile, 1, 0, 3, "", "", 0, "")], [(NOW_US, 0, 0, 5)]), lambda _: None)
    log.commit(90)
    log.close()
    with closing(open_reader(tmp_path)) as reader:
        text = "".join(export.jsonl_text(reader.export(QueryFilter())))
    assert text.rstrip("\n").isprintable() and json.loads(text)["name"] == hostile


def test_filters_are_those_of_the_log(tmp_path: Path) -> None:
    _record(tmp_path, 14)
    with closing(open_reader(tmp_path)) as log:
        wanted = QueryFilter(name="a.example", from_us=NOW_US - 10_000_000 + 1)
        found = [json.loads(line) for line in "".join(export.jsonl_text(log.export(wanted))).splitlines()]
        assert [entry["time_us"] for entry in found] == [NOW_US - 10_000_000 + 7_000]
        with pytest.raises(ValueError, match="no verdict"):
            list(log.export(QueryFilter(verdict="nonsense")))


def test_it_is_one_look_however_long_it_takes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "STEP_ROWS", 10)
    _record(tmp_path, 50)
    with closing(open_reader(tmp_path)) as log:
        parts = log.export(QueryFilter())
        first = next(parts)
        _record(tmp_path, 20, 50)
        assert len(first) == 10
        assert sum(map(len, parts)) == 40
