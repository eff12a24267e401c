# SPDX-License-Identifier: GPL-3.0-or-later
"""The doctor looks at everything, survives everything, and names a cure for what is not well."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from appliance.doctor import examine, machine_checks, network_checks, processes, resolver_checks, state_checks
from appliance.doctor.examined import BAD, OK, WARNING, Finding
from appliance.doctor.observation import Observation
from wire import stub

pytestmark = pytest.mark.database


@pytest.fixture(autouse=True)
def nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stub, "ask", lambda *_, **__: None)


def test_every_finding_that_is_not_well_has_a_cure(prepared: Path, tmp_path: Path) -> None:
    for state in (prepared, tmp_path, tmp_path / "missing"):
        found = examine.examine(state, {})
        assert found
        assert all(finding.cure for finding in found if finding.state != OK)
        assert examine.worst(found) == BAD


def test_a_check_that_fails_is_a_finding(prepared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: Observation) -> Iterator[Finding]:
        yield Finding("x", OK, "so far so good")
        raise RuntimeError("it is\nbroken")

    monkeypatch.setattr(state_checks, "CHECKS", (broken,))
    for checks in (processes, network_checks, resolver_checks, machine_checks):
        monkeypatch.setattr(checks, "CHECKS", ())
    (found,) = examine.examine(prepared, {})
    assert (found.state, found.check) == (WARNING, "broken")
    assert "RuntimeError: it is broken" in found.text


def test_every_group_of_checks_is_looked_at_the_state_first(prepared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def check(name: str) -> Callable[[Observation], Iterator[Finding]]:
        return lambda _: iter([Finding(name, OK, "")])

    groups = (state_checks, processes, network_checks, resolver_checks, machine_checks)
    for checks in groups:
        monkeypatch.setattr(checks, "CHECKS", (check(checks.__name__),))
    assert [finding.check for finding in examine.examine(prepared, {})] == [checks.__name__ for checks in groups]


def test_a_wrong_setting_comes_first_and_the_rest_is_looked_at_too(prepared: Path) -> None:
    first, *others = examine.examine(prepared, {"TELLTALE_WORKERS": "many"})
    assert first.state == BAD
    assert "TELLTALE_WORKERS" in first.text and "workers is 1" in first.text
    assert others


def test_the_worst_counts() -> None:
    findings = [Finding("a", OK, ""), Finding("b", WARNING, "")]
    assert examine.worst([]) == OK
    assert examine.worst(findings) == WARNING
    assert examine.worst([*findings, Finding("c", BAD, "")]) == BAD
