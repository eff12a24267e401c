# SPDX-License-Identifier: GPL-3.0-or-later
"""What dnsperf prints at its end becomes numbers."""

from pathlib import Path

import pytest

from bench import dnsperf

OUTPUT = """[Status] Testing complete (time limit)

Statistics:

  Queries sent:         100210
  Queries completed:    100200 (99.99%)
  Queries lost:         10 (0.01%)

  Response codes:       NOERROR 100000 (99.80%), SERVFAIL 200 (0.20%)
  Average packet size:  request 31, response 60
  Run time (s):         2.004000
  Queries per second:   50000.000000

  Average Latency (s):  0.001 (min 0.000020, max 0.031)
"""


def test_the_statistics_are_read() -> None:
    ran = dnsperf.parse(OUTPUT)
    assert (ran.sent, ran.completed, ran.lost) == (100210, 100200, 10)
    assert ran.rate == pytest.approx(50_000)
    assert ran.rcodes == {"NOERROR": 100_000, "SERVFAIL": 200}


def test_what_a_server_did_not_answer_stands_beside_what_that_cost_it() -> None:
    ran = dnsperf.parse(OUTPUT)
    assert dnsperf.shortfall([ran, ran]) == "20 lost, 400 SERVFAIL"
    assert dnsperf.shortfall([ran], lost=False) == "200 SERVFAIL"
    assert dnsperf.shortfall([dnsperf.Ran(5, 5, 1.0, {"NOERROR": 3, "NXDOMAIN": 2})]) == ""


def test_its_complaint_is_told() -> None:
    with pytest.raises(dnsperf.DnsperfFailed, match="cannot open"):
        dnsperf.parse("Error: cannot open file\n")


def test_it_is_held_to_its_core_and_its_bounds() -> None:
    line = dnsperf.command(5300, Path("q.txt"), seconds=1.5, core=1, limit=1000, loops=2)
    assert line[:4] == ["taskset", "-c", "1", "dnsperf"]
    assert {"-Q", "1000", "-n", "2", "-l", "1.5"} <= set(line)
    assert dnsperf.command(5300, Path("q.txt"), seconds=1, core=None)[0] == "dnsperf"
