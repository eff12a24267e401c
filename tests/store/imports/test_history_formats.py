# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose a file is, and what is none."""

import gzip
from pathlib import Path

import pytest
from imported import NOW_US, read, take_in
from pihole_log import PiHoleRow, write_v6

from store.imports import history_formats
from store.imports.history_formats import Format
from store.imports.import_file import Refused
from store.log.values import Source

pytestmark = pytest.mark.database


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('{"T":"2026-01-01T00:00:00Z","QH":"a.example","QT":"A","IP":"10.0.0.1"}\n', Format.ADGUARD),
        ('{"time":"2026-01-01T00:00:00Z","name":"a.example","client":"10.0.0.1"}\n', Format.JSONL),
        ("\n\nJan  1 00:00:00 dnsmasq[1]: query[A] a.example from 10.0.0.1\n", Format.DNSMASQ),
    ],
)
def test_a_format_is_found_out(tmp_path: Path, text: str, kind: Format) -> None:
    (path := tmp_path / "x").write_text(text)
    assert history_formats.detect(path) is kind
    path.write_bytes(gzip.compress(text.encode()))
    assert history_formats.detect(path) is kind
    assert history_formats.detect(write_v6(tmp_path / "p", [])) is Format.PIHOLE


@pytest.mark.parametrize("data", [b"", b"hello\n" * 300, b"\0" * 9_000, b"\x1f\x8b\0\0", b"[" * 90_000])
def test_what_is_none_is_refused(tmp_path: Path, data: bytes) -> None:
    (path := tmp_path / "x").write_bytes(data)
    with pytest.raises(Refused):
        history_formats.detect(path)


def test_every_reader_s_records_can_be_asked_for() -> None:
    assert {reader.source for reader in history_formats.READERS.values()} == {*Source} - {Source.OWN, Source.IMPORTED}


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing"):
        with pytest.raises(Refused):
            history_formats.detect(path)


def test_times_that_would_go_at_once_or_are_yet_to_come_are_counted(state: Path, tmp_path: Path) -> None:
    now = NOW_US / 1e6
    told = [PiHoleRow(at, "a.example") for at in (1e9, now - 500 * 86_400, now - 9, now + 600, 9e9)]
    draft, _ = read(state, write_v6(tmp_path / "p.db", told))
    assert (draft.rows, draft.too_old, draft.to_come) == (1, 2, 2)
    assert take_in(state) == 1
    draft, _ = read(state, write_v6(tmp_path / "q.db", told[:1]))
    assert (draft.rows, draft.too_old) == (0, 1)
    assert list((state / "log-tasks").iterdir()) == []
