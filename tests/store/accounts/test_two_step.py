# SPDX-License-Identifier: GPL-3.0-or-later
import random
import sqlite3
from types import SimpleNamespace

import pyotp
import pytest

from store.accounts import two_step
from store.config import account
from store.config.engine import Engine
from store.config.session import EditError

pytestmark = pytest.mark.database

NOW = 1_800_000_000.0


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch, engine: Engine) -> None:
    monkeypatch.setattr(account, "_N", 2)
    account.set_password(engine, "long enough")
    two_step._unwritten_steps.clear()
    # The same secrets each time: of a million codes one is right by chance, and two in a row may be alike.
    monkeypatch.setattr(two_step, "secrets", SimpleNamespace(token_bytes=random.Random(1).randbytes))


def turned_on(engine: Engine) -> tuple[pyotp.TOTP, list[str]]:
    totp = pyotp.TOTP(two_step.begin(engine, 1, NOW).secret)
    return totp, two_step.confirm(engine, 1, totp.at(int(NOW)), NOW)


def test_it_is_on_only_once_a_code_has_confirmed_it(engine: Engine) -> None:
    begun = two_step.begin(engine, 1, NOW)
    assert len(begun.secret) == 32 and begun.uri.startswith("otpauth://totp/Telltale:admin?secret=" + begun.secret)
    assert two_step.begun(engine, 1, NOW) == begun and two_step.standing(engine, 1).since is None
    assert not two_step.anybody(engine) and not two_step.accept(engine, 1, pyotp.TOTP(begun.secret).at(int(NOW)), NOW)
    with pytest.raises(EditError, match="not the code"):
        two_step.confirm(engine, 1, "000000", NOW)
    codes = two_step.confirm(engine, 1, pyotp.TOTP(begun.secret).at(int(NOW)), NOW)
    assert two_step.standing(engine, 1) == two_step.Standing(int(NOW), 10) and len(set(codes)) == 10
    assert two_step.anybody(engine) and two_step.begun(engine, 1, NOW) is None
    with pytest.raises(EditError, match="on already"):
        two_step.begin(engine, 1, NOW)


def test_what_is_not_confirmed_within_a_quarter_of_an_hour_is_as_if_it_had_not_been(engine: Engine) -> None:
    begun, late = two_step.begin(engine, 1, NOW), NOW + two_step.BEGUN_SECONDS + two_step.STEP_SECONDS
    assert two_step.begun(engine, 1, late - 2 * two_step.STEP_SECONDS) == begun
    assert two_step.begun(engine, 1, late) is None
    with pytest.raises(EditError, match="begin with a new QR code"):
        two_step.confirm(engine, 1, pyotp.TOTP(begun.secret).at(int(late)), late)
    again = two_step.begin(engine, 1, late)
    assert again.secret != begun.secret and two_step.confirm(engine, 1, pyotp.TOTP(again.secret).at(int(late)), late)


def test_a_code_holds_for_a_step_before_and_after_and_once(engine: Engine) -> None:
    totp, _ = turned_on(engine)
    assert not two_step.accept(engine, 1, totp.at(int(NOW)), NOW), "it was used to confirm"
    later = NOW + 3000
    for seconds, right in ((-60, False), (60, False), (-30, True), (0, True), (30, True), (0, False), (30, False)):
        assert two_step.accept(engine, 1, totp.at(int(later) + seconds), later) is right, seconds
    for wrong in ("", "12345", "1234567", "abcdef", "１２３４５６", "x" * 10_000):
        assert not two_step.accept(engine, 1, wrong, later + 300)


def test_a_recovery_code_opens_once_however_it_is_typed(engine: Engine, con: sqlite3.Connection) -> None:
    _, codes = turned_on(engine)
    assert two_step.accept(engine, 1, f" {codes[0].upper().replace('-', ' ')}", NOW)
    assert not two_step.accept(engine, 1, codes[0], NOW)
    assert two_step.standing(engine, 1).codes_left == 9
    stored = "".join(con.iterdump())
    assert not any(code in stored or code.replace("-", "") in stored for code in codes)
    fresh = two_step.new_codes(engine, 1)
    assert not two_step.accept(engine, 1, codes[1], NOW) and two_step.accept(engine, 1, fresh[1], NOW)


def test_off_again(engine: Engine) -> None:
    totp, codes = turned_on(engine)
    two_step.off(engine, 1)
    assert two_step.standing(engine, 1) == two_step.Standing(None, 0)
    assert not two_step.accept(engine, 1, totp.at(int(NOW) + 90), NOW + 90) and not two_step.accept(engine, 1, codes[0])
    with pytest.raises(EditError, match="is off"):
        two_step.off(engine, 1)


def test_a_full_disk_keeps_nobody_out_and_a_code_opens_once_even_so(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    totp, codes = turned_on(engine)

    def refused(*_: object) -> None:
        raise EditError("The change could not be stored.")

    monkeypatch.setattr(two_step, "writing", refused)
    code = totp.at(int(NOW) + 300)
    assert two_step.accept(engine, 1, code, NOW + 300) and not two_step.accept(engine, 1, code, NOW + 300)
    assert two_step.are_unwritten(NOW + 330), "as long as the code would open once more"
    assert not two_step.are_unwritten(NOW + 400)
    assert not two_step.accept(engine, 1, codes[0], NOW), "what cannot be used up opens nothing"
