# SPDX-License-Identifier: GPL-3.0-or-later
"""The command, the API, the pages and the doctor say the same of an appliance, whatever is the matter with it."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lived_in_home import Visitor, settle, visiting
from situations import SITUATIONS, USUAL, Situation, lay_out

from appliance.cli import health_command
from appliance.doctor import examine, machine_checks, network_checks, observation, resolver_checks, state_checks
from appliance.doctor.examined import BAD, OK, Finding
from native.finder import Running
from store.base import status
from store.base.process_status import Moment
from store.health.problem import HOME_HIDDEN
from webui.http.kept_probe import KeptProbe
from wire import stub
from wire.message import Response

pytestmark = pytest.mark.web


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    with visiting(settle(tmp_path_factory.mktemp("agree"))) as client:
        yield client


@pytest.fixture
def told(request: Any, browser: Visitor, monkeypatch: pytest.MonkeyPatch) -> Situation:
    """The situation, laid out; the pages have forgotten the one before. All look at it in the same moment."""
    situation: Situation = request.param
    moment = status.now()
    monkeypatch.setattr(status, "now", lambda: moment)
    lay_out(situation, browser.home.run, moment)
    monkeypatch.setattr(observation, "running", Running)  # what is laid out runs the code that is here
    monkeypatch.setenv("TELLTALE_STATE", str(browser.home.state))
    monkeypatch.setenv("TELLTALE_RUN", str(browser.home.run))
    monkeypatch.setattr(stub, "ask", lambda *_, **__: Response(0, b"", (0, 0, 0)) if situation.dns else None)
    look_at_processes_alone(monkeypatch)
    browser.app.state.ui.probe = KeptProbe()  # type: ignore[attr-defined]
    return situation


def look_at_processes_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    for checks in (state_checks, network_checks, resolver_checks, machine_checks):
        monkeypatch.setattr(checks, "CHECKS", ())


each = pytest.mark.parametrize("told", SITUATIONS, ids=lambda situation: situation.name, indirect=True)


def command(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = health_command.main(arguments)
    return code, capsys.readouterr().out


def api(browser: Visitor) -> tuple[int, dict[str, Any]]:
    response = browser.get("/api/v1/health")
    return response.status_code, response.json()


def doctor(browser: Visitor) -> list[Finding]:
    """What it says of the processes, without what is well."""
    found = examine.examine(browser.home.state, {"TELLTALE_RUN": str(browser.home.run)})
    return [finding for finding in found if finding.state != OK]


def shown(page: str, pattern: str) -> list[str]:
    """What a page says there, with its commands as a terminal has them."""
    page = re.sub("</?code>", "`", page)
    return [html.unescape(text) for text in re.findall(pattern, page)]


@each
def test_the_same_verdict_and_the_same_numbers(
    told: Situation, browser: Visitor, capsys: pytest.CaptureFixture[str]
) -> None:
    code, printed = command(capsys, "--json")
    said = json.loads(printed)
    http_code, answered = api(browser)
    assert said["status"] == answered["status"] == told.status
    assert {key: said[key] for key in USUAL} == {key: answered[key] for key in USUAL} == USUAL | told.fields
    unwritten = bool(health_command.UNWRITTEN & {*told.problems})
    assert (code, http_code) == ((1, 503) if told.status == "down" else (int(unwritten), 200))
    assert (BAD in {finding.state for finding in doctor(browser)}) is (told.status != "ok")


@each
def test_the_same_problems_in_the_same_order(
    told: Situation, browser: Visitor, capsys: pytest.CaptureFixture[str]
) -> None:
    said = json.loads(command(capsys, "--json")[1])["problems"]
    answered = api(browser)[1]["problems"]
    assert [problem["id"] for problem in said] == list(told.problems)
    assert [{key: problem[key] for key in ("id", "part", "state")} for problem in said] == answered
    assert [finding.check for finding in doctor(browser)] == list(told.problems)


@each
def test_the_same_words(told: Situation, browser: Visitor, capsys: pytest.CaptureFixture[str]) -> None:
    answered = json.loads(command(capsys, "--json")[1])
    problems = answered["problems"]
    sentences, cures = ([problem[key] for problem in problems] for key in ("sentence", "cure"))
    asleep, printed = [f"  {role}: asleep" for role in answered["asleep"]], command(capsys)[1].splitlines()[1:]
    assert printed[: len(asleep)] == asleep
    printed = printed[len(asleep) :]
    assert printed[::2] == [f"  {sentence}" for sentence in sentences]
    assert printed[1::2] == [f"    → {cure}" for cure in cures]
    assert [finding.text for finding in doctor(browser)] == sentences
    assert [finding.cure for finding in doctor(browser)] == cures

    everywhere = [problem["sentence"] for problem in problems if problem["state"] != "ok"]
    assert banner(browser.get("/devices").text) == everywhere
    page = browser.get("/settings").text
    assert ("All is well." in page) is (not problems)
    assert shown(page, r"<li>(.*?) <small>.*?</small></li>") == sentences
    assert shown(page, r"<li>.*? <small>(.*?)</small></li>") == cures


@each
def test_home_tells_of_what_happened_to_the_home_while_all_work(told: Situation, browser: Visitor) -> None:
    """What does not work it says in its own way, and compiled code that is not used touches nobody's home."""
    problems = api(browser)[1]["problems"]
    happened = [each["id"] for each in problems if each["state"] == "ok" and each["id"] != HOME_HIDDEN]
    expected = [id_ for id_ in happened if id_ not in ("code_stale", "code_broken", "code_crashed")]
    assert len(banner(browser.get("/").text)) == len(expected)


def banner(page: str) -> list[str]:
    """What stands on top of a page."""
    match = re.search(r'<div class="banner".*?</a>', page, re.S)
    return shown(match[0] if match else "", "<p>(.*?)</p>")


def test_half_a_minute_is_the_limit_for_all(browser: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    """The doctor, the pages and who asks upstreams believe a supervisor for as long as each other."""
    well = next(situation for situation in SITUATIONS if situation.name == "all is well")
    monkeypatch.setattr(stub, "ask", lambda *_, **__: Response(0, b"", (0, 0, 0)))
    look_at_processes_alone(monkeypatch)
    real = status.now()
    for age, live in ((29.0, True), (31.0, False)):
        lay_out(well, browser.home.run, real)
        monkeypatch.setattr(status, "now", lambda age=age: Moment(real.time - 2 + age, real.clock - 2 + age))
        browser.app.state.ui.probe = KeptProbe()  # type: ignore[attr-defined]
        assert (status.read_live(Path(browser.home.run)).supervisor is not None) is live
        assert ("supervisor_silent" not in [problem["id"] for problem in api(browser)[1]["problems"]]) is live
        assert ("supervisor_silent" not in [finding.check for finding in doctor(browser)]) is live
