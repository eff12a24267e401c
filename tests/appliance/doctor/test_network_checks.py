# SPDX-License-Identifier: GPL-3.0-or-later
"""The doctor on ports, answers and upstreams."""

import os
import socket
from pathlib import Path
from typing import Any

import pytest

from appliance.doctor import health, network_checks
from appliance.doctor.finding import BAD, OK, WARNING, Patient
from appliance.process import port_owner
from appliance.process.port_owner import Holder
from resolver.answer import local_names
from store.config import edit, lists, session
from store.config.settings import Settings

HEAD = b"\0\0\x81\x80\0\1\0\1\0\0\0\0"
SINK, REAL = (0, HEAD + bytes(4)), (0, HEAD + bytes([192, 0, 2, 1]))


def patient(state: Path, dns: str = "127.0.0.1:5300", **status: Any) -> Patient:
    return Patient(state, {}, Settings(dns=(dns,), web="127.0.0.1:0", upstreams=("127.0.0.1:9",)), status)


def running(state: Path) -> Patient:
    return patient(state, supervisor={"dns": ["127.0.0.1:5300"], "web": "127.0.0.1:80", "warnings": ["Careful."]})


def answer_with(monkeypatch: pytest.MonkeyPatch, **answers: Any) -> None:
    """DNS as the doctor finds it: by name, `other` for the rest."""

    def ask(name: str, *_: Any, **__: Any) -> Any:
        return answers.get(name.replace(".", "_"), answers.get("other"))

    monkeypatch.setattr(health, "ask", ask)


def test_a_port_that_is_held_is_named(prepared: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        found = list(network_checks.ports(patient(prepared, f"127.0.0.1:{other.getsockname()[1]}")))
    assert [finding.state for finding in found] == [BAD, BAD]
    assert "does not run" in found[0].text
    assert f"process {os.getpid()}" in found[1].text


def test_what_the_appliance_warned_of_is_repeated(prepared: Path) -> None:
    found = list(network_checks.ports(running(prepared)))
    assert [finding.text for finding in found if finding.state == WARNING] == ["Careful."]


def test_all_is_well(prepared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answer_with(monkeypatch, data_mistat_xiaomi_com=SINK, other=REAL)
    assert {finding.state for finding in network_checks.answers(running(prepared))} == {OK}


def test_nothing_answers(prepared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answer_with(monkeypatch)
    (found,) = network_checks.answers(running(prepared))
    assert found.state == BAD
    assert "127.0.0.1:5300" in found.text


def test_a_name_that_should_be_blocked_and_is_not(prepared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answer_with(monkeypatch, other=REAL)
    assert [f.text for f in network_checks.answers(running(prepared)) if f.state == BAD] == [
        "data.mistat.xiaomi.com should be blocked and is not."
    ]


def test_no_upstream(prepared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = local_names.health_name(Settings().own_name).replace(".", "_")
    answer_with(monkeypatch, **{own: REAL, "data_mistat_xiaomi_com": SINK})
    (found,) = [finding for finding in network_checks.answers(running(prepared)) if finding.state == BAD]
    assert "example.com" in found.text
    (found,) = network_checks.upstreams(patient(prepared))
    assert found.state == WARNING
    assert "127.0.0.1:9" in found.text


def test_upstreams_that_are_used_go_before_the_settings(prepared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answer_with(monkeypatch, other=REAL)
    ours = patient(prepared, **{"worker-1": {"upstreams": [{"spec": "192.0.2.53"}]}})
    assert ["192.0.2.53" in finding.text for finding in network_checks.upstreams(ours)] == [True]


def test_no_pack_blocks_anything(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answer_with(monkeypatch, other=REAL)
    engine = session.engine(state)
    for view in lists.blocklists(engine):
        edit.set_toggle(engine, view.id, "house", False)
    (found,) = [finding for finding in network_checks.answers(running(state)) if finding.state == WARNING]
    assert "lists on pack:" in found.cure


def test_the_stub_of_systemd_resolved_is_named_with_both_commands(
    prepared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(port_owner, "find", lambda *_: Holder("127.0.0.53", 53, None, None))
    found = next(iter(network_checks.own_resolver(patient(prepared, "0.0.0.0:53"))))
    assert found.state == WARNING
    assert all(command in found.cure for command in port_owner.resolved_cure())
    assert all(f.state == OK for f in network_checks.own_resolver(patient(prepared, "0.0.0.0:5300")))


def test_resolv_conf_is_read() -> None:
    text = "# comment\nnameserver 192.168.1.1\nsearch lan\nnameserver fd00::1 # two\nnameserver\n"
    assert network_checks.nameservers(text) == ["192.168.1.1", "fd00::1"]
