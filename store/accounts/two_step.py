# SPDX-License-Identifier: GPL-3.0-or-later
"""The second step of a log-in: a code of an authenticator app (TOTP, RFC 6238), or one of ten that hold once.

A code holds for thirty seconds, and for those before and after, since clocks differ; none opens twice. The secret has
to stand in config.db, and so in a backup; of recovery codes only hashes do. What was begun and never confirmed is
as if it had not been after BEGUN_SECONDS: until it is confirmed, `totp_step` is the step in which it was begun.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import sqlite3
import time
from dataclasses import dataclass
from typing import Any

from store.base.sentences import say
from store.config.engine import Engine
from store.config.session import EditError, NotFound, Unnoted, looking, reading, selected, writing
from store.history.notes import Note
from store.rows import orm, tables

STEP_SECONDS = 30
TOLERANCE = 1  # steps before and after
BEGUN_SECONDS = 900  # for which a new secret waits to be confirmed: a phone is fetched, an app is installed
SECRET_BYTES = 20  # as RFC 4226 has it, and every app takes
CODES = 10
CODE_BYTES = 10  # 80 bits: sixteen letters and digits, in four groups
MAX_CODE = 40  # characters that are looked at
ISSUER = "Telltale"

_FINAL = say("The history holds no secret: turn the second step on or off where it is shown.")
_NO_DECISION = Unnoted("that a code is used is no decision")
# While config.db cannot be written, the last step of each person: a code opens once then, too. Bounded by people.
_unwritten_steps: dict[tuple[Engine, int], int] = {}


@dataclass(frozen=True, slots=True)
class Begun:
    """What an app takes: the secret as base32, and the same as an address for a QR code."""

    secret: str
    uri: str


@dataclass(frozen=True, slots=True)
class Standing:
    """`since`: Unix seconds, None while it is off; `codes_left`: recovery codes that were not used."""

    since: int | None
    codes_left: int


def standing(e: Engine, account_id: int) -> Standing:
    with looking(e) as con:
        codes = con.execute("SELECT count(*) FROM recovery_code WHERE account_id = ?", (account_id,)).fetchone()[0]
        return Standing(_known(con, account_id).totp_since, codes)


def anybody(e: Engine) -> bool:
    """Whether somebody has it on: then log-in asks for a code."""
    with looking(e) as con:
        return con.execute("SELECT 1 FROM account WHERE totp_since IS NOT NULL LIMIT 1").fetchone() is not None


def begin(e: Engine, account_id: int, now: float | None = None) -> Begun:
    """A new secret, which counts for nothing until `confirm`, for which BEGUN_SECONDS are left."""
    import pyotp

    now = time.time() if now is None else now
    made = base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()
    with writing(e, Unnoted("nothing holds until it is confirmed")) as session:
        row = _need(session, account_id)
        if row.totp_since is not None:
            raise EditError(say("Two-step log-in is on already; turn it off first."))
        row.totp_secret, row.totp_step = made, int(now) // STEP_SECONDS
        return Begun(made, pyotp.TOTP(made).provisioning_uri(name=row.name, issuer_name=ISSUER))


def begun(e: Engine, account_id: int, now: float | None = None) -> Begun | None:
    """What was begun of late and not confirmed."""
    import pyotp

    now = time.time() if now is None else now
    with looking(e) as con:
        row = _known(con, account_id)
        if row.totp_secret is None or not _waits(row, now):
            return None
        return Begun(row.totp_secret, pyotp.TOTP(row.totp_secret).provisioning_uri(name=row.name, issuer_name=ISSUER))


def confirm(e: Engine, account_id: int, code: str, now: float | None = None) -> list[str]:
    """It is on from now, if this is a code of what was begun. The recovery codes, shown this once."""
    now = time.time() if now is None else now
    with writing(e, _note(e, account_id, on=True)) as session:
        row = _need(session, account_id)
        if row.totp_secret is None or not _waits(row, now):
            raise EditError(say("There is nothing to confirm: begin with a new QR code."))
        step = _step_of(row.totp_secret, code, now, 0)
        if step is None:
            raise EditError(say(
                "This is not the code that the app shows now. If it goes on like this, the clock of the phone or of "
                "this machine is wrong."
            ))
        row.totp_since, row.totp_step = int(now), step
        return _new_codes(session, account_id)


def new_codes(e: Engine, account_id: int) -> list[str]:
    """Ten new recovery codes, shown this once; those before hold no more."""
    with writing(e, Note(say("New recovery codes are made."), final=_FINAL)) as session:
        if _need(session, account_id).totp_since is None:
            raise EditError(say("Two-step log-in is off."))
        return _new_codes(session, account_id)


def off(e: Engine, account_id: int) -> None:
    """The password is enough again."""
    with writing(e, _note(e, account_id, on=False)) as session:
        row = _need(session, account_id)
        if row.totp_secret is None:
            raise EditError(say("Two-step log-in is off."))
        row.totp_secret, row.totp_since = None, None
        session.execute(orm.delete(tables.RecoveryCode).where(orm.col(tables.RecoveryCode.account_id) == account_id))


def is_recovery_code(code: str) -> bool:
    """Of a code that was accepted: whether it was one of the ten, which is none of the app's six digits."""
    return code.strip() != "" and not _is_of_app("".join(code.split()))


