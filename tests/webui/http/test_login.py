# SPDX-License-Identifier: GPL-3.0-or-later
from pathlib import Path

import pytest

from store.base import db, secret
from store.config import account, edit
from webui.http import login
from webui.http.problems import Problem
from webui.http.state import WebUi
from webui.http.throttle import ADDRESS_BURST

PASSWORD = "correct horse battery"


@pytest.fixture
def ui(tmp_path: Path) -> WebUi:
    db.open_config(tmp_path)
    return WebUi(tmp_path, tmp_path, {})


def test_the_first_run_makes_a_session_that_holds(ui: WebUi) -> None:
    session = login.set_up(ui, "192.168.1.9", PASSWORD, secret.setup_code(ui.state))
    assert account.find_session(edit.engine(ui.state), session)
    with pytest.raises(Problem, match="already set") as caught:
        login.set_up(ui, "192.168.1.9", PASSWORD, secret.setup_code(ui.state))
    assert caught.value.status == 409


def test_no_log_in_before_the_first_run(ui: WebUi) -> None:
    with pytest.raises(Problem, match="open /setup"):
        login.log_in(ui, "192.168.1.9", PASSWORD)


def test_the_right_password_forgives_what_went_before(ui: WebUi) -> None:
    account.set_password(edit.engine(ui.state), PASSWORD)
    for _ in range(3):
        for _ in range(ADDRESS_BURST - 1):
            with pytest.raises(Problem, match="not the password"):
                login.log_in(ui, "192.168.1.9", "wrong")
        assert login.log_in(ui, "192.168.1.9", PASSWORD)


def test_when_all_places_at_the_hash_are_taken_one_is_told_to_come_back(
    ui: WebUi, monkeypatch: pytest.MonkeyPatch
) -> None:
    account.set_password(edit.engine(ui.state), PASSWORD)
    monkeypatch.setattr(login, "PASSWORD_WAIT_SECONDS", 0.01)
    while ui.password_checks.acquire(blocking=False):
        pass
    with pytest.raises(Problem, match="busy") as caught:
        login.log_in(ui, "192.168.1.9", PASSWORD)
    assert caught.value.status == 503
    ui.password_checks.release()
    assert login.log_in(ui, "192.168.1.9", PASSWORD)


def test_each_log_in_is_a_session_of_its_own(ui: WebUi) -> None:
    account.set_password(edit.engine(ui.state), PASSWORD)
    assert login.log_in(ui, "192.168.1.9", PASSWORD) != login.log_in(ui, "192.168.1.9", PASSWORD)
