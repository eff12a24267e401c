# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of findings: what it shows, its filters, and the buttons that say what becomes of each."""

import html
import re
from contextlib import closing
from typing import Any

from evidence.base import evidence_file
from evidence.findings import finding_rows
from evidence.findings.finding import Finding, FindingKind, FindingState
from evidence.findings.finding_rows import FindingFilter

NOW = 1_790_000_000_000_000
LEAK = Finding(FindingKind.LEAK, 1, "Xiaomi", "Xiaomi", ("a.example", "b.example"), NOW - 9, NOW, 7)
HOSTILE = Finding(FindingKind.NEW_NAME, 0, None, "<b>x</b>.example", ("<b>x</b>.example",), NOW, NOW, 1)


def kept(visitor: Any) -> None:
    with closing(evidence_file.open_writer(visitor.home.state)) as con:
        finding_rows.keep(con, [LEAK, HOSTILE], NOW)


def state_of(visitor: Any, number: int) -> FindingState:
    with closing(evidence_file.open_reader(visitor.home.state)) as con:
        return finding_rows.finding(con, number).state


def test_without_evidence_it_says_so(visitor: Any) -> None:
    assert "Nothing was found so far." in visitor.get("/evidence").text


def test_findings_are_shown_with_their_rows_and_nothing_of_them_is_markup(visitor: Any) -> None:
    kept(visitor)
    page = visitor.get("/evidence").text
    assert "Tracking by Xiaomi was answered for Redmi Note 13 7 times." in page
    assert "<b>x</b>" not in page and "&lt;b&gt;x&lt;/b&gt;" in page
    assert "device=1" in page and "names=" in page
    assert visitor.get("/queries?from=2026-09-21T00:00:00Z&device=1&company=Xiaomi").status_code == 200


def test_how_many_there_are_stands_first_by_kind_and_by_device(visitor: Any) -> None:
    kept(visitor)
    page = html.unescape(visitor.get("/evidence").text)
    assert "2 findings, 1 of them tracking that was answered. Most are of Redmi Note 13: 1." in page
    with closing(evidence_file.open_reader(visitor.home.state)) as con:
        for anchor, column in (("by-kind", "kind"), ("by-device", "device_id")):
            card = page.partition(f'id="{anchor}"')[2].partition("</section>")[0]
            counts = con.execute(f"SELECT count(*) FROM findings GROUP BY {column}").fetchall()
            assert sorted(re.findall(r'top-count"><b>(\d+)<', card)) == sorted(str(count) for (count,) in counts)
    assert '<details class="card" open>' in visitor.get("/evidence?kind=leak").text
    assert "Nothing here wants a look." in visitor.get("/evidence?state=muted").text


def test_filters_and_odd_ones(visitor: Any) -> None:
    kept(visitor)
    assert "Xiaomi was answered" not in visitor.get("/evidence?kind=new_name").text
    assert "Xiaomi was answered" in visitor.get("/evidence?device=1&kind=&state=&company=").text
    assert visitor.get("/evidence?kind=nonsense&device=x&state=y&before=z").status_code == 200


def test_a_button_says_what_becomes_of_it_and_leads_back(visitor: Any) -> None:
    kept(visitor)
    with closing(evidence_file.open_reader(visitor.home.state)) as con:
        number = finding_rows.findings(con, FindingFilter(kind=FindingKind.LEAK))[0].id
    sent = visitor.form("/evidence/findings/state", id=str(number), state="muted", back="/evidence?device=1")
    assert sent.headers["location"] == "/evidence?device=1"
    assert state_of(visitor, number) is FindingState.MUTED
    assert "Xiaomi was answered" not in visitor.get("/evidence").text
    assert "Xiaomi was answered" in visitor.get("/evidence?state=muted").text
    assert visitor.form("/evidence/findings/state", id="999", state="seen").status_code == 404
