# SPDX-License-Identifier: GPL-3.0-or-later
"""The test from this machine asks where devices ask."""

from __future__ import annotations

from typing import Any

import pytest

from store.privacy import own_questions
from webui.first_run import own_tests
from webui.first_run.home_addresses import HomeAddresses

AT = HomeAddresses("192.168.1.2", "fd12::2")


class Answer:
    rcode = 0


def asked(monkeypatch: pytest.MonkeyPatch, silent: tuple[str, ...] = ()) -> list[tuple[str, Any]]:
    seen: list[tuple[str, Any]] = []

    def ask(name: str, server: tuple[str, int], timeout: float, source: str = "") -> Answer | None:
        assert (source == own_questions.ADDRESS) is (name == own_questions.PASSED), "else it is in the log"
        seen.append((name, server))
        return None if name in silent or server[0] in silent else Answer()

    monkeypatch.setattr(own_tests.stub, "ask", ask)  # type: ignore[attr-defined]
    return seen


def test_wildcards_are_asked_where_they_are_met(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = asked(monkeypatch)
    lines = own_tests.run(("0.0.0.0:53", "[::]:53"), AT, "telltale")
    assert all(line.passed for line in lines) and len(lines) == 4
    assert {server for _, server in seen} == {("192.168.1.2", 53), ("127.0.0.1", 53), ("fd12::2", 53)}


def test_who_is_silent_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    asked(monkeypatch, ("192.168.1.2", "example.com"))
    lines = own_tests.run(("0.0.0.0:53",), AT, "telltale")
    assert [line.passed for line in lines] == [False, True, False]
    assert "192.168.1.2" in lines[0].sentence and "example.com" in lines[2].sentence


def test_without_an_address_nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked(monkeypatch)
    assert own_tests.run((), AT, "telltale") == []
