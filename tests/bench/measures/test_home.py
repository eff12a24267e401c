# SPDX-License-Identifier: GPL-3.0-or-later
"""What a home's day costs is noted for whoever stands there, at rest and at each rate, asked in turn or together."""

import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bench import servers
from bench.bed import QUICK, Bed
from bench.measures import home
from bench.results import Results
from bench.rivals.adguard import AdGuardHome
from bench.rivals.blocky import Blocky
from bench.telltale import Telltale
from store.log.readers import LOOK_SECONDS

pytestmark = pytest.mark.process
STAND_IN = Path(__file__).parents[1] / "rivals" / "stand_in.py"
LISTED = ("ads.example", "tracker.example")


@pytest.fixture
def bed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bed:
    """With a list of two names, and spans that are over at once."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for kind in (AdGuardHome, Blocky):
        path = tools / kind.program
        path.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{STAND_IN}" {kind.program} "$@"\n')
        path.chmod(0o755)
    monkeypatch.setattr(servers, "PATH", f"{tools}:{servers.PATH}")
    listed = tmp_path / "list.txt"
    listed.write_text("".join(f"{name}\n" for name in LISTED))
    (tmp_path / "run").mkdir()
    scale = replace(QUICK, idle_seconds=0.1, home_seconds=0.2)
    return Bed(tmp_path / "run", scale, Results({}, {}), listed, listed, say=lambda _: None)


@pytest.mark.parametrize("rate", [50, 2_000])
def test_each_server_has_its_figures(bed: Bed, rate: int) -> None:
    if not shutil.which("dnsperf"):
        pytest.skip("dnsperf is not installed: scripts/system-packages.sh test")
    fleet = [kind(bed.folder / kind.program, [], 9) for kind in (AdGuardHome, Blocky)]
    try:
        for server in fleet:
            server.start([bed.small], LISTED[0])
        home._idle(bed, fleet, asleep=True)
        home._rate(bed, fleet, rate)
    finally:
        for server in fleet:
            server.remove()
    for server in fleet:
        for measure in ("idle, share of a core", "idle, wake-ups a second"):
            assert bed.results.value(measure, server.name) is not None
        assert (bed.results.value("memory asleep, 650 k names", server.name) or 0) > 0
        assert (bed.results.value(f"processor time a query at {rate:,} q/s", server.name) or 0) > 0


def test_what_each_process_takes_is_said() -> None:
    processes = {"worker-1": {"mib": 14.2}, "recorder": {"mib": 18.3}, "idle one": {"mib": 0.0}}
    assert home._shares(processes, "mib") == "recorder 18.3, worker-1 14.2"


@pytest.mark.parametrize("sleeps", [True, False])
def test_rates_are_of_a_home_in_which_nobody_looks_any_more(
    bed: Bed, monkeypatch: pytest.MonkeyPatch, sleeps: bool
) -> None:
    waited: list[float] = []
    monkeypatch.setattr("bench.measures.home.time.sleep", waited.append)
    ours = Telltale(bed.folder / "ours", [], 9)
    monkeypatch.setattr(ours, "falls_asleep", lambda seconds: sleeps)
    home._rest(bed, ours)
    assert sum(waited) >= LOOK_SECONDS
    assert ("a home's rates with pages asleep" in bed.results.skipped) is not sleeps


def test_without_an_upstream_nothing_is_measured(bed: Bed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servers, "PATH", "/nowhere")
    home.run(bed)
    assert not bed.results.figures and "a home's day" in bed.results.skipped
