# SPDX-License-Identifier: GPL-3.0-or-later
"""A look at a list tells its format, names, odd lines and what is blocked already, and refuses what is no list."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest
from lived_in_home import _lived as _lived
from lived_in_home import _settled as _settled
from lived_in_home import lived_in as lived_in
from lived_in_home import looker as looker
from web_app import _lent_apps as _lent_apps

from evidence.whatif import list_preview, list_preview_process
from evidence.whatif.list_preview import preview
from evidence.whatif.preview_values import ListPreview
from evidence.whatif.whatif_change import BadChange
from evidence.whatif.whatif_process import Teller
from store.base.typed_json import read_as

pytestmark = pytest.mark.database


def looked(home: Any, path: Path, content: bytes, format_: str | None = None, *, allow: bool = False) -> ListPreview:
    path.write_bytes(content)
    return preview(home.state, {}, path, "", format_, allow=allow)


def test_a_list_is_counted_and_sampled(looker: Any, tmp_path: Path) -> None:
    text = "# title\n" + "".join(f"ads{number}.example\n" for number in range(30)) + "what is this line\n"
    seen = looked(looker.home, tmp_path / "list", text.encode())
    assert (seen.format, seen.names, seen.rules, seen.lines, seen.covered) == ("domains", 30, 30, 32, 0)
    assert seen.samples[0] == "ads0.example" and seen.tried == 30
    assert [(line.number, line.text) for line in seen.odd] == [(32, "what is this line")] and seen.odd[0].why
    assert sum(seen.skipped.values()) >= 1
    packed = looked(looker.home, tmp_path / "packed", gzip.compress(text.encode()))
    assert (packed.names, packed.format) == (30, "domains")


def test_what_is_blocked_already_is_told_with_the_list(looker: Any, tmp_path: Path) -> None:
    names = "data.mistat.xiaomi.com\nsdkconfig.ad.xiaomi.com\nx.data.mistat.xiaomi.com\nnew.example\n"
    seen = looked(looker.home, tmp_path / "list", names.encode())
    assert (seen.tried, seen.covered) == (4, 3) and seen.by[0].id == "pack:xiaomi" and seen.by[0].names == 3


def test_of_many_names_some_are_looked_up(looker: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_preview, "MAX_TRIED", 10)
    text = "".join(f"n{number}.example\n" for number in range(95))
    seen = looked(looker.home, tmp_path / "list", text.encode())
    assert 10 <= seen.tried <= 11 and seen.names == 95


def test_what_the_home_needs_is_told(looker: Any, tmp_path: Path) -> None:
    seen = looked(looker.home, tmp_path / "list", b"ads.example\ntime.windows.com\n||com^\n")
    assert any("time.windows.com" in rule for rule in seen.guarded) and all(seen.guarded.values())


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<!DOCTYPE html><html><body>Log in</body></html>", "web page"), (b"", "empty"),
        (b"\x00\x01\x02\xff" * 500, "binary"), (b"PK\x03\x04abc", "zip archive"),
        (b"# only a comment\n", "no rule"), (gzip.compress(b"a.example\n" * 9000, mtime=0)[:40], "gzip"),
    ],
)
def test_what_is_no_list_is_refused_in_a_sentence(looker: Any, tmp_path: Path, content: bytes, words: str) -> None:
    with pytest.raises(BadChange, match=words):
        looked(looker.home, tmp_path / "list", content)


def test_the_process_answers_with_values_or_a_fault(looker: Any, tmp_path: Path) -> None:
    path, said = tmp_path / "list", Teller(io.StringIO())
    path.write_text("a.example\ntime.windows.com\n")
    asked = {"state": str(looker.home.state), "path": str(path), "source": "", "format": "", "allow": False}
    last = json.loads(json.dumps(list_preview_process.answer(asked, {}, said)))
    seen = read_as(ListPreview, last["effect"])
    assert seen is not None and seen.names >= 1 and seen.guarded and seen.kinds
    far = list_preview_process.answer({**asked, "source": "http://127.0.0.1:9/x"}, {}, said)
    assert "It was not fetched" in far["fault"]
    gone = list_preview_process.answer({**asked, "path": str(tmp_path / "none" / "x")}, {}, said)
    assert "could not be stored" in gone["fault"]
