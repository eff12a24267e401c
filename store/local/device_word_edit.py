# SPDX-License-Identifier: GPL-3.0-or-later
"""Words of devices for encrypted DNS: made when somebody wants one, and taken away. Each function is one change."""

from __future__ import annotations

import secrets
import time

from store.base.sentences import say
from store.config.engine import Engine
from store.config.session import NotFound, bump, connection, looking, writing
from store.history import called
from store.local.device_words import LENGTH, LETTERS, secret_of
from store.rows import orm, tables


def word_of(e: Engine, device_id: int) -> str:
    """The word of a device, made now where it has none. Raises NotFound."""
    with looking(e) as con:
        word = secret_of(con, device_id)
    return word or new_word(e, device_id)


def new_word(e: Engine, device_id: int) -> str:
    """A new word for a device in place of those that it had, which open nothing any more. Raises NotFound."""
    word = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    with writing(e, say("{device} got an address of its own for encrypted DNS.", device=called.device(device_id))) as s:
        _there(s, device_id)
        connection(s).execute("DELETE FROM device_word WHERE device_id = ?", (device_id,))
        s.add(tables.DeviceWord(word=word, device_id=device_id, made_at=int(time.time())))
        bump(s)
    return word


def _there(session: orm.Session, device_id: int) -> None:
    if session.get(tables.Device, device_id) is None:
        raise NotFound(say("There is no device {number}.", number=device_id))
