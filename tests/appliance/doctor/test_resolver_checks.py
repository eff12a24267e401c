# SPDX-License-Identifier: GPL-3.0-or-later
"""The doctor on who really answers: this machine's own resolver, and somebody on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from observed import observed

from appliance.doctor import resolver_checks
from appliance.doctor.examined import OK, WARNING
from appliance.doctor.observation import Observation
from appliance.process import port_owner
from appliance.process.port_owner import Holder
from store.base.process_parts import State
from store.config.settings import Settings
from wire import stub
from wire.message import Response
from wire.types import NXDOMAIN

LOOPBACK, REAL = bytes((127, 0, 0, 1)), bytes((93, 184, 215, 14))
Answer = Callable[[str, str], Response | None]


@pytest.fixture
def conf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A resolv.conf of the test's own."""
    path = tmp_path / "resolv.conf"
    path.write_text("# comment\nnameserver 192.168.1.1\nsearch lan\nnameserver fd00::1 # two\nnameserver\n")
    monkeypatch.setattr(resolver_checks, "RESOLV_CONF", path)
    return path


def answer_with(monkeypatch: pytest.MonkeyPatch, answer: Answer) -> list[tuple[str, str]]:
    """Whoever is asked answers so; the questions, by server and name."""
    asked: list[tuple[str, str]] = []

    def ask(name: str, server: tuple[str, int], *_: object) -> Response | None:
        asked.append((server[0], name))
        return answer(server[0], name)

    monkeypatch.setattr(stub, "ask", ask)
    monkeypatch.setattr(resolver_checks, "_reaches_out", lambda: True)
    return asked


def answering(state: Path, *upstreams: str) -> Observation:
    """Seen while DNS answers, with these upstreams."""
    seen = observed(state)
    settings = Settings(upstreams=upstreams or ("9.9.9.9",))
    return replace(seen, settings=settings, health=replace(seen.health, dns=State.OK))


def addresses(*packed: bytes) -> Response:
    return Response(0, b"", (len(packed), 0, 0), addresses=list(packed))


def test_the_stub_of_systemd_resolved_is_named_with_both_commands(
    prepared: Path, conf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(port_owner, "find", lambda *_: Holder("127.0.0.53", 53, None, None))
    answer_with(monkeypatch, lambda *_: Response(NXDOMAIN, b"", (0, 0, 0)))
    found = next(iter(resolver_checks.own_resolver(observed(prepared, dns="0.0.0.0:53"))))
    assert found.state == WARNING
    assert all(command in found.cure for command in port_owner.resolved_cure())
    assert all(f.state == OK for f in resolver_checks.own_resolver(observed(prepared, dns="0.0.0.0:5300")))


def test_resolv_conf_is_read(conf: Path) -> None:
    assert resolver_checks.nameservers(conf.read_text()) == ["192.168.1.1", "fd00::1"]


def test_whether_this_machine_asks_telltale_is_told_by_its_answer(
    prepared: Path, conf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody = Response(NXDOMAIN, b"", (0, 0, 0))
    answers: dict[str, Response | None] = {"192.168.1.1": addresses(LOOPBACK), "fd00::1": nobody}
    asked = answer_with(monkeypatch, lambda server, _: answers[server])
    first, ours, others = resolver_checks.own_resolver(answering(prepared))
    assert "192.168.1.1, fd00::1" in first.text
    assert ours.text.startswith("192.168.1.1 leads to Telltale") and "goes around" in others.text
    assert {name for _, name in asked} == {"_health.telltale"}
    answers.update({"192.168.1.1": None, "fd00::1": None})
    _, silent = resolver_checks.own_resolver(answering(prepared))
    assert silent.state == WARNING and "blocklists cannot be fetched" in silent.text and str(conf) in silent.cure
    answers.update({"192.168.1.1": nobody})
    assert len(list(resolver_checks.own_resolver(answering(prepared)))) == 2, "one of two is enough"


def test_nobody_is_asked_while_telltale_does_not_answer(
    prepared: Path, conf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = answer_with(monkeypatch, lambda *_: addresses(REAL))
    silent = answering(prepared)
    silent = replace(silent, health=replace(silent.health, dns=State.DOWN))
    assert len(list(resolver_checks.own_resolver(silent))) == 1
    assert not list(resolver_checks.on_the_way(silent)) and not asked


def test_who_answers_for_nobody_is_on_the_way(prepared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = answer_with(monkeypatch, lambda *_: addresses(REAL))
    (found,) = resolver_checks.on_the_way(answering(prepared))
    assert found.state == WARNING and "192.0.2.53" in found.text and "encrypted" in found.cure
    assert {server for server, _ in asked} == {"192.0.2.53"}


@pytest.mark.parametrize("upstreams", [("tls://9.9.9.9#dns.quad9.net",), ("192.168.1.1",), ("127.0.0.1:5335",)])
def test_where_nothing_goes_out_in_the_clear_nobody_is_asked(
    prepared: Path, upstreams: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = answer_with(monkeypatch, lambda *_: addresses(REAL))
    assert not list(resolver_checks.on_the_way(answering(prepared, *upstreams))) and not asked


def test_our_own_wall_is_nobody_strange_and_silence_is_as_it_should_be(
    prepared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_with(monkeypatch, lambda _, name: addresses(LOOPBACK) if name.startswith("_health") else addresses(REAL))
    assert not list(resolver_checks.on_the_way(answering(prepared)))
    answer_with(monkeypatch, lambda *_: None)
    assert not list(resolver_checks.on_the_way(answering(prepared)))
