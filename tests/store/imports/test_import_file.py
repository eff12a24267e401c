# SPDX-License-Identifier: GPL-3.0-or-later
"""A draft takes rows in any order, holds its bounds, and leaves nothing where it is not published."""

from pathlib import Path

import pytest

from store.imports import import_file
from store.imports.history_row import outcome
from store.imports.import_file import SECOND_US, DamagedImport, ImportDraft, ImportFile, Limits, Refused

pytestmark = pytest.mark.database

LIMITS = Limits(0, 1 << 62)
PASSED, BLOCKED = outcome("pihole", 1, 0, 3), outcome("pihole", 1, 1, 4, "pihole:gravity")


def test_rows_come_back_by_time_with_their_words(tmp_path: Path) -> None:
    with ImportDraft(tmp_path, "pihole", "x.db", LIMITS) as draft:
        first, second = draft.client("10.0.0.1"), draft.client("10.0.0.1", "00:11:22:33:44:55")
        a, b = draft.key_of("a.example", PASSED), draft.key_of("b.example", BLOCKED)
        assert (draft.key_of("a.example", PASSED), first == second) == (a, False)
        draft.add([(9, first, b, 7), (5, second, a, -4), (7, first, a, 1 << 40)])
        path = draft.publish({first: 3})
    file = ImportFile(path)
    assert (file.source, file.rows, file.from_us, file.to_us) == ("pihole", 3, 5, 9)
    assert [row[1:] for row in file.read(0, 10)] == [(5, second, a, 0), (7, first, a, 60_000_000), (9, first, b, 7)]
    assert file.clients([first, second]) == {first: ("10.0.0.1", 3), second: ("10.0.0.1", 0)}
    assert file.keys([b]) == {b: ("b.example", BLOCKED)}
    file.close()


def test_a_second_is_read_whole(tmp_path: Path) -> None:
    with ImportDraft(tmp_path, "pihole", "x.db", LIMITS) as draft:
        who, key = draft.client("10.0.0.1"), draft.key_of("a.example", PASSED)
        draft.add([(SECOND_US + at, who, key, 0) for at in range(20)] + [(2 * SECOND_US, who, key, 0)])
        path = draft.publish({})
    file = ImportFile(path)
    assert len(first := file.read(0, 5)) == 20
    assert len(file.read(first[-1][0], 5)) == 1
    file.close()


def test_what_is_not_published_is_gone(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), ImportDraft(tmp_path, "pihole", "x.db", LIMITS) as draft:
        draft.add([(1, draft.client("10.0.0.1"), draft.key_of("a.example", PASSED), 0)])
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


def test_crowds_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_file, "MAX_IN_A_SECOND", 10)
    monkeypatch.setattr(import_file, "MAX_CLIENTS", 3)
    with pytest.raises(Refused, match="in one second"), ImportDraft(tmp_path, "pihole", "x", LIMITS) as draft:
        draft.add([(at, draft.client("10.0.0.1"), draft.key_of("a.example", PASSED), 0) for at in range(12)])
        draft.publish({})
    with pytest.raises(Refused, match="addresses"), ImportDraft(tmp_path, "pihole", "x", LIMITS) as draft:
        for at in range(5):
            draft.client(f"10.0.0.{at}")
    assert list(tmp_path.iterdir()) == []


def test_keys_beyond_what_is_remembered_are_kept_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_file, "MAX_KEYS", 3)
    names = [f"{at % 7}.example" for at in range(40)]
    with ImportDraft(tmp_path, "pihole", "x", LIMITS) as draft:
        keys = [draft.key_of(name, PASSED) for name in names]
        draft.add([(at, draft.client("10.0.0.1"), key, 0) for at, key in enumerate(keys)])
        file = ImportFile(draft.publish({}))
    told = file.keys(keys)
    assert [told[key][0] for key in keys] == names
    file.close()


def test_a_file_that_is_damaged_says_so(tmp_path: Path) -> None:
    (path := tmp_path / "1.import").write_bytes(b"x" * 5_000)
    with pytest.raises(DamagedImport):
        ImportFile(path)
