# SPDX-License-Identifier: GPL-3.0-or-later
import sqlite3
import time

import pytest

from store.accounts import login_sessions
from store.config import account
from store.config.edit import EditError, NotFound
from store.config.engine import Engine

pytestmark = pytest.mark.database

DAY = 86_400


def test_the_password(engine: Engine, con: sqlite3.Connection) -> None:
    assert not account.has_password(engine)
    assert not account.check(engine, "")
    account.set_password(engine, "correct horse")
    assert account.has_password(engine)
    assert account.check(engine, "correct horse")
    assert not account.check(engine, "correct horse ")
    assert not account.check(engine, "x" * 100_000)


def test_a_hash_costs_its_time_and_tells_no_password(
    engine: Engine, con: sqlite3.Connection, whole_scrypt: None
) -> None:
    account.set_password(engine, "correct horse")
    assert account.check(engine, "correct horse")
    assert not account.check(engine, "correct horse ")
    stored = con.execute("SELECT password_hash FROM account").fetchone()[0]
    assert stored.startswith("scrypt$16384$8$5$") and "horse" not in stored


@pytest.mark.parametrize("password", ["", "1234567", "x" * 1025])
def test_a_password_that_is_too_short_or_endless_is_refused(engine: Engine, password: str) -> None:
    with pytest.raises(EditError, match="at least 8"):
        account.set_password(engine, password)
    assert not account.has_password(engine)


def test_a_password_is_the_same_from_every_keyboard(engine: Engine) -> None:
    composed, apart = "caf\u00e9 au lait", "cafe\u0301 au lait"
    account.set_password(engine, apart)
    assert account.check(engine, composed) and account.check(engine, apart)
    for hard in ("100%+&=?#'\"\\/ \u00bf@", " begins and ends ", "\U0001f511\U0001f98a dwelling", "pass:word:x"):
        account.set_password(engine, hard)
        assert account.check(engine, hard) and not account.check(engine, hard + " ")


def test_one_that_was_set_before_there_was_one_form_still_holds(engine: Engine, con: sqlite3.Connection) -> None:
    account.set_password(engine, "long enough")
    con.execute("UPDATE account SET password_hash = ?", (account._hash("cafe\u0301 au lait", b"0" * 16),))
    assert account.check(engine, "cafe\u0301 au lait") and not account.check(engine, "caf\u00e9 au lait")


def test_tokens(engine: Engine, con: sqlite3.Connection) -> None:
    made = account.create_token(engine, "phone app", "read")
    assert made.startswith("tt_") and len(made) == 43
    found = account.find_token(engine, made, now=1000 * DAY)
    assert found is not None and (found.name, found.scope) == ("phone app", "read")
    assert [token.last_used for token in account.tokens(engine)] == [1000 * DAY]
    assert account.find_token(engine, made[:-1] + "~") is None
    assert made not in "".join(con.iterdump())


def test_a_revoked_token_opens_nothing_and_frees_its_name(engine: Engine) -> None:
    made = account.create_token(engine, "x", "admin")
    with pytest.raises(EditError, match="already"):
        account.create_token(engine, "x", "admin")
    account.revoke_token(engine, "x")
    assert account.find_token(engine, made) is None
    assert [token.revoked_at is not None for token in account.tokens(engine)] == [True]
    with pytest.raises(NotFound):
        account.revoke_token(engine, "x")
    again = account.create_token(engine, "x", "pause")
    assert account.find_token(engine, made) is None
    assert account.find_token(engine, again) is not None
    assert len(account.tokens(engine)) == 1


def test_a_token_holds_up_to_its_end_and_whoever_has_it_hears_why_it_is_refused(engine: Engine) -> None:
    now = int(time.time())
    made = account.create_token(engine, "short", "read", now + 100)
    assert account.find_token(engine, made, now + 99) is not None
    assert account.find_token(engine, made, now + 100) is None
    assert account.why_no_token(engine, made) == "The token short is past its expiry; make another one."
    account.revoke_token(engine, "short")
    assert account.why_no_token(engine, made) == "The token short was revoked; make another one."
    assert account.why_no_token(engine, "tt_guessed") == "This token is not known."
    for end in (now, now - 1, now + 11 * 366 * 86_400):
        with pytest.raises(EditError, match="ten years"):
            account.create_token(engine, "never", "read", end)


def test_from_where_a_token_was_used_is_noted_once_a_minute_at_most(engine: Engine) -> None:
    made = account.create_token(engine, "t", "read")

    def used(now: int, address: str) -> tuple[int | None, str]:
        account.find_token(engine, made, now, address)
        token = account.tokens(engine)[0]
        return token.last_used, token.last_address

    assert used(1000, "10.0.0.1") == (1000, "10.0.0.1")
    assert used(1030, "10.0.0.2") == (1000, "10.0.0.1"), "every note is a write to the card"
    assert used(1060, "10.0.0.2") == (1060, "10.0.0.2")
    assert used(1300, "10.0.0.2") == (1060, "10.0.0.2")


def test_of_tokens_that_are_over_only_the_latest_are_kept(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(account, "MAX_ENDED_TOKENS", 2)
    for name in "abcd":
        account.create_token(engine, name, "read")
        account.revoke_token(engine, name)
    account.create_token(engine, "last", "read")
    assert [token.name for token in account.tokens(engine)] == ["c", "d", "last"]


@pytest.mark.parametrize(("name", "scope"), [("", "read"), ("x", "root"), ("x" * 81, "read"), ("\x1b", "read")])
def test_tokens_that_cannot_be(engine: Engine, name: str, scope: str) -> None:
    with pytest.raises(EditError):
        account.create_token(engine, name, scope)


def test_on_a_disk_that_refuses_writes_who_is_logged_in_stays_so(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    account.set_password(engine, "correct horse")
    made, token = login_sessions.create_session(engine, "10.0.0.2", now=0), account.create_token(engine, "x", "read")

    def refused(*_: object) -> None:
        raise EditError("The change could not be stored.")

    monkeypatch.setattr(account, "writing", refused)
    monkeypatch.setattr(login_sessions, "writing", refused)
    assert login_sessions.find_session(engine, made.id, now=DAY) is not None
    assert account.find_token(engine, token) is not None


def test_a_session_that_began_while_the_clock_was_ahead_ends_as_others_do(engine: Engine) -> None:
    account.set_password(engine, "correct horse")
    now, years = 1_800_000_000, 3 * 365 * 86_400
    made = login_sessions.create_session(engine, "192.168.1.2", now=now + years)
    assert login_sessions.find_session(engine, made.id, now=now) is not None
    assert login_sessions.find_session(engine, made.id, now=now + 31 * 86_400) is None
    token = account.create_token(engine, "t", "read")
    account.find_token(engine, token, now=now + years)
    account.find_token(engine, token, now=now)
    assert account.tokens(engine)[0].last_used == now


@pytest.mark.parametrize("char", ["\n", "\r", "\t", "\0", "\x7f", "\udcff"])
def test_a_password_that_no_form_can_send_is_refused(engine: Engine, char: str) -> None:
    with pytest.raises(EditError, match="leave it out"):
        account.set_password(engine, f"long enough{char}")
    account.set_password(engine, "long enough \u00a0\u200d漢")
