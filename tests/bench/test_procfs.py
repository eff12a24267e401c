# SPDX-License-Identifier: GPL-3.0-or-later
"""What the kernel says is read rightly and summed over all processes of a server."""

import os
import subprocess
import sys
import time

import pytest

from bench import procfs
from bench.procfs import Stat


def test_a_command_may_hold_brackets_and_spaces() -> None:
    line = "77 (a) R (b) S 12 77 77 0 -1 4194560 10 0 0 0 250 50 30 20 20 0 1 0 123 456 789"
    assert procfs.parse_stat(line) == Stat(parent=12, ticks=350, ended=50)


def test_shared_memory_counts_by_its_share() -> None:
    text = "55 7f ---p 00000000 00:00 0 [rollup]\nRss:   9000 kB\nPss:    2345 kB\nPss_Dirty:  11 kB\n"
    assert procfs.parse_pss(text) == 2345
    assert procfs.parse_pss("") == 0


def test_written_bytes_are_those_of_the_disk() -> None:
    text = "rchar: 1\nwchar: 999\nsyscr: 1\nsyscw: 1\nread_bytes: 5\nwrite_bytes: 4096\ncancelled_write_bytes: 7\n"
    assert procfs.parse_io(text) == 4096


def test_a_family_is_the_process_and_all_that_descend_from_it() -> None:
    stats = {1: Stat(0, 0), 5: Stat(1, 0), 6: Stat(5, 0), 7: Stat(6, 0), 8: Stat(1, 0)}
    assert procfs.family(stats, 5) == [5, 6, 7]
    assert procfs.family(stats, 99) == []


@pytest.mark.process
def test_children_count_too() -> None:
    """A process of ours that starts another, which works for a while: its time is in the sum, and its memory."""
    work = "import time\nend = time.process_time() + 0.1\nwhile time.process_time() < end: pass\n"
    child = work + "print(1, flush=True)\ninput()"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}]); input()"
    with subprocess.Popen(
        [sys.executable, "-c", parent], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.readline()
        stats = procfs.all_stats()
        alone = stats[process.pid].ticks / os.sysconf("SC_CLK_TCK")
        assert procfs.cpu_seconds(process.pid) >= alone + 0.09
        assert procfs.pss_mib(process.pid) > 2
        before = procfs.cpu_seconds(process.pid)
        process.stdin.write("done\n")
        process.stdin.flush()
        while len(procfs.family(procfs.all_stats(), process.pid)) > 1:
            time.sleep(0.01)
        assert procfs.cpu_seconds(process.pid) >= before
        process.stdin.write("done\n")


def test_memory_that_is_shared_with_none() -> None:
    assert procfs.parse_private("Rss: 90 kB\nPrivate_Clean: 7 kB\nPrivate_Dirty:      48 kB\nReferenced: 1 kB\n") == 48
    assert procfs.parse_private("") == 0
