# SPDX-License-Identifier: GPL-3.0-or-later
"""AdGuard Home's querylog.json: lines as the program writes them, of several versions, and such as it never would."""

import base64
import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imported import import_file, read, rows

from store.imports import adguard_history
from store.imports.import_file import ImportDraft, Limits, Refused

pytestmark = pytest.mark.database

NXDOMAIN = base64.b64encode(bytes.fromhex("433f8183000100000000000002616e0679616e6465780272750000010001")).decode()
NOERROR = "Qz+BgAABAAEAAAAAAmFuBnlhbmRleAJydQAAAQABwAwAAQABAAAACgAEAAAAAA=="


def _line(**more: Any) -> str:
    plain = {
        "T": "2026-11-25T18:55:56.519796123+03:00", "QH": "Tracker.example", "QT": "A", "QC": "IN", "CP": "",
        "Upstream": "https://dns10.quad9.net:443/dns-query", "Answer": NOERROR, "IP": "192.168.1.21", "Result": {},
        "Elapsed": 837429,
    }  # fmt: skip
    return json.dumps({**plain, **more}) + "\n"


def _write(path: Path, *lines: str) -> Path:
    path.write_text("".join(lines), "utf-8")
    return path


def test_a_line_keeps_all_that_it_says(state: Path, tmp_path: Path) -> None:
    assert import_file(state, _write(tmp_path / "querylog.json", _line(CID="kitchen"))) == 1
    (row,) = rows(state)
    assert (row.time, row.name, row.type) == ("2026-11-25T15:55:56.519Z", "tracker.example", "A")
    assert row.client == "192.168.1.21"
    assert (row.verdict, row.origin, row.rcode, row.duration_ms) == ("PASS", "UPSTREAM", "NOERROR", 0.837)
    assert (row.upstream, row.company, row.source) == ("https://dns10.quad9.net:443/dns-query", "Acme", "adguard")


@pytest.mark.parametrize(
    ("result", "verdict", "blocklist", "rule"),
    [
        ({"Reason": 1, "Rules": [{"Text": "@@||a.example^"}]}, "ALLOW", "adguard:allowed", "a.example"),
        ({"IsFiltered": True, "Reason": 3, "Rules": [{"FilterListID": 42, "Text": "||an.example^"}]}, "BLOCK",
         "adguard:filter", "an.example"),
        ({"IsFiltered": True, "Reason": 3, "Rule": "0.0.0.0 an.example", "FilterID": 1}, "BLOCK", "adguard:filter",
         "an.example"),
        ({"IsFiltered": True, "Reason": 3, "Rules": [{"Text": "/ads[0-9]/"}]}, "BLOCK", "adguard:filter", "/ads[0-9]/"),
        ({"IsFiltered": True, "Reason": 4}, "BLOCK", "adguard:safe-browsing", None),
        ({"IsFiltered": True, "Reason": 5}, "BLOCK", "adguard:parental", None),
        ({"IsFiltered": True, "Reason": 6}, "REFUSE", None, None),
        ({"IsFiltered": True, "Reason": 7}, "LOCAL", "adguard:safe-search", None),
        ({"IsFiltered": True, "Reason": 8, "ServiceName": "tiktok"}, "BLOCK", "adguard:service", "tiktok"),
        ({"Reason": 9, "IPList": ["127.0.0.1"]}, "LOCAL", None, None),
        ({"Reason": 10}, "LOCAL", None, None),
        ({"Reason": 11}, "LOCAL", None, None),
    ],
)  # fmt: skip
def test_each_reason_is_known(
    state: Path, tmp_path: Path, result: dict[str, Any], verdict: str, blocklist: str | None, rule: str | None
) -> None:
    import_file(state, _write(tmp_path / "querylog.json", _line(Result=result)))
    (row,) = rows(state)
    assert (row.verdict, row.list, row.rule) == (verdict, blocklist, rule)


def test_the_answer_says_how_it_ended_and_a_cache_is_told(state: Path, tmp_path: Path) -> None:
    lines = [_line(Answer=NXDOMAIN, Cached=True), _line(T="2026-11-25T18:56:00Z", Upstream="")]
    import_file(state, _write(tmp_path / "querylog.json.1", *lines))
    first, second = rows(state)
    assert (first.rcode, first.origin, second.rcode, second.origin) == ("NXDOMAIN", "CACHE", "NOERROR", "SELF")


def test_a_packed_log_and_one_that_was_cut_are_taken_up_to_the_cut(state: Path, tmp_path: Path) -> None:
    whole = "".join(_line(T=f"2026-11-25T18:{at:02}:00Z") for at in range(30))
    (path := tmp_path / "querylog.json.gz").write_bytes(gzip.compress(whole[:-40].encode()))
    draft, bad = read(state, path)
    assert (draft.rows, bad.count, bad.first, bad.cut) == (29, 1, 30, True)
    path.write_bytes(gzip.compress(whole.encode())[:-30])
    with pytest.raises(Refused):
        read(state, path)


def test_many_lines_that_do_not_read_are_refused(state: Path, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="line 3: "):
        read(state, _write(tmp_path / "querylog.json", _line(), _line(), *['{"QH": 1}\n'] * 40))
    with pytest.raises(Refused, match="longer"):
        read(state, _write(tmp_path / "querylog.json", _line(), *[_line(QH="x" * 70_000)] * 12))
    assert [path.suffix for path in (state / "log-tasks").iterdir()] == []


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=150)
@given(field=st.sampled_from(["T", "QH", "QT", "IP", "CID", "Result", "Answer", "Elapsed", "Upstream"]), value=VALUES)
def test_a_hostile_line_is_a_row_or_is_none(
    field: str, value: object, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("draft")
    with ImportDraft(folder, "adguard", "x", Limits(0, 1 << 62)) as draft:
        for entry in (_line(**{field: value}), _line(Result={"Reason": value, "Rules": value})):
            try:
                draft.add([adguard_history.row(entry.encode("utf-8", "surrogatepass"), draft)])
            except (ValueError, RecursionError):
                continue
