# SPDX-License-Identifier: GPL-3.0-or-later
"""The certificate is seen to once an hour, and at once when something about it changed."""

from pathlib import Path

import pytest
from counted_runs import CountedRuns

from appliance.runs import certificate_runs
from appliance.runs.certificate_runs import AGAIN_SECONDS, CertificateRuns
from appliance.runs.followed_settings import FollowedSettings
from store.certificates import certificate_files, certificate_names


class Home(CountedRuns):
    """Runs of a home whose addresses the test sets, too."""

    def __init__(self, state: Path) -> None:
        super().__init__(500_000 * 3600.0, code=0)
        self.addresses = ("10.0.0.1",)
        self.state, self.runs = state, CertificateRuns(state, state, {}, FollowedSettings(state, {}))

    def started(self, seconds: float = 15.0) -> int:
        """As ever; a run has ended by the step after the one that started it."""
        return super().started(seconds)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    made = Home(tmp_path)
    made.take_over(certificate_runs, monkeypatch)
    monkeypatch.setattr(certificate_names, "addresses", lambda: made.addresses)
    return made


def test_without_a_certificate_nothing_is_done(home: Home) -> None:
    assert home.started() == 0 and home.started(7200) == 0


def test_at_once_and_once_an_hour(home: Home) -> None:
    certificate_files.write(home.state, certificate_files.HOME, b"one")
    assert home.started() == 1
    assert home.started() == 1 and home.started(60) == 1
    assert home.started(3600) == 2


def test_at_once_when_something_changed(home: Home) -> None:
    certificate_files.write(home.state, certificate_files.HOME, b"one")
    assert home.started() == 1 and home.started() == 1
    certificate_files.write(home.state, certificate_files.HOME, b"two")
    assert home.started() == 2 and home.started() == 2
    home.addresses = ("10.0.0.1", "10.0.0.2")
    assert home.started() == 3 and home.started() == 3
    certificate_files.set_aside(home.state, certificate_files.HOME)
    assert home.started() == 4 and home.started(3600) == 4, "that there is none any more is said once"


def test_one_that_fails_is_tried_again_later(home: Home) -> None:
    certificate_files.write(home.state, certificate_files.HOME, b"one")
    home.code = -9
    assert home.started() == 1
    assert home.started() == 1 and home.started(AGAIN_SECONDS - 60) == 1
    assert home.started(60) == 2