def accept(e: Engine, account_id: int, code: str, now: float | None = None) -> bool:
    """Whether this code lets somebody in now: of the app, or a recovery code. Either is used up by it."""
    now = time.time() if now is None else now
    try:
        with writing(e, _NO_DECISION) as session:
            row = _need(session, account_id)
            if row.totp_secret is None or row.totp_since is None:
                return False
            last = max(row.totp_step, _unwritten_steps.get((e, account_id), 0))
            step = _step_of(row.totp_secret, code, now, last)
            if step is not None:
                row.totp_step = step
                return True
            return _use_up(session, account_id, code)
    except NotFound:
        return False
    except EditError:  # a full disk must not keep the person out who is to make room
        return _accept_unwritten(e, account_id, code, now)


def are_unwritten(now: float) -> bool:
    """Whether memory alone knows that a code was used which would still open."""
    return any((step + 1 + TOLERANCE) * STEP_SECONDS >= now for step in _unwritten_steps.values())


def _accept_unwritten(e: Engine, account_id: int, code: str, now: float) -> bool:
    with reading(e) as session:
        row = session.get(tables.Account, account_id)
        if row is None or row.totp_secret is None or row.totp_since is None:
            return False
        secret, last = row.totp_secret, max(row.totp_step, _unwritten_steps.get((e, account_id), 0))
    step = _step_of(secret, code, now, last)
    if step is not None:
        _unwritten_steps[e, account_id] = step
    return step is not None


def _waits(row: tables.Account, now: float) -> bool:
    """Whether a secret is still to be confirmed; whichever way the clock was set meanwhile."""
    return row.totp_since is None and abs(int(now) // STEP_SECONDS - row.totp_step) <= BEGUN_SECONDS // STEP_SECONDS


def _step_of(secret: str, code: str, now: float, last: int) -> int | None:
    """The step after `last` whose code this is, None for none; all are looked at, whichever it is."""
    import pyotp

    digits = "".join(code.split())
    if not _is_of_app(digits):
        return None
    totp, at = pyotp.TOTP(secret, interval=STEP_SECONDS), int(now) // STEP_SECONDS
    steps = range(at - TOLERANCE, at + TOLERANCE + 1)
    right = [step for step in steps if hmac.compare_digest(totp.generate_otp(step), digits) and step > last]
    return right[0] if right else None


def _is_of_app(digits: str) -> bool:
    return len(digits) == 6 and digits.isascii() and digits.isdigit()


def _use_up(session: orm.Session, account_id: int, code: str) -> bool:
    digest = _digest(code)
    for row in _codes(session, account_id):
        if hmac.compare_digest(row.hash, digest):
            session.delete(row)
            return True
    return False


def _new_codes(session: orm.Session, account_id: int) -> list[str]:
    for row in _codes(session, account_id):
        session.delete(row)
    session.flush()
    made = [base64.b32encode(secrets.token_bytes(CODE_BYTES)).decode().lower() for _ in range(CODES)]
    for code in made:
        session.add(tables.RecoveryCode(hash=_digest(code), account_id=account_id))
    return ["-".join(code[at : at + 4] for at in range(0, len(code), 4)) for code in made]


def _codes(session: orm.Session, account_id: int) -> list[tables.RecoveryCode]:
    return list(session.exec(orm.select(tables.RecoveryCode).filter_by(account_id=account_id)).all())


def _digest(code: str) -> str:
    """However it is typed: with or without its dashes, in small or capital letters."""
    plain = "".join(char for char in code[:MAX_CODE].lower() if char.isalnum())
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()


def _note(e: Engine, account_id: int, *, on: bool) -> Note:
    with reading(e) as session:
        name = _need(session, account_id).name
    what = say("Two-step log-in of {name} is on.", name=name) if on else say("Two-step log-in of {name} is off.",
                                                                             name=name)  # fmt: skip
    return Note(what, final=_FINAL)


def _known(con: sqlite3.Connection, account_id: int) -> Any:
    """The row of `account`, or NotFound."""
    known = selected(con, "SELECT * FROM account WHERE id = ?", (account_id,))
    if not known:
        raise NotFound(say("There is no user {number}.", number=account_id))
    return known[0]


def _need(session: orm.Session, account_id: int) -> tables.Account:
    row = session.get(tables.Account, account_id)
    if row is None:
        raise NotFound(say("There is no user {number}.", number=account_id))
    return row
