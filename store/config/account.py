# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may come in: the admin password, browser sessions, API tokens. Nothing that opens a door is stored in clear."""

import contextlib
import hashlib
import hmac
import secrets
import time
import unicodedata
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Engine, delete
from sqlmodel import Session, col, select

from store.base.sentences import say
from store.config import tables
from store.config.choices import TokenScope
from store.config.session import EditError, NotFound, Unnoted, about, reading, writing
from store.history.notes import Note
from store.passwords.common_passwords import is_common

MIN_PASSWORD = 8
MAX_PASSWORD = 1024  # scrypt takes any length; an unbounded one would be free work for a stranger
SESSION_SECONDS = 30 * 86_400
MAX_SESSIONS = 100  # the longest unseen goes first; more browsers than a home has
MAX_UNWRITTEN = 20  # of those that only memory has; the oldest goes first, few people make room on a disk
MAX_TOKENS = 100  # made by hand, and shown on one page
TOUCH_SECONDS = 3600  # a visit is noted at most once an hour: every note is a write to the card

_N, _R, _P = 2**14, 8, 5
_NO_DECISION = Unnoted("that a browser comes and goes is no decision")
_NO_HASHES = say("The history holds no password, not even its hash: set the one that you want.")


@dataclass(frozen=True, slots=True)
class NewSession:
    """`id` goes into the cookie and is shown this once; `csrf` into the pages."""

    id: str
    csrf: str


@dataclass(frozen=True, slots=True)
class SessionView:
    """A session that holds. Times: Unix seconds."""

    csrf: str
    created_at: int
    expires_at: int
    address: str


@dataclass(frozen=True, slots=True)
class TokenView:
    """An API token without its secret. Times: Unix seconds."""

    id: int
    name: str
    scope: str
    created_at: int
    last_used: int | None
    revoked_at: int | None


_unwritten: dict[Engine, OrderedDict[str, SessionView]] = {}  # bounded by the engines, see store.config.session


def has_password(e: Engine) -> bool:
    """Whether the first run is over."""
    with reading(e) as session:
        return session.get(tables.Account, 1) is not None


def set_password(e: Engine, password: str) -> None:
    """Set the admin password and end every session: who knew the old one has to log in anew."""
    _set_password(e, password, first=False)


def set_first_password(e: Engine, password: str) -> bool:
    """The same where there is none, in one transaction; False, and nothing is changed: somebody has set one."""
    return _set_password(e, password, first=True)


@about("password")
def _set_password(e: Engine, password: str, *, first: bool) -> bool:
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
    hashed = _hash(password, secrets.token_bytes(16))
    with writing(e, Note(say("The password is set."), final=_NO_HASHES)) as session:
        if first and session.get(tables.Account, 1) is not None:
            return False
        account = session.get(tables.Account, 1) or tables.Account(id=1, password_hash="", changed_at=0)
        account.password_hash, account.changed_at = hashed, int(time.time())
        session.add(account)
        session.execute(delete(tables.Session))
    _unwritten.pop(e, None)
    return True


def check_password(e: Engine, password: str) -> bool:
    """Whether this is the password; takes as long for a wrong one, and is False while none is set."""
    with reading(e) as session:
        account = session.get(tables.Account, 1)
        stored = account.password_hash if account else ""
    if len(password) > MAX_PASSWORD or not stored:
        return False
    salt = bytes.fromhex(stored.split("$")[4])
    return hmac.compare_digest(_hash(password, salt), stored)


def create_session(e: Engine, address: str, now: int | None = None) -> NewSession:
    """Begin a session for a browser at this address; one that cannot be written holds in memory."""
    now = int(time.time()) if now is None else now
    made = NewSession(secrets.token_urlsafe(32), secrets.token_urlsafe(32))
    try:
        _write_session(e, made, address, now)
    except EditError:
        # A full disk must not keep the person out who is to make room: it holds in memory, as long as this process.
        sessions = _unwritten.setdefault(e, OrderedDict())
        sessions[_digest(made.id)] = SessionView(made.csrf, now, now + SESSION_SECONDS, address)
        while len(sessions) > MAX_UNWRITTEN:
            sessions.popitem(last=False)
    return made


def _write_session(e: Engine, made: NewSession, address: str, now: int) -> None:
    with writing(e, _NO_DECISION) as session:
        session.execute(delete(tables.Session).where(col(tables.Session.expires_at) <= now))
        oldest = select(tables.Session).order_by(col(tables.Session.last_seen).desc()).offset(MAX_SESSIONS - 1)
        for row in session.exec(oldest).all():
            session.delete(row)
        session.add(tables.Session(
            id_hash=_digest(made.id), csrf=made.csrf, created_at=now, expires_at=now + SESSION_SECONDS, last_seen=now,
            address=address,
        ))  # fmt: skip


