# SPDX-License-Identifier: GPL-3.0-or-later
"""What is told of a span is the difference, by process and in all, for each second and each query."""

import os
import subprocess
import sys

import pytest
from waiting import until

from bench import procfs, spending
from bench.spending import Spent


def test_a_span_is_told_by_process_and_in_all() -> None:
    before = {"worker-1": Spent(1_000.0, 10, 2_048), "gone": Spent(1.0, 1, 1)}
    after = {"worker-1": Spent(101_000.0, 30, 3_072), "new": Spent(5.0, 5, 1_024)}
    told = spending.told(before, after, 100, 10.0)
    assert told["processes"] == {"worker-1": {"percent": 1.0, "wakeups": 2.0, "mib": 3.0}}
    assert (told["percent"], told["wakeups"], told["mib"], told["query_us"]) == (1.0, 2.0, 4.0, 1000.0)


def test_what_ends_meanwhile_costs_what_it_took_since_then() -> None:
    """Its parent's account takes all that it ever took."""
    before = {"supervisor": Spent(10.0, 0, 0), "webui": Spent(1_000.0, 0, 0)}
    assert spending.cpu_us(before, {"supervisor": Spent(1_110.0, 0, 0)}) == 100.0


def test_where_nothing_is_asked_there_is_no_time_a_query() -> None:
    assert "query_us" not in spending.told({}, {}, 0, 10.0)


def test_waits_are_those_that_a_thread_chose() -> None:
    text = "Name:\tx\nvoluntary_ctxt_switches:\t150\nnonvoluntary_ctxt_switches:\t545\n"
    assert procfs.parse_waits(text) == 150
    assert procfs.parse_waits("") == 0


@pytest.mark.process
def test_a_process_that_waits_is_seen_to_wake() -> None:
    """Each line that it is sent wakes it, once it waits for one."""
    echo = "import sys\nfor line in sys.stdin: print(line, end='', flush=True)"
    with subprocess.Popen(
        [sys.executable, "-c", echo], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None

        def echoed() -> int:
            process.stdin.write("a line\n")
            process.stdout.readline()
            return procfs.wakeups(process.pid)

        before = echoed()
        until(lambda: echoed() > before)
        found = spending.spent(os.getpid())
        assert any(each.cpu_us > 0 and each.pss_kib > 0 for each in found.values())
        process.stdin.close()


@pytest.mark.process
def test_a_child_that_has_ended_is_no_gift() -> None:
    """It works for ten ticks of the clock, ends, and is counted; so is a thread."""
    busy = "import time\nwhile time.process_time() < 0.1: pass"
    before = procfs.ended_us(os.getpid())
    subprocess.run([sys.executable, "-c", busy], check=True)
    assert procfs.ended_us(os.getpid()) - before >= 90_000
    assert procfs.process_us(os.getpid()) > 0
    with pytest.raises(OSError, match=r"."):
        procfs.process_us(2**22 + 1)


@pytest.mark.process
def test_what_an_ended_one_took_is_told_before_it_is_waited_for() -> None:
    """Else it would be counted to a span in which its parent waits for it, long after."""
    pid = os.fork()
    if pid == 0:
        sum(range(300_000))
        os._exit(0)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    parts = spending.spent(os.getpid())
    assert any(each.cpu_us > 0 and not each.pss_kib for each in parts.values())
    os.waitpid(pid, 0)
