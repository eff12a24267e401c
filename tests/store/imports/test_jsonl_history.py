# SPDX-License-Identifier: GPL-3.0-or-later
"""What was exported goes back in: the same rows, marked, and none of them twice."""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imported import NOW_US, import_file, read, rows, writer

from store.imports import jsonl_history
from store.imports.import_file import ImportDraft, Limits, Refused
from store.log.batches import Batch
from store.log.records import NO_ANSWER, Key, Origin, Verdict
from store.log.values import QueryFilter
from store.stats import export
from store.stats.sqlite_reader import open_reader

pytestmark = pytest.mark.database

KEYS = [
    Key("a.example", 1, int(Verdict.PASS), int(Origin.UPSTREAM), "", "", 0, "9.9.9.9"),
    Key("=a.example", 65_000, int(Verdict.BLOCK), int(Origin.MEMO), "pack:x", "*.example", 3, ""),
    Key(r"\001\195\164.example", 28, int(Verdict.REFUSE), int(Origin.SELF), "", "", NO_ANSWER, ""),
]


def _recorded(state: Path) -> None:
    log = writer(state)
    told = [(NOW_US - 1_000_000 * at, at % 2, at % 3, 1_500 + at) for at in range(60, 0, -1)]
    log.add(Batch(1, 0, 1, ["192.168.1.2", "fd00::7"], KEYS, told), lambda address: None)
    log.commit(90)
    log.close()


@contextmanager
def _exported(state: Path, path: Path) -> Iterator[Path]:
    with closing(open_reader(state)) as log:
        path.write_text("".join(export.jsonl_text(log.export(QueryFilter()))), "utf-8")
    yield path


def test_an_export_adds_nothing_where_it_came_from(state: Path, tmp_path: Path) -> None:
    _recorded(state)
    with _exported(state, tmp_path / "log.jsonl") as path:
        assert import_file(state, path) == 0
    assert len(rows(state)) == 60


def test_an_export_is_the_same_elsewhere_but_for_its_mark(state: Path, tmp_path: Path) -> None:
    _recorded(state)
    (other := tmp_path / "other").mkdir()
    (other / "config.db").write_bytes((state / "config.db").read_bytes())
    with _exported(state, tmp_path / "log.jsonl") as path:
        assert import_file(other, path) == 60
        assert import_file(other, path) == 0
    wanted = [replace(row, source="telltale", device=None, device_id=None, list_title=row.list) for row in rows(state)]
    assert [replace(row, device=None, device_id=None, list_title=row.list) for row in rows(other)] == wanted


def test_a_plain_line_is_enough_and_others_are_told(state: Path, tmp_path: Path) -> None:
    lines = ['{"time": "2026-11-28T10:00:00+01:00", "client": "192.168.1.2", "name": "a.example"}', '{"time": 3}', "{"]
    (path := tmp_path / "x.jsonl").write_text("\n".join(lines))
    draft, bad = read(state, path)
    assert (draft.rows, bad.count, bad.first, bad.cut) == (1, 2, 2, True)
    path.write_text(lines[0] + "\n" + "{}\n" * 50)
    with pytest.raises(Refused, match="50 of 51"):
        read(state, path)


FIELDS = ["time", "time_us", "client", "name", "type", "verdict", "origin", "rcode", "duration_ms", "list", "source"]
VALUES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=9), st.lists(st.none()))


@settings(max_examples=150)
@given(st.dictionaries(st.sampled_from(FIELDS), VALUES))
def test_a_hostile_line_is_a_row_or_is_none(tmp_path_factory: pytest.TempPathFactory, more: dict[str, object]) -> None:
    plain = {"time": "2026-11-28T10:00:00Z", "client": "192.168.1.2", "name": "a.example"}
    with ImportDraft(tmp_path_factory.mktemp("draft"), "telltale", "x", Limits(0, 1 << 62)) as draft:
        try:
            draft.add([jsonl_history.row(json.dumps({**plain, **more}).encode(), draft)])
        except (ValueError, RecursionError):
            return