def find_session(e: Engine, session_id: str, now: int | None = None) -> SessionView | None:
    """The session of this cookie while it holds; each visit makes it hold for 30 more days."""
    now = int(time.time()) if now is None else now
    if kept := _unwritten.get(e, OrderedDict()).get(_digest(session_id)):
        return kept if kept.expires_at > now else None
    with reading(e) as session:
        row = session.get(tables.Session, _digest(session_id))
        if row is None or row.expires_at <= now:
            return None
        view, last_seen = SessionView(row.csrf, row.created_at, row.expires_at, row.address), row.last_seen
    if abs(now - last_seen) >= TOUCH_SECONDS:  # or the clock was ahead: the session must not last for years
        _touch_session(e, session_id, now)
    return view


def session_addresses(e: Engine, now: int | None = None) -> set[str]:
    """From where those came in whose sessions hold: MAX_SESSIONS at most."""
    now = int(time.time()) if now is None else now
    with reading(e) as session:
        rows = session.exec(select(tables.Session).where(col(tables.Session.expires_at) > now)).all()
        return {row.address for row in rows}


def end_session(e: Engine, session_id: str) -> None:
    """Log out; nothing happens when the session is over already."""
    if _unwritten.get(e, OrderedDict()).pop(_digest(session_id), None):
        return
    with writing(e, _NO_DECISION) as session:
        row = session.get(tables.Session, _digest(session_id))
        if row is not None:
            session.delete(row)


def create_token(e: Engine, name: str, scope: str) -> str:
    """A new API token, returned this once; the name of a revoked one may be used again."""
    name = " ".join(name.split())
    if not name or len(name) > 80 or not name.isprintable():
        raise EditError(say("A token has a name of 1 to 80 printable characters."), "name")
    if scope not in tuple(TokenScope):
        raise EditError(say(
            "'{scope}' is no scope of a token: choose {choices}.", scope=scope, choices=", ".join(TokenScope)
        ), "scope")
    made = "tt_" + secrets.token_urlsafe(30)
    made_known = Note(say("The token {name} is made.", name=name), final=say("Revoke the token instead."))
    with writing(e, made_known) as session:
        rows = session.exec(select(tables.Token)).all()
        for row in rows:
            if row.name == name and row.revoked_at is None:
                raise EditError(say(
                    "There is a token '{name}' already; revoke it first or choose another name.", name=name
                ), "name")
            if row.name == name:
                session.delete(row)
                session.flush()  # the name is unique
        if sum(row.revoked_at is None for row in rows) >= MAX_TOKENS:
            raise EditError(say("There are {most} tokens already; revoke one first.", most=MAX_TOKENS))
        session.add(tables.Token(name=name, scope=scope, hash=_digest(made), created_at=int(time.time())))
    return made


def find_token(e: Engine, token: str, now: int | None = None) -> TokenView | None:
    """The token, unless it is unknown or revoked."""
    now = int(time.time()) if now is None else now
    with reading(e) as session:
        row = session.exec(select(tables.Token).filter_by(hash=_digest(token), revoked_at=None)).first()
        view = _token_view(row) if row else None
    if view is not None and abs(now - (view.last_used or 0)) >= TOUCH_SECONDS:
        _touch_token(e, view.id, now)
    return view


def revoke_token(e: Engine, name: str) -> None:
    """End a token by its name; its row stays to be seen."""
    final = say("What was revoked stays so; make a new token.")
    with writing(e, Note(say("The token {name} is revoked.", name=name), final=final)) as session:
        row = session.exec(select(tables.Token).filter_by(name=name, revoked_at=None)).first()
        if row is None:
            raise NotFound(say("There is no token '{name}' in use.", name=name))
        row.revoked_at = int(time.time())


def tokens(e: Engine) -> list[TokenView]:
    """All tokens by name, revoked ones too."""
    with reading(e) as session:
        return [_token_view(row) for row in session.exec(select(tables.Token).order_by(col(tables.Token.name)))]


def _touch_session(e: Engine, session_id: str, now: int) -> None:
    def touch(session: Session) -> None:
        row = session.get(tables.Session, _digest(session_id))
        if row is not None:
            row.last_seen, row.expires_at = now, now + SESSION_SECONDS

    _quietly(e, touch)


def _touch_token(e: Engine, token_id: int, now: int) -> None:
    def touch(session: Session) -> None:
        row = session.get(tables.Token, token_id)
        if row is not None:
            row.last_used = now

    _quietly(e, touch)


def _quietly(e: Engine, touch: Callable[[Session], None]) -> None:
    """On a full or read-only disk a visit goes unnoted, but whoever holds the key still comes in."""
    with contextlib.suppress(EditError), writing(e, _NO_DECISION) as session:
        touch(session)


def _hash(password: str, salt: bytes) -> str:
    key = hashlib.scrypt(password.encode("utf-8", "surrogatepass"), salt=salt, n=_N, r=_R, p=_P)
    return f"scrypt${_N}${_R}${_P}${salt.hex()}${key.hex()}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _token_view(row: tables.Token) -> TokenView:
    assert row.id is not None
    return TokenView(row.id, row.name, row.scope, row.created_at, row.last_used, row.revoked_at)
