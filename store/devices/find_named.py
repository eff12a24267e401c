# SPDX-License-Identifier: GPL-3.0-or-later
"""Devices, groups and scopes by what people call them: a number, a name, an address. For the command line."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager

from store.base.sentences import say
from store.config import devices, scopes
from store.config.choices import ScopeKind
from store.config.engine import Engine
from store.config.session import EditError, NotFound


def find_device(e: Engine, text: str) -> int:
    """The id of a device by its number, its name, an address or a MAC address. Raises NotFound, EditError."""
    with _reading(e) as con:
        return _device(con, text)


def find_group(e: Engine, text: str) -> int:
    """The id of a group by its number or its name. Raises NotFound."""
    with _reading(e) as con:
        return _group(con, text)


def find_scope(e: Engine, text: str) -> str:
    """A scope with the number in place of a name: `group:Children` is `group:1`; what is none stays as it is."""
    kind, mark, name = text.partition(":")
    find: Callable[[sqlite3.Connection, str], int] | None = {ScopeKind.GROUP.value: _group,
                                                             ScopeKind.DEVICE.value: _device}.get(kind)
    if find is None or not mark or not name.strip() or _is_number(name):
        return text
    with _reading(e) as con:
        return f"{kind}:{find(con, name)}"


@contextmanager
def _reading(e: Engine) -> Iterator[sqlite3.Connection]:
    """A connection outside of any transaction; EditError where config.db cannot be read."""
    try:
        with closing(e.connect()) as con:
            yield con
    except sqlite3.Error as error:
        raise EditError(say("config.db cannot be read ({error}); 'telltale doctor' says more.", error=error)) from None


def _device(con: sqlite3.Connection, text: str) -> int:
    if _is_number(text):
        return int(text)
    wanted = _folded(text)
    rows = devices.devices(con)
    by_name = [row.id for row in rows if _folded(devices.display_name(row)) == wanted]
    known = by_name or [
        row.id for row in rows if wanted in row.addresses or wanted in (each.mac for each in row.macs)
    ]
    return _only(known, say("There is no device '{name}'; `telltale devices` shows all.", name=text), text)


def _group(con: sqlite3.Connection, text: str) -> int:
    if _is_number(text):
        return int(text)
    rows = con.execute('SELECT id, name FROM "group" ORDER BY id').fetchall()
    known = [number for number, name in rows if name == text] or [
        number for number, name in rows if _folded(name) == _folded(text)
    ]
    return _only(known, say("There is no group '{name}'; `telltale groups` shows all.", name=text), text)


def _only(known: Iterable[int], none: str, text: str) -> int:
    numbers = list(known)
    if not numbers:
        raise NotFound(none)
    if len(numbers) > 1:
        among = ", ".join(map(str, numbers))
        raise EditError(say("Several are called '{name}': say which by its number ({numbers}).",
                            name=text, numbers=among))  # fmt: skip
    return numbers[0]


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= scopes.MAX_DIGITS


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
