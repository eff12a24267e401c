# SPDX-License-Identifier: GPL-3.0-or-later
"""Ways around DNS and silence, put together by device and company."""

from dataclasses import replace

from evidence.findings import ways_around
from evidence.findings.dns_bypass import AskedLine, SilentLine
from evidence.findings.finding import Cause, FindingKind
from store.wall.bypass import BypassRow

LINE = AskedLine("Phone", 3, "10.0.0.3", "dns.example", "doh", "Encrypted DNS", "Them", 9, 2, 100, 900)
SEEN = BypassRow(50, 60, "10.0.0.3", 3, "dot", "192.0.2.1", 853, "tcp", False, "Them", 4)


def test_names_of_a_dns_service_are_one_finding_where_some_were_answered() -> None:
    other = replace(LINE, name="doh.example", client="10.0.0.4", count=1, blocked=1, first_us=50)
    gone = replace(LINE, device_id=None)
    (way,) = ways_around.asked([other, LINE, gone])
    assert (way.kind, way.company, way.key) == (FindingKind.BYPASS, "Them", "dns Them")
    assert (way.names, way.count, way.first_us, way.last_us) == (("dns.example", "doh.example"), 10, 50, 900)
    assert list(ways_around.asked([other])) == []  # the wall's list blocked all of it


def test_what_passed_the_wall_is_told_and_what_it_refused_is_not() -> None:
    rows = [SEEN, replace(SEEN, address="192.0.2.2", last=90), replace(SEEN, refused=True), replace(SEEN, kind="ntp")]
    (way,) = ways_around.seen(rows)
    assert (way.kind, way.key, way.names) == (FindingKind.BYPASS, "wall dot Them", ("192.0.2.1", "192.0.2.2"))
    assert (way.count, way.first_us, way.last_us) == (8, 50_000_000, 90_000_000)


def test_a_network_that_a_list_refuses_is_a_leak_around_dns() -> None:
    (leak,) = ways_around.seen([replace(SEEN, kind="network", company=None)])
    assert (leak.kind, leak.cause, leak.key) == (FindingKind.LEAK, Cause.BYPASS, "wall network 192.0.2.1")


def test_silence_is_told_by_the_last_query() -> None:
    (silence,) = ways_around.silent([SilentLine("Phone", 3, 777, 12)])
    assert (silence.kind, silence.first_us, silence.last_us, silence.count) == (FindingKind.SILENT, 777, 777, 1)
