# SPDX-License-Identifier: GPL-3.0-or-later
"""The bench itself, end to end with a tiny list, and what it keeps of a page that people wrote on."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from waiting import HANG_SECONDS, until

from bench import __main__ as bench
from bench.bed import Bed
from bench.results import TELLTALE, load

HOUSE = Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.process
def test_one_measure_end_to_end(tmp_path: Path) -> None:
    """A real appliance is started, given a list, and measured; the result and the page are there, nothing else is."""
    command = [sys.executable, "-m", "bench", "--quick", "--rounds", "1", "--only", "compiling"]
    done = subprocess.run(
        [*command, "--sizes", "300", "900", "--out", str(tmp_path)], cwd=HOUSE, capture_output=True, text=True,
        check=False, env={key: value for key, value in os.environ.items() if not key.startswith("TELLTALE_")},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    (kept,) = tmp_path.glob("*.json")
    found = load(kept).find("compile 650 k names, time")
    assert found is not None
    assert found.server == TELLTALE
    assert len(found.values) == 1
    assert found.values[0] > 0
    assert json.loads(kept.read_text())["machine"]["commit"]
    assert "compile 650 k names" in kept.with_suffix(".md").read_text()
    assert {path.name for path in tmp_path.iterdir()} == {"lists", kept.name, kept.with_suffix(".md").name}


@pytest.mark.slow
@pytest.mark.process
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_whoever_stops_it_leaves_no_server_behind(tmp_path: Path, number: signal.Signals) -> None:
    """A terminal that is closed sends SIGHUP. Who runs the tests may ignore either: then children would, too."""
    command = ["env", "--default-signal=INT,HUP", sys.executable, "-m", "bench", "--quick", "--only", "rate"]
    with subprocess.Popen(
        [*command, "--sizes", "300", "900", "--out", str(tmp_path)], cwd=HOUSE, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env={key: value for key, value in os.environ.items() if not key.startswith("TELLTALE_")},
    ) as run:  # fmt: skip
        assert run.stdout
        try:
            # By its first figure every server runs; one that is just being started would be nobody's.
            figure = next(line for line in run.stdout if " q/s" in line and TELLTALE in line)
            assert servers_in(tmp_path), figure
            run.send_signal(number)
            said, _ = run.communicate(timeout=HANG_SECONDS)
        finally:
            run.kill()
    assert run.returncode == 1, said
    assert "Traceback" not in said
    until(lambda: not servers_in(tmp_path))


def servers_in(folder: Path) -> list[bytes]:
    """Command lines of who runs for a run there."""
    lines = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):  # it has ended
            lines.append(file.read_bytes())
    return [line for line in lines if str(folder).encode() + b"/run-" in line]


@pytest.mark.process
def test_what_was_measured_until_it_was_stopped_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(_bed: Bed) -> None:
        raise KeyboardInterrupt

    monkeypatch.setitem(bench.MEASURES, "home", lambda bed: bed.note("idle", TELLTALE, "%", [1.0]))
    monkeypatch.setitem(bench.MEASURES, "memory", stopped)
    monkeypatch.setattr(bench, "PAGE", tmp_path / "page.md")
    assert bench.main(["--out", str(tmp_path), "--sizes", "300", "900"]) == 1
    (kept,) = tmp_path.glob("*.json")
    results = load(kept)
    assert results.value("idle") == 1.0
    assert "stopped" in results.skipped[bench.REST]
    assert "stopped" in kept.with_suffix(".md").read_text()
    assert not bench.PAGE.exists(), "the page of a whole run is not written over by a part of one"
    monkeypatch.setitem(bench.MEASURES, "home", stopped)
    assert bench.main(["--out", str(tmp_path / "nothing"), "--sizes", "300", "900"]) == 1
    assert not list((tmp_path / "nothing").glob("*.json")), "nothing was measured"


def test_remarks_outlive_the_next_run() -> None:
    start, end = bench.REMARKS
    assert bench._remarks(f"old\n{start}\nwhy\n{end}\nold") == f"{start}\nwhy\n{end}\n"
    assert bench._remarks("nothing here") == ""


def test_what_people_wrote_stands_among_the_remarks() -> None:
    """All else of the page is written anew by the next run, and would be lost."""
    page, source = (HOUSE / "docs/performance.md").read_text(), (HOUSE / "bench/report.py").read_text()
    headings = re.findall(r"^#+ .+", page.replace(bench._remarks(page), ""), re.M)
    assert "## Targets" in headings
    assert [heading for heading in headings if heading not in source] == [], "move it before <!-- end of remarks -->"
