# SPDX-License-Identifier: GPL-3.0-or-later
"""dnsmasq's log as several programs write it down: lines become queries, with what became of them."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from imported import NOW_US, import_file, read, rows

from store.imports import dnsmasq_lines
from store.imports.import_file import Refused

pytestmark = pytest.mark.database

PLAIN = """\
Nov 27 12:00:00 dnsmasq[5]: query[A] a.example from 192.168.1.21
Nov 27 12:00:00 dnsmasq[5]: query[AAAA] a.example from 192.168.1.21
Nov 27 12:00:00 dnsmasq[5]: forwarded a.example to 9.9.9.9
Nov 27 12:00:00 dnsmasq[5]: forwarded a.example to 9.9.9.9#5353
Nov 27 12:00:01 dnsmasq[5]: reply a.example is NODATA-IPv6
Nov 27 12:00:01 dnsmasq[5]: reply a.example is <CNAME>
Nov 27 12:00:01 dnsmasq[5]: reply b.example is 192.0.2.1
Nov 27 12:00:02 dnsmasq[5]: query[A] c.example from 192.168.1.22
Nov 27 12:00:02 dnsmasq[5]: cached c.example is NXDOMAIN
Nov 27 12:00:03 dnsmasq[5]: query[A] ads.example from 192.168.1.22
Nov 27 12:00:03 dnsmasq[5]: config ads.example is 0.0.0.0
Nov 27 12:00:04 dnsmasq[5]: query[A] nas.lan from 192.168.1.22
Nov 27 12:00:04 dnsmasq[5]: /etc/hosts nas.lan is 192.168.1.5
Nov 27 12:00:05 dnsmasq[5]: query[A] bad.example from 192.168.1.22
Nov 27 12:00:05 dnsmasq[5]: gravity blocked bad.example is 0.0.0.0
Nov 27 12:00:06 dnsmasq[5]: query[type=65] d.example from fd00::7
Nov 27 12:00:06 dnsmasq[5]: forwarded d.example to 9.9.9.9
Nov 27 12:00:07 dnsmasq[5]: reply d.example is SERVFAIL
Nov 27 12:00:08 dnsmasq[5]: query[A] e.example from 192.168.1.22
Nov 27 12:00:08 dnsmasq[5]: forwarded e.example to 9.9.9.9
Nov 27 12:00:09 kernel: something else
Nov 27 12:05:09 dnsmasq[5]: read /etc/hosts - 3 names
"""


@pytest.fixture(autouse=True)
def zone_anew() -> Iterator[None]:
    """Minutes are remembered as they are in the zone of this machine, and no test may leave another one's."""
    dnsmasq_lines._minute_us.cache_clear()
    yield
    dnsmasq_lines._minute_us.cache_clear()


