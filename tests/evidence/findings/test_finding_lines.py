# SPDX-License-Identifier: GPL-3.0-or-later
"""A finding as a line: its sentence, and the filter that finds its rows."""

from evidence.findings.finding import Finding, FindingKind, FindingState
from evidence.findings.finding_lines import lines, rows_filter
from evidence.findings.finding_rows import FindingRow

NOW = 1_790_000_000_000_000


def finding(names: tuple[str, ...], company: str | None, device: int = 2) -> Finding:
    return Finding(FindingKind.LEAK, device, company, "example.com", names, NOW, NOW, 3)


def test_rows_are_found_by_the_name_where_it_is_one_else_by_the_company() -> None:
    assert rows_filter(finding(("a.example.com",), "Them"))["name"] == "a.example.com"
    many = rows_filter(finding(("a.example.com", "b.example.com"), "Them"))
    assert many["company"] == "Them" and "name" not in many and many["device"] == "2"
    assert rows_filter(finding(("a.example.com", "b.example.com"), None))["name"] == "example.com"
    assert "device" not in rows_filter(finding((), None, 0))


def test_the_last_row_is_within_the_range() -> None:
    wanted = rows_filter(finding((), None))
    assert wanted["from"] == "2026-09-21T14:13:20.000Z" and wanted["to"] == "2026-09-21T14:13:20.001Z"


def test_a_device_that_is_gone_is_told_by_its_number() -> None:
    (line,) = lines([FindingRow(1, finding(("a.example.com",), None), FindingState.NEW, NOW, NOW)], {})
    assert "for 2 3 times" in line.sentence and line.device_id is None
