# SPDX-License-Identifier: GPL-3.0-or-later
"""Of two checkouts side by side, the ratio is told pair by pair, and each has what it needs to be started."""

from pathlib import Path

import pytest

from bench import paired


def test_the_ratio_is_of_each_pair() -> None:
    told = paired.told([(10.0, 11.0), (20.0, 20.0), (40.0, 36.0)])
    assert told == {
        "pairs": 3, "before_us": 20.0, "after_us": 20.0, "ratio": {"median": 1.0, "least": 0.9, "most": 1.1}
    }  # fmt: skip


def test_what_is_forwarded_is_asked_once_and_what_is_remembered_again(tmp_path: Path) -> None:
    forwarded, again = paired.Asked(tmp_path / "a", True), paired.Asked(tmp_path / "b", False)
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
    lines = [line for _ in range(2) for line in forwarded.queries(100).read_text().splitlines()]
    assert len(lines) == len(set(lines)) == 220
    assert again.queries(100).read_text() == again.queries(5).read_text()


@pytest.mark.process
def test_a_checkout_runs_its_own_code_over_a_state_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TELLTALE_STATE", "/elsewhere")
    checkout = paired.Checkout("before", Path("/srv/old"), tmp_path, [0], 5353)
    command = checkout.command()
    assert command[:6] == ["env", "-C", "/srv/old", "/srv/old/.venv/bin/python", "-m", "appliance"]
    assert str(tmp_path / "state") in command
    assert checkout.environ()["TELLTALE_RUN"] == str(tmp_path / "run")
    assert "TELLTALE_STATE" not in checkout.environ()