def _write(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    os.utime(path, (NOW_US / 1e6, NOW_US / 1e6))
    return path


def test_lines_become_queries_with_what_became_of_them(state: Path, tmp_path: Path) -> None:
    import_file(state, _write(tmp_path / "dnsmasq.log", PLAIN))
    assert [(row.name, row.type, row.verdict, row.origin, row.rcode, row.upstream) for row in rows(state)] == [
        ("a.example", "A", "PASS", "UPSTREAM", "NOERROR", "9.9.9.9:5353"),
        ("a.example", "AAAA", "PASS", "UPSTREAM", "NOERROR", "9.9.9.9"),
        ("c.example", "A", "PASS", "CACHE", "NXDOMAIN", None),
        ("ads.example", "A", "BLOCK", "SELF", "NOERROR", None),
        ("nas.lan", "A", "LOCAL", "SELF", "NOERROR", None),
        ("bad.example", "A", "BLOCK", "SELF", "NOERROR", None),
        ("d.example", "HTTPS", "PASS", "UPSTREAM", "SERVFAIL", "9.9.9.9"),
        ("e.example", "A", "PASS", "UPSTREAM", "no answer", "9.9.9.9"),
    ]
    assert [row.list for row in rows(state) if row.verdict == "BLOCK"] == ["dnsmasq:config", "pihole:gravity"]
    wanted = time.mktime((2026, 11, 27, 12, 0, 0, 0, 0, -1))
    assert rows(state)[0].time_us // 1_000_000 == wanted
    assert import_file(state, tmp_path / "dnsmasq.log") == 0


@pytest.mark.parametrize(
    "begin",
    [
        "Nov 27 12:00:00 router dnsmasq[5]: ",
        "Fri Nov 27 12:00:00 2026 daemon.info dnsmasq[5]: ",
        "2026-11-27T12:00:00+00:00 router dnsmasq[5]: ",
        "2026-11-27T12:00:00.250000+0000 router dnsmasq[5-77]: ",
        "2026-11-27 12:00:00 dnsmasq[5]: ",
        "<30>1 2026-11-27T12:00:00Z router dnsmasq 5 - - ",
        "<30>Nov 27 12:00:00 dnsmasq[5]: ",
        "1795780800.25 dnsmasq[5]: ",
    ],
)
def test_a_line_may_begin_in_many_ways(
    state: Path, tmp_path: Path, begin: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    try:
        who = "7 192.168.1.21/53124"
        said = [f"{who} query[A] a.example from 192.168.1.21", f"{who} reply a.example is 192.0.2.1"]
        import_file(state, _write(tmp_path / "dnsmasq.log", "".join(f"{begin}{each}\n" for each in said)))
        (row,) = rows(state)
        assert row.time[:19] == "2026-11-27T12:00:00"
        assert (row.name, row.rcode, row.source) == ("a.example", "NOERROR", "dnsmasq")
    finally:
        monkeypatch.undo()
        time.tzset()


def test_numbers_of_queries_tell_which_one_an_answer_is_for(state: Path, tmp_path: Path) -> None:
    begin = "2026-11-27T12:00:0{}.500000Z router dnsmasq[5]: "
    said = [
        (0, "7 192.168.1.21/5 query[A] a.example from 192.168.1.21"),
        (1, "8 192.168.1.22/5 query[A] a.example from 192.168.1.22"),
        (3, "8 192.168.1.22/5 reply a.example is 192.0.2.1"),
        (4, "7 192.168.1.21/5 reply a.example is NXDOMAIN"),
    ]
    import_file(state, _write(tmp_path / "d.log", "".join(begin.format(at) + each + "\n" for at, each in said)))
    assert [(row.client, row.rcode, row.duration_ms) for row in rows(state)] == [
        ("192.168.1.21", "NXDOMAIN", 4000.0), ("192.168.1.22", "NOERROR", 2000.0),
    ]  # fmt: skip


def test_years_are_counted_back_from_the_last_line(state: Path, tmp_path: Path) -> None:
    asked = "{} 12:00:00 dnsmasq[5]: query[A] a.example from 192.168.1.21\n"
    import_file(state, _write(tmp_path / "d.log", "".join(map(asked.format, ["Dec 30", "Jan  2", "Nov 27"]))))
    assert [row.time[:10] for row in rows(state)] == ["2025-12-30", "2026-01-02", "2026-11-27"]


def test_a_clock_that_begins_anew_moves_no_year(state: Path, tmp_path: Path) -> None:
    """pi-hole/FTL#145: a machine without a clock of its own writes 1 January after each start, until it is set."""
    asked = "{} dnsmasq[5]: query[A] a.example from 192.168.1.21\n"
    times = ["Nov 25 12:00:00", "Jan  1 00:00:04", "Nov 26 12:00:00", "Jan  1 00:00:03", "Nov 27 11:00:00"]
    draft, bad = read(state, _write(tmp_path / "d.log", "".join(map(asked.format, times))))
    assert (draft.rows, draft.to_come, bad.count) == (3, 2, 0)
    import_file(state, tmp_path / "d.log")
    assert [row.time[:10] for row in rows(state)] == ["2026-11-25", "2026-11-26", "2026-11-27"]


def test_leases_in_the_log_name_devices(state: Path, tmp_path: Path) -> None:
    lines = (
        "Nov 27 11:59:00 dnsmasq-dhcp[5]: DHCPACK(br-lan) 192.168.1.21 02:aa:bb:cc:dd:ee phone\n"
        "Nov 27 12:00:00 dnsmasq[5]: query[A] a.example from 192.168.1.21\n"
    )
    draft, _ = read(state, _write(tmp_path / "d.log", lines))
    assert draft.rows == 1
    from contextlib import closing
    from sqlite3 import connect

    with closing(connect(state / "config.db")) as con:
        assert con.execute("SELECT found_name, mac FROM device JOIN device_mac ON device_id = id").fetchall() == [
            ("phone", "02:aa:bb:cc:dd:ee")
        ]


def test_a_log_of_something_else_is_refused(state: Path, tmp_path: Path) -> None:
    with pytest.raises(Refused):
        read(state, _write(tmp_path / "x.log", "Nov 27 12:00:00 sshd[5]: hello\n" * 30))
    with pytest.raises(Refused, match="no query"):
        read(state, _write(tmp_path / "x.log", "Nov 27 12:00:00 dnsmasq[5]: started\n"))
