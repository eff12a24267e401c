# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may come in: passwords and API tokens. Nothing that opens a door is stored in clear.

People and their roles are in `store.accounts.people`, who is logged in in `store.accounts.login_sessions`.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import secrets
import sqlite3
import time
import unicodedata
from dataclasses import dataclass
from typing import Any

from store.base.sentences import say
from store.config.choices import Role, TokenScope
from store.config.engine import Engine
from store.config.session import EditError, NotFound, Unnoted, about, connection, looking, reading, selected, writing
from store.history.notes import Note
from store.passwords.common_passwords import is_common
from store.rows import orm, tables

MIN_PASSWORD = 8
MAX_PASSWORD = 1024  # scrypt takes any length; an unbounded one would be free work for a stranger
MAX_NAME = 40
MAX_TOKENS = 100  # made by hand, and shown on one page
MAX_ENDED_TOKENS = 50  # that are revoked or over, and still seen; those that were made first go
MAX_TOKEN_NAME = 80
TOUCH_SECONDS = 3600  # a use is noted at most once an hour: every note is a write to the card
TOUCH_ELSEWHERE_SECONDS = 60  # and from another address at most once a minute
MOST_SECONDS = 10 * 366 * 86_400  # for which a token may hold that does not hold for good

_N, _R, _P = 2**14, 8, 5
_NO_DECISION = Unnoted("that a token is used is no decision")
NO_HASHES = say("The history holds no password, not even its hash: set the one that you want.")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may log in. `two_step`: a code is asked for, too; `devices`: those that the role own sees."""

    id: int
    name: str
    role: str
    changed_at: int
    two_step: bool
    devices: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class TokenView:
    """An API token without its secret. Times: Unix seconds; `expires_at` None: it holds until it is revoked.

    `last_address`: from where it was used last, "" where that is not known.
    """

    id: int
    name: str
    scope: str
    created_at: int
    last_used: int | None
    revoked_at: int | None
    expires_at: int | None = None
    last_address: str = ""

    def holds(self, now: float) -> bool:
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > now)


def has_password(e: Engine) -> bool:
    """Whether the first run is over."""
    with looking(e) as con:
        return con.execute("SELECT 1 FROM account LIMIT 1").fetchone() is not None


def set_password(e: Engine, password: str, account_id: int | None = None) -> None:
    """Set the password of a person, of the first admin without one, and end every session of theirs."""
    _set_password(e, password, account_id, first=False)


def set_first_password(e: Engine, password: str) -> bool:
    """The same where there is nobody, in one transaction; False, and nothing is changed: somebody has set one."""
    return _set_password(e, password, None, first=True)


def _set_password(e: Engine, password: str, account_id: int | None, *, first: bool) -> bool:
    hashed = hashed_password(password)
    with writing(e, Note(say("The password is set."), final=NO_HASHES)) as session:
        whose = lookup(session, account_id)
        if first and whose is not None:
            return False
        if whose is None and account_id is not None:
            raise NotFound(say("There is no user {number}.", number=account_id))
        whose = whose or tables.Account(id=1, password_hash="", changed_at=0)
        whose.password_hash, whose.changed_at = hashed, int(time.time())
        session.add(whose)
        session.flush()
        assert whose.id is not None
        end_sessions(session, whose.id)
    return True


@about("password")
def hashed_password(password: str) -> str:
    """What is stored of a password. Raises EditError, in plain words, for one that may not be."""
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        raise EditError(say(
            "The password must have at least {least} characters, and at most {most}.",
            least=MIN_PASSWORD, most=MAX_PASSWORD,
        ))
    if is_common(password):
        raise EditError(say("This password is among those that are tried first; take a few words that do not belong "
                            "together."))
    if any(unicodedata.category(char) in ("Cc", "Cs") for char in password):
        raise EditError(say("The password holds a line break or another character that no form sends; leave it out."))
    return _hash(one_form(password), secrets.token_bytes(16))


def end_sessions(session: orm.Session, account_id: int, keep: str = "") -> None:
    """Within an edit: whoever is logged in as this person has to log in anew, but for the session of this hash."""
    for row in session.exec(orm.select(tables.Session).filter_by(account_id=account_id)).all():
        if not keep or row.id_hash != keep:
            session.delete(row)


def check(e: Engine, password: str, name: str = "") -> Person | None:
    """Who this is, of the first admin without a name.

    None where name or password is wrong: both take as long, and so does a name that there is not.
    """
    with reading(e) as session:
        row = named(session, name) if name.strip() else lookup(session)
        person, stored = (shown(session, row), row.password_hash) if row is not None else (None, "")
    if len(password) > MAX_PASSWORD:
        return None
    salt = bytes.fromhex(stored.split("$")[4]) if stored else b"nobody has this."
    right = hmac.compare_digest(_hash(one_form(password), salt), stored or "nobody")
    if not right and one_form(password) != password:  # set before there was one form
        right = hmac.compare_digest(_hash(password, salt), stored or "nobody")
    return person if right else None


def one_form(password: str) -> str:
    """The same password, whichever keyboard it came from: é is one letter, or e with an accent (RFC 8265: NFC)."""
    return unicodedata.normalize("NFC", password)


def lookup(session: orm.Session, account_id: int | None = None) -> tables.Account | None:
    """The person of this number; without one the first admin, whom `telltale password` is about."""
    if account_id is not None:
        return session.get(tables.Account, account_id)
    admins = orm.select(tables.Account).filter_by(role=str(Role.ADMIN)).order_by(orm.col(tables.Account.id))
    return session.exec(admins).first()


def named(session: orm.Session, name: str) -> tables.Account | None:
    """The person of this name, however it is written: capitals and forms of one letter do not matter."""
    key = name_key(name)
    people = session.exec(orm.select(tables.Account).order_by(orm.col(tables.Account.id))).all()
    return next((person for person in people if name_key(person.name) == key), None)


def name_key(name: str) -> str:
    """What two names have in common that are one to a person."""
    return unicodedata.normalize("NFKC", " ".join(name.split()).casefold())


def shown(session: orm.Session, row: tables.Account) -> Person:
    session.flush()
    return shown_row(connection(session), row)


def shown_row(con: sqlite3.Connection, row: Any) -> Person:
    """The same of a row that was read in plain SQL."""
    devices = con.execute("SELECT device_id FROM account_device WHERE account_id = ? ORDER BY device_id", (row.id,))
    return Person(row.id, row.name, row.role, row.changed_at, row.totp_since is not None,
                  tuple(number for (number,) in devices))  # fmt: skip


def create_token(e: Engine, name: str, scope: str, expires_at: int | None = None) -> str:
    """A new API token, returned this once; the name of one that is revoked or over may be used again."""
    now = int(time.time())
    if expires_at is not None and not now < expires_at <= now + MOST_SECONDS:
        raise EditError(say("A token holds until a moment within the next ten years, or for good."), "expires_at")
    name = " ".join(name.split())
    if not name or len(name) > MAX_TOKEN_NAME or not name.isprintable():
        raise EditError(say("A token has a name of 1 to 80 printable characters."), "name")
    if scope not in tuple(TokenScope):
        raise EditError(say(
            "'{scope}' is no scope of a token: choose {choices}.", scope=scope, choices=", ".join(TokenScope)
        ), "scope")
    made = "tt_" + secrets.token_urlsafe(30)
    made_known = Note(say("The token {name} is made.", name=name), final=say("Revoke the token instead."))
    with writing(e, made_known) as session:
        there = session.exec(orm.select(tables.Token)).all()
        for row in there:
            if row.name == name and _token_view(row).holds(now):
                raise EditError(say(
                    "There is a token '{name}' already; revoke it first or choose another name.", name=name
                ), "name")
            if row.name == name:
                session.delete(row)
                session.flush()  # the name is unique
        if sum(_token_view(row).holds(now) for row in there) >= MAX_TOKENS:
            raise EditError(say("There are {most} tokens already; revoke one first.", most=MAX_TOKENS))
        ended = [row for row in there if row.name != name and not _token_view(row).holds(now)]
        for row in sorted(ended, key=lambda row: row.created_at)[: max(0, len(ended) - MAX_ENDED_TOKENS)]:
            session.delete(row)
        session.add(tables.Token(
            name=name, scope=scope, hash=_digest(made), created_at=now, expires_at=expires_at
        ))  # fmt: skip
    return made


def find_token(e: Engine, token: str, now: int | None = None, address: str = "") -> TokenView | None:
    """The token, unless it is unknown, revoked or over. `address`: from where it is used."""
    now = int(time.time()) if now is None else now
    view = _token_of(e, token)
    if view is None or not view.holds(now):
        return None
    since = abs(now - (view.last_used or 0))
    if since >= TOUCH_SECONDS or (view.last_address != address and since >= TOUCH_ELSEWHERE_SECONDS):
        _touch_token(e, view.id, now, address)
    return view


def why_no_token(e: Engine, token: str) -> str:
    """Why a token that `find_token` does not find opens nothing. Only who holds it hears more than that."""
    view = _token_of(e, token)
    if view is None:
        return say("This token is not known.")
    if view.revoked_at is not None:
        return say("The token {name} was revoked; make another one.", name=view.name)
    return say("The token {name} is past its expiry; make another one.", name=view.name)


def _token_of(e: Engine, token: str) -> TokenView | None:
    with looking(e) as con:
        known = selected(con, "SELECT * FROM token WHERE hash = ?", (_digest(token),))
        return _token_view(known[0]) if known else None


def revoke_token(e: Engine, name: str) -> None:
    """End a token by its name; its row stays to be seen."""
    final = say("What was revoked stays so; make a new token.")
    with writing(e, Note(say("The token {name} is revoked.", name=name), final=final)) as session:
        row = session.exec(orm.select(tables.Token).filter_by(name=name, revoked_at=None)).first()
        if row is None:
            raise NotFound(say("There is no token '{name}' in use.", name=name))
        row.revoked_at = int(time.time())


def tokens(e: Engine) -> list[TokenView]:
    """All tokens by name, revoked ones too."""
    with looking(e) as con:
        return [_token_view(row) for row in selected(con, "SELECT * FROM token ORDER BY name")]


def _touch_token(e: Engine, token_id: int, now: int, address: str) -> None:
    """On a full or read-only disk a use goes unnoted, but whoever holds the key still comes in."""
    with contextlib.suppress(EditError), writing(e, _NO_DECISION) as session:
        row = session.get(tables.Token, token_id)
        if row is not None:
            row.last_used, row.last_address = now, address


def _hash(password: str, salt: bytes) -> str:
    key = hashlib.scrypt(password.encode("utf-8", "surrogatepass"), salt=salt, n=_N, r=_R, p=_P)
    return f"scrypt${_N}${_R}${_P}${salt.hex()}${key.hex()}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _token_view(row: tables.Token) -> TokenView:
    assert row.id is not None
    return TokenView(row.id, row.name, row.scope, row.created_at, row.last_used, row.revoked_at,
                     row.expires_at, row.last_address)  # fmt: skip
