# SPDX-License-Identifier: GPL-3.0-or-later
"""The bench itself, end to end with a tiny list, and what it keeps of a page that people wrote on."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bench import __main__ as bench
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
