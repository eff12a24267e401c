# SPDX-License-Identifier: GPL-3.0-or-later
"""What is told of a span is the difference, by process and in all, for each second and each query."""

import os
import select
import subprocess
import sys

import pytest

from bench import idle, procfs
from bench.idle import Spent


def test_a_span_is_told_by_process_and_in_all() -> None:
    before = {"worker-1": Spent(1_000.0, 10, 2_048), "gone": Spent(1.0, 1, 1)}
    after = {"worker-1": Spent(101_000.0, 30, 3_072), "new": Spent(5.0, 5, 5)}
    told = idle.told(before, after, 100, 10.0)
    assert told["processes"] == {"worker-1": {"percent": 1.0, "wakeups": 2.0, "mib": 3.0}}
    assert (told["percent"], told["wakeups"], told["mib"], told["query_us"]) == (1.0, 2.0, 3.0, 1000.0)


def test_where_nothing_is_asked_there_is_no_time_a_query() -> None:
    assert "query_us" not in idle.told({}, {}, 0, 10.0)


def test_waits_are_those_that_a_thread_chose() -> None:
    text = "Name:\tx\nvoluntary_ctxt_switches:\t150\nnonvoluntary_ctxt_switches:\t545\n"
    assert procfs.parse_waits(text) == 150
    assert procfs.parse_waits("") == 0


@pytest.mark.process
def test_a_process_that_waits_is_seen_to_wake() -> None:
    """Each line that it is sent wakes it once."""
    echo = "import sys\nfor line in sys.stdin: print(line, end='', flush=True)"
    with subprocess.Popen(
        [sys.executable, "-c", echo], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for _ in range(2):
            before = procfs.wakeups(process.pid)
            process.stdin.write("a line\n")
            select.select([process.stdout], [], [])
            process.stdout.readline()
        assert procfs.wakeups(process.pid) > before
        spent = idle.spent(os.getpid())
        assert any(each.cpu_us > 0 and each.pss_kib > 0 for each in spent.values())
        process.stdin.close()
