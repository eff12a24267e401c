# SPDX-License-Identifier: GPL-3.0-or-later
import threading
from pathlib import Path

import pyotp
import pytest

from store.accounts import login_sessions, two_step
from store.base import db, secret
from store.config import account, edit
from webui.http import login
from webui.http.problems import Problem
from webui.http.state import WebUi
from webui.http.throttle import ADDRESS_BURST

pytestmark = pytest.mark.database

PASSWORD = "correct horse battery"


@pytest.fixture
def ui(tmp_path: Path) -> WebUi:
    db.open_config(tmp_path)
    return WebUi(tmp_path, tmp_path, {})


def test_the_first_run_makes_a_session_that_holds(ui: WebUi) -> None:
    session = login.set_up(ui, "192.168.1.9", PASSWORD, secret.setup_code(ui.state))
    assert login_sessions.find_session(edit.engine(ui.state), session)
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


def guess(ui: WebUi, addresses: int, most: int = 500) -> None:
    """Guess from many addresses until the house has had enough."""
    for number in range(most):
        try:
            login.log_in(ui, f"10.0.{number % addresses}.1", "wrong")
        except Problem as problem:
            if problem.status == 429 and number > 40:
                return
    raise AssertionError("nobody was stopped")


def test_guesses_from_many_addresses_do_not_lock_out_where_the_owner_came_in(ui: WebUi) -> None:
    account.set_password(edit.engine(ui.state), PASSWORD)
    session = login.log_in(ui, "192.168.1.9", PASSWORD)
    guess(ui, 200)
    with pytest.raises(Problem, match="Too many tries"):
        login.log_in(ui, "192.168.1.77", PASSWORD)
    for _ in range(3):
        assert login.log_in(ui, "192.168.1.9", PASSWORD), "the address from which the owner logged in"
    assert login.log_in(ui, "192.168.1.78", PASSWORD, session), "the browser that has a session, from anywhere"


def test_nor_do_guesses_at_the_owners_own_address_where_there_is_a_session(ui: WebUi) -> None:
    account.set_password(edit.engine(ui.state), PASSWORD)
    session = login.log_in(ui, "192.168.1.9", PASSWORD)
    for _ in range(ADDRESS_BURST):
        with pytest.raises(Problem, match="not the password"):
            login.log_in(ui, "192.168.1.9", "wrong")
    with pytest.raises(Problem, match="Too many tries"):
        login.log_in(ui, "192.168.1.9", PASSWORD)
    assert login.log_in(ui, "192.168.1.9", PASSWORD, session)
    with pytest.raises(Problem, match="Too many tries"):
        login.log_in(ui, "192.168.1.9", PASSWORD, "no session at all")


def test_a_known_address_is_no_way_to_guess_on(ui: WebUi) -> None:
    account.set_password(edit.engine(ui.state), PASSWORD)
    login.log_in(ui, "fd00::9", PASSWORD)
    for _ in range(ADDRESS_BURST):
        with pytest.raises(Problem, match="not the password"):
            login.log_in(ui, "fd00::9", "wrong")
    with pytest.raises(Problem, match="Too many tries"):
        login.log_in(ui, "fd00::9", "wrong")
    for _ in range(ADDRESS_BURST):
        with pytest.raises(Problem, match="not the password"):
            login.log_in(ui, "fd00::a", "wrong")
    with pytest.raises(Problem, match="Too many tries"):
        login.log_in(ui, "fd00::b", "wrong")


@pytest.mark.parametrize("codes", ["right", "one wrong"])
def test_of_six_set_ups_at_once_one_is_done(ui: WebUi, codes: str) -> None:
    code, barrier, done = secret.setup_code(ui.state), threading.Barrier(6), list[object]()

    def run(number: int) -> None:
        barrier.wait()
        try:
            wrong = codes == "one wrong" and number == 0
            done.append(login.set_up(ui, "192.168.1.9", f"{PASSWORD} {number}", "AAAA-AAAA" if wrong else code))
        except Problem as problem:
            done.append(problem.status)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sessions = [each for each in done if isinstance(each, str)]
    assert len(sessions) == 1 and login_sessions.find_session(edit.engine(ui.state), sessions[0]), "it holds"
    assert set(done) - set(sessions) <= ({409, 403} if codes == "one wrong" else {409}) and len(done) == 6
    right = [number for number in range(6) if account.check(edit.engine(ui.state), f"{PASSWORD} {number}")]
    assert len(right) == 1


def test_a_password_set_meanwhile_is_not_overwritten(ui: WebUi, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the command line, which knows no lock of this process."""
    monkeypatch.setattr(login, "is_set_up", lambda _: False)
    account.set_password(edit.engine(ui.state), PASSWORD)
    with pytest.raises(Problem, match="already set") as caught:
        login.set_up(ui, "192.168.1.9", "another password", secret.setup_code(ui.state))
    assert caught.value.status == 409 and account.check(edit.engine(ui.state), PASSWORD)


def test_the_session_that_a_log_in_replaces_is_over(ui: WebUi) -> None:
    engine = edit.engine(ui.state)
    account.set_password(engine, PASSWORD)
    planted = login.log_in(ui, "192.168.1.9", PASSWORD)
    made = login.log_in(ui, "192.168.1.9", PASSWORD, planted)
    assert made != planted and login_sessions.find_session(engine, planted) is None
    assert login_sessions.find_session(engine, made) is not None


def test_what_was_tried_is_logged_with_the_address_and_nothing_that_was_typed(
    ui: WebUi, caplog: pytest.LogCaptureFixture
) -> None:
    engine = edit.engine(ui.state)
    account.set_password(engine, PASSWORD)
    with pytest.raises(Problem):
        login.log_in(ui, "192.168.1.9", "my secret", name="my secret name")
    secret_of_app = two_step.begin(engine, 1).secret
    two_step.confirm(engine, 1, pyotp.TOTP(secret_of_app).now())
    with pytest.raises(Problem) as caught:
        login.log_in(ui, "192.168.1.10", PASSWORD, code="abcd-efgh")
    assert caught.value.extra == {"needs": "code"}
    assert [record.getMessage() for record in caplog.records] == [
        "wrong name or password from 192.168.1.9", "wrong code of two-step log-in from 192.168.1.10",
    ]
