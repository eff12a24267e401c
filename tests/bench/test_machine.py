# SPDX-License-Identifier: GPL-3.0-or-later
"""A result says where and when it was measured."""

from pathlib import Path

import pytest

from bench import machine
from native.finder import Running, Way


def test_the_processor_is_named_on_a_pc_and_on_a_pi() -> None:
    assert machine.cpu_model("processor\t: 0\nmodel\t\t: 23\nmodel name\t: AMD Something\n") == "AMD Something"
    board = "Raspberry Pi 4 Model B Rev 1.4"
    assert machine.cpu_model(f"processor\t: 0\n\nModel\t\t: {board}\n") == board
    assert machine.cpu_model("") == ""


def test_who_sets_the_clock_is_told_where_the_kernel_tells(tmp_path: Path) -> None:
    assert machine.governors(tmp_path) == []
    for core in range(2):
        file = tmp_path / f"cpu{core}/cpufreq/scaling_governor"
        file.parent.mkdir(parents=True)
        file.write_text("ondemand\n")
    assert machine.governors(tmp_path) == ["ondemand"]


def test_idle_time_is_not_busy_time() -> None:
    assert machine.parse_busy("cpu  100 20 30 5000 70 1 2 3 0 0\ncpu0 1 1\n") == 156


def test_what_others_take_is_a_share() -> None:
    assert machine.Others().share() >= 0


def test_an_interpreter_says_how_it_was_built_or_that_it_does_not() -> None:
    assert machine.how_built("'--enable-optimizations' '--with-lto=full'", "GCC 12") == (
        "GCC 12, with a profile, link-time optimised"
    )
    assert "says nothing" in machine.how_built("'--prefix=/usr'", "GCC 12")


@pytest.mark.parametrize(
    ("running", "words"),
    [
        (Running(), "plain"),
        (Running(Way.COMPILED, 19, True), "compiled: 19 files, datagrams"),
        (Running(Way.COMPILED, 3), "compiled: 3 files"),
        (Running(Way.STALE, changed=("a", "b")), "plain (stale), 2 sources changed since"),
        (Running(Way.BROKEN, why="of another library"), "plain (broken), of another library"),
        (Running(Way.OFF), "plain (off)"),
    ],
)
def test_what_runs_is_told(running: Running, words: str) -> None:
    assert machine.way(running) == words


@pytest.mark.process
def test_this_machine_is_described() -> None:
    told = machine.describe()
    assert told.keys() >= {"cpu", "cores", "kernel", "python", "interpreter", "built", "compiled", "commit", "date"}
    assert all(value != "" for value in told.values())
