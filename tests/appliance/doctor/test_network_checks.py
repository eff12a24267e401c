# SPDX-License-Identifier: GPL-3.0-or-later
"""The doctor on ports, answers, upstreams, and who asks."""

import os
import socket
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from observed import observed

from appliance.doctor import network_checks
from appliance.doctor.examined import BAD, OK, WARNING
from appliance.doctor.observation import Observation
from store.base import db
from store.base.process_status import RecorderStatus, SupervisorStatus, UpstreamStatus, WorkerStatus
from store.config import edit, lists, session
from store.devices import sightings_store
from store.privacy import own_questions
from wire import stub
from wire.message import Response

SINK = Response(0, b"", (1, 0, 0), addresses=[bytes(4)])
REAL = Response(0, b"", (1, 0, 0), addresses=[bytes([192, 0, 2, 1])])


def running(state: Path, **statuses: Any) -> Observation:
    supervisor = SupervisorStatus(dns=("127.0.0.1:5300", "[::1]:5300"), web="127.0.0.1:80")
    return observed(state, supervisor=supervisor, recorder=RecorderStatus(), **statuses)


def answer_with(monkeypatch: pytest.MonkeyPatch, **answers: Any) -> None:
    """DNS as the doctor finds it: by name, `other` for the rest."""

    def ask(name: str, *_: Any, **__: Any) -> Any:
        return answers.get(name.replace(".", "_"), answers.get("other"))

    monkeypatch.setattr(stub, "ask", ask)


