# SPDX-License-Identifier: GPL-3.0-or-later
"""A result says where and when it was measured."""

import pytest

from bench import machine


def test_the_processor_is_named_on_a_pc_and_on_a_pi() -> None:
    assert machine.cpu_model("processor\t: 0\nmodel\t\t: 23\nmodel name\t: AMD Something\n") == "AMD Something"
    board = "Raspberry Pi 4 Model B Rev 1.4"
    assert machine.cpu_model(f"processor\t: 0\n\nModel\t\t: {board}\n") == board
    assert machine.cpu_model("") == ""


def test_idle_time_is_not_busy_time() -> None:
    assert machine.parse_busy("cpu  100 20 30 5000 70 1 2 3 0 0\ncpu0 1 1\n") == 156


def test_what_others_take_is_a_share() -> None:
    assert machine.Others().share() >= 0


@pytest.mark.process
def test_this_machine_is_described() -> None:
    told = machine.describe()
    assert told.keys() >= {"cpu", "cores", "kernel", "python", "commit", "date"}
    assert all(value != "" for value in told.values())
