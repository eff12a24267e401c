# SPDX-License-Identifier: GPL-3.0-or-later
"""The picture of a beat, from the list of findings; nothing else has one."""

import re
from contextlib import closing
from typing import Any

import asked_log

from evidence.base import evidence_file
from evidence.findings import finding_rows
from evidence.findings.finding import Finding, FindingKind
from evidence.findings.finding_rows import FindingFilter

END = asked_log.NOW
NAME = "<i>.beat.example"
BEAT = Finding(FindingKind.BEACON, 1, None, NAME, (NAME,), END - 9, END, 7, period_s=600.0, jitter=0.1, confidence=0.9)
LEAK = Finding(FindingKind.LEAK, 1, "Xiaomi", "Xiaomi", ("a.example",), END - 9, END, 7)


def test_a_beat_has_a_picture_and_a_table(visitor: Any) -> None:
    with closing(evidence_file.open_writer(visitor.home.state)) as con:
        finding_rows.keep(con, [BEAT, LEAK], END)
        numbers = {row.finding.kind: row.id for row in finding_rows.findings(con, FindingFilter())}
    links = re.findall(r"/evidence/beat\?finding=(\d+)", visitor.get("/evidence").text)
    assert links == [str(numbers[FindingKind.BEACON])]
    page = visitor.get(f"/evidence/beat?finding={links[0]}").text
    assert page.count('class="picture"') == 2 and "Look-ups by day" in page
    assert "<i>.beat" not in page and "&lt;i&gt;.beat.example" in page
    assert visitor.get(f"/evidence/beat?finding={numbers[FindingKind.LEAK]}").status_code == 404
    assert visitor.get("/evidence/beat?finding=999").status_code == 404