@pytest.mark.process
def test_a_port_that_is_held_is_named(prepared: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        (found,) = network_checks.ports(observed(prepared, dns=f"127.0.0.1:{other.getsockname()[1]}"))
    assert found.state == BAD
    assert f"process {os.getpid()}" in found.text


def test_ports_that_are_ours_are_named(prepared: Path) -> None:
    (found,) = network_checks.ports(running(prepared))
    assert found.state == OK
    assert found.text == "Telltale runs: DNS on 127.0.0.1:5300, [::1]:5300, pages on 127.0.0.1:80."


@pytest.mark.database
def test_all_is_well(prepared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answer_with(monkeypatch, data_mistat_xiaomi_com=SINK, other=REAL)
    assert {finding.state for finding in network_checks.answers(running(prepared))} == {OK}


@pytest.mark.database
def test_what_is_asked_of_ourselves_is_asked_as_what_no_record_has(
    prepared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = list[tuple[str, str]]()

    def ask(name: str, *_: Any, source: str = "", **__: Any) -> Response:
        asked.append((name, source))
        return REAL

    monkeypatch.setattr(stub, "ask", ask)
    list(network_checks.answers(running(prepared)))
    assert asked == [(name, own_questions.ADDRESS) for name in (own_questions.BLOCKED[0], own_questions.PASSED)]


def test_no_more_is_asked_where_nothing_answers(prepared: Path) -> None:
    assert list(network_checks.answers(observed(prepared, answers=False))) == []


@pytest.mark.database
def test_a_name_that_should_be_blocked_and_is_not(prepared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answer_with(monkeypatch, other=REAL)
    assert [f.text for f in network_checks.answers(running(prepared)) if f.state == BAD] == [
        "data.mistat.xiaomi.com should be blocked and is not."
    ]


@pytest.mark.database
def test_no_upstream(prepared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answer_with(monkeypatch, data_mistat_xiaomi_com=SINK)
    (found,) = [finding for finding in network_checks.answers(running(prepared)) if finding.state == BAD]
    assert "example.com" in found.text
    (found,) = network_checks.upstreams(observed(prepared))
    assert found.state == WARNING
    assert "127.0.0.1:9" in found.text


def test_upstreams_that_are_used_go_before_the_settings(prepared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answer_with(monkeypatch, other=REAL)
    workers = {f"worker-{number}": WorkerStatus(upstreams=(UpstreamStatus("192.0.2.53"),)) for number in (1, 2)}
    found = list(network_checks.upstreams(running(prepared, workers=workers)))
    assert ["192.0.2.53" in finding.text for finding in found] == [True]


@pytest.mark.parametrize(("rcode", "word"), [(5, "REFUSED"), (2, "SERVFAIL"), (13, "13")])
def test_an_upstream_that_answers_nothing_of_use_is_told_of(
    prepared: Path, monkeypatch: pytest.MonkeyPatch, rcode: int, word: str
) -> None:
    answer_with(monkeypatch, other=Response(rcode, b"", (0, 0, 0)))
    workers = {"worker-1": WorkerStatus(upstreams=(UpstreamStatus("192.0.2.53"),))}
    (finding,) = network_checks.upstreams(running(prepared, workers=workers))
    assert finding.state == WARNING and finding.cure
    assert finding.text == f"The upstream 192.0.2.53 answers a question for example.com with {word}."


@pytest.mark.parametrize("upstream", ["127.0.0.1:5300", "127.0.0.7:5300", "[::1]:5300"])
@pytest.mark.parametrize("dns", ["here", "everywhere"])
def test_an_upstream_that_is_this_appliance_is_a_loop(
    prepared: Path, monkeypatch: pytest.MonkeyPatch, upstream: str, dns: str
) -> None:
    answer_with(monkeypatch, other=REAL)
    workers = {"worker-1": WorkerStatus(upstreams=(UpstreamStatus(upstream),))}
    listens = (upstream,) if dns == "here" else ("0.0.0.0:5300", "[::]:5300")
    seen = observed(prepared, supervisor=SupervisorStatus(dns=listens), recorder=RecorderStatus(), workers=workers)
    (found,) = network_checks.upstreams(seen)
    assert found.state == BAD and "in a circle" in found.text


def test_a_router_that_asks_us_in_turn_is_a_loop(prepared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workers = {"worker-1": WorkerStatus(upstreams=(UpstreamStatus("192.0.2.53"),))}
    ours = Response(0, b"", (1, 0, 0), addresses=[bytes([127, 0, 0, 1])])
    for health, state in ((ours, BAD), (REAL, OK), (Response(3, b"", (0, 0, 0)), OK), (None, OK)):
        monkeypatch.setattr(stub, "ask", _by_name({"_health.telltale": health}, REAL))
        (found,) = network_checks.upstreams(running(prepared, workers=workers))
        assert found.state == state


def test_an_encrypted_upstream_that_is_this_appliance_is_a_loop_by_address_or_by_name(
    prepared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = Response(0, b"", (1, 0, 0), addresses=[bytes([127, 0, 0, 1])])
    asked: list[tuple[str, ...]] = []
    monkeypatch.setattr(network_checks.lookup, "look", lambda _, specs, *__, **___: asked.append(specs) or (ours, ""))
    for spec, told in (("tls://127.0.0.1:8853", 0), ("https://dns.home.example/dns-query", 1)):
        workers = {"worker-1": WorkerStatus(upstreams=(UpstreamStatus(spec, encrypted=True),))}
        supervisor = SupervisorStatus(dns=("0.0.0.0:53",), encrypted={"dot": ("0.0.0.0:8853",)})
        seen = observed(prepared, supervisor=supervisor, recorder=RecorderStatus(), workers=workers)
        (found,) = network_checks.upstreams(seen)
        assert found.state == BAD and "in a circle" in found.text and len(asked) == told


def _by_name(answers: dict[str, Any], other: Any) -> Any:
    return lambda name, *_, **__: answers.get(name, other)


@pytest.mark.database
def test_no_pack_blocks_anything(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answer_with(monkeypatch, other=REAL)
    engine = session.engine(state)
    for view in lists.blocklists(engine):
        edit.set_toggle(engine, view.id, "house", False)
    (found,) = [finding for finding in network_checks.answers(running(state)) if finding.state == WARNING]
    assert "lists on pack:" in found.cure


@pytest.mark.database
def test_one_client_is_a_bridge_or_a_router(state: Path) -> None:
    def seen(*addresses: str) -> str:
        with closing(db.connect(state / "config.db")) as con:
            for address in addresses:
                sightings_store.sighted(con, address, now=1_800_000_000)
        (found,) = network_checks.clients(observed(state))
        return f"{found.state}: {found.text}"

    assert seen().startswith("warning: No device")
    assert seen("127.0.0.1") == "ok: 1 address has asked."
    assert seen("172.17.0.1").startswith("warning: All queries come from 172.17.0.1")
    assert seen("192.168.1.20").startswith("ok")


def test_the_cure_for_an_upstream_names_where_it_was_chosen(prepared: Path, tmp_path: Path) -> None:
    def cure(state: Path, environ: dict[str, str], asked: str = "127.0.0.1:9") -> str:
        worker = WorkerStatus(upstreams=(UpstreamStatus(spec=asked),))
        seen = observed(state, workers={"worker-1": worker})
        return network_checks._other_upstreams(replace(seen, environ=environ))

    assert "settings page" in cure(prepared, {})
    assert "TELLTALE_UPSTREAMS" in cure(prepared, {"TELLTALE_UPSTREAMS": "127.0.0.1:9"})
    (tmp_path / "telltale.toml").write_text('upstreams = ["127.0.0.1:9"]')
    assert f"{tmp_path}/telltale.toml" in cure(tmp_path, {})
    assert "--upstream" in cure(prepared, {}, asked="127.0.0.2:9")


@pytest.mark.parametrize(
    ("name", "answers", "states"),
    [
        ("example.com", True, [WARNING]), ("example.com", False, []), ("zone", True, [WARNING]),
        ("telltale", True, []), ("dns.lan", True, []),
    ],
)  # fmt: skip
def test_an_own_name_that_the_public_dns_has_is_told_of(
    prepared: Path, monkeypatch: pytest.MonkeyPatch, name: str, answers: bool, states: list[str]
) -> None:
    asked = list[str]()

    def ask(asked_name: str, *_: object) -> Response:
        asked.append(asked_name)
        return Response(0, b"", (1, 0, 0)) if answers else Response(3, b"", (0, 0, 0))

    monkeypatch.setattr(network_checks.stub, "ask", ask)
    seen = observed(prepared)
    seen = replace(seen, settings=replace(seen.settings, own_name=name))
    findings = list(network_checks.own_name(seen))
    assert [finding.state for finding in findings] == states and all(name in finding.text for finding in findings)
    assert asked if "." in name and name != "dns.lan" else name == "zone" or not asked, "nobody outside hears of homes"
