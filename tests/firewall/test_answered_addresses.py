# SPDX-License-Identifier: GPL-3.0-or-later
from ipaddress import ip_address

import pytest

from firewall import answered_addresses as module
from firewall.answered_addresses import Answers

PHONE, SERVER, SERVER6 = ip_address("192.168.77.10"), ip_address("198.51.100.5"), ip_address("2001:db8:5::5")
MAC = "aa:bb:cc:dd:ee:ff"


def test_an_answer_counts_for_its_device_and_its_time() -> None:
    held = Answers()
    assert not held.known(PHONE, MAC, SERVER, 0)
    held.learn(PHONE, MAC, SERVER, 300, 0)
    assert held.known(PHONE, None, SERVER, 299)
    assert not held.known(PHONE, None, SERVER, 301)
    assert not held.known(ip_address("192.168.77.11"), "aa:bb:cc:dd:ee:00", SERVER, 10)
    assert held.known(ip_address("192.168.77.12"), MAC, SERVER, 10), "the same device under its next address"


def test_asked_over_ipv4_connected_over_ipv6() -> None:
    held = Answers()
    assert [name for name, _, _ in held.learn(PHONE, MAC, SERVER6, 300, 0)] == ["answers_mac6"]
    assert held.known(ip_address("2001:db8:77::10"), MAC, SERVER6, 10)
    assert held.learn(PHONE, None, SERVER6, 300, 0) == []


def test_the_kernel_hears_only_what_is_new() -> None:
    held = Answers()
    assert len(held.learn(PHONE, MAC, SERVER, 300, 0)) == 2
    assert held.learn(PHONE, MAC, SERVER, 300, 30) == []
    assert len(held.learn(PHONE, MAC, SERVER, 300, 100)) == 2
    assert held.known(PHONE, None, SERVER, 399)


def test_a_short_answer_is_told_too() -> None:
    held = Answers()
    assert len(held.learn(PHONE, None, SERVER, 5, 1000)) == 1
    assert held.known(PHONE, None, SERVER, 1004)


def test_lines_are_what_load_reads() -> None:
    held, other = Answers(), Answers()
    held.learn(PHONE, MAC, SERVER, 300, 0)
    held.learn(PHONE, MAC, SERVER6, 100, 0)
    lines = sorted(held.lines(150))
    assert lines == [
        "add element inet telltale answers4 { 192.168.77.10 . 198.51.100.5 timeout 150s }",
        "add element inet telltale answers_mac4 { aa:bb:cc:dd:ee:ff . 198.51.100.5 timeout 150s }",
    ]
    other.load("answers4", [(("192.168.77.10", "198.51.100.5"), 150)], 150)
    other.load("answers_mac4", [((MAC, "198.51.100.5"), 150)], 150)
    assert sorted(other.lines(150)) == lines


def test_the_table_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ANSWERS_SIZE", 100)
    monkeypatch.setattr(module, "_ROOM", 10)
    held = Answers()
    for number in range(1000):
        held.learn(PHONE, None, ip_address(number + 2**31), 300, number / 100)
    assert len(held) <= 100
    assert held.known(PHONE, None, ip_address(999 + 2**31), 11)
    assert not held.known(PHONE, None, ip_address(2**31), 11)
