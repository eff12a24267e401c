# SPDX-License-Identifier: GPL-3.0-or-later
"""A finding as a line: its sentence, and the filter that finds its rows."""

from dataclasses import replace

from evidence.findings.finding import Cause, Finding, FindingKind, FindingState
from evidence.findings.finding_lines import lines, rows_filter
from evidence.findings.finding_rows import FindingRow

NOW = 1_790_000_000_000_000
NAMES = ("a.example.com", "b.example.com")
BEACON = Finding(FindingKind.BEACON, 2, "Them", "a.example.com", NAMES[:1], NOW, NOW, 3)
LEAK = Finding(FindingKind.LEAK, 2, "Them", "Them no_list", NAMES, NOW, NOW, 3, cause=Cause.NO_LIST, verdict="PASS")


def test_rows_are_found_by_the_name_where_it_is_one_else_by_the_company() -> None:
    assert rows_filter(BEACON)["names"] == "a.example.com"
    many = rows_filter(replace(BEACON, names=NAMES))
    assert many["company"] == "Them" and "names" not in many and many["device"] == "2"
    assert rows_filter(replace(BEACON, names=NAMES, company=None))["names"] == "a.example.com"
    assert "device" not in rows_filter(replace(BEACON, names=(), company=None, device_id=0))


def test_rows_of_a_leak_are_those_of_its_names_that_were_judged_so() -> None:
    wanted = rows_filter(LEAK)
    assert wanted == {
        "from": "2026-09-21T14:13:20.000000Z", "to": "2026-09-21T14:13:20.000001Z", "device": "2",
        "names": "a.example.com,b.example.com", "verdict": "PASS", "source": "own",
    }  # fmt: skip
    paused = replace(LEAK, cause=Cause.PAUSE, verdict="ALLOW")
    assert rows_filter(paused)["list"] == "pause"
    assert rows_filter(replace(paused, cause=Cause.ALLOW_LIST, blocklist="good"))["list"] == "good"
    assert rows_filter(replace(LEAK, imported=True))["source"] == "imported"


def test_rows_of_the_wall_are_on_its_page() -> None:
    wall = replace(LEAK, kind=FindingKind.BYPASS, key="wall dot 192.0.2.1", names=("192.0.2.1",))
    (line,) = lines([FindingRow(1, wall, FindingState.NEW, NOW, NOW)], {2: "Phone"})
    assert rows_filter(wall) == {} and line.rows == "/bypass?range=7d"


def test_a_device_that_is_gone_is_told_by_its_number_and_what_faded_as_over() -> None:
    row = FindingRow(1, replace(LEAK, names=NAMES[:1]), FindingState.DONE, NOW, NOW, faded=True)
    (line,) = lines([row], {})
    assert "for 2 3 times" in line.sentence and line.device_id is None and line.records
    assert line.state_words == "over by itself"
