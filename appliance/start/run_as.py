# SPDX-License-Identifier: GPL-3.0-or-later
"""Which user the appliance becomes once its ports are bound.

Whoever names one gets it, where that one can read the program and come to the state directory. Root that names none
becomes the user that the systemd unit and the image have, where there is one and it can work here; else it stays root,
without any of root's powers, and says so.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import sys
from pathlib import Path

from appliance.errors import Complaint
from appliance.process import privilege
from store.base.sentences import say, sentence_of

OWN = "telltale"


def chosen(name: str | None, state: Path) -> tuple[pwd.struct_passwd | None, str | None]:
    """(the user to become, None: stay who we are; a sentence on why it is not the usual one). `state` exists.

    Raises Complaint when the user that is named does not exist, cannot be, or could not work here.
    """
    if name:
        return _able(privilege.account(name), state), None
    try:
        own = pwd.getpwnam(OWN)
    except KeyError:
        return None, None
    if not privilege.may_become_others() or state.stat().st_uid not in (0, own.pw_uid):
        return None, None
    closed = privilege.unreadable(own, _code(), [state])
    if closed is None:
        return own, None
    return None, say(
        "Telltale stays root, without root's powers: the user {user} cannot read {path}.", user=OWN, path=closed
    )


def chosen_or_owner(
    name: str | None, state: Path, *, must_start: bool
) -> tuple[pwd.struct_passwd | None, str | None]:
    """As `chosen`; must_start: a name mistyped since the last start gives way to whom the directory belongs.

    Raises Complaint where that one cannot work here either."""
    try:
        return chosen(name, state)
    except Complaint as error:
        if not must_start:
            raise
        owner = state.stat().st_uid
        if os.geteuid() == 0 and owner != 0:
            with contextlib.suppress(KeyError):
                return _able(pwd.getpwuid(owner), state), sentence_of(error)
        return None, sentence_of(error)


def _able(entry: pwd.struct_passwd, state: Path) -> pwd.struct_passwd:
    """This user, if it can work here. Raises Complaint."""
    if os.geteuid() == entry.pw_uid or not privilege.may_become_others():
        return entry
    closed = privilege.unreadable(entry, _code(), [state])
    if closed == state:
        raise Complaint(say(
            "The user {user} cannot come to the state directory {path}: name another with --state DIR.",
            user=entry.pw_name, path=state,
        ))
    if closed is not None:
        raise Complaint(say(
            "The user {user} cannot read {path}, which Telltale runs from: install it where every user may read, as in "
            "/opt, or name another user with --user.",
            user=entry.pw_name, path=closed,
        ))
    return entry


def _code() -> list[Path]:
    """What a process of ours reads: the interpreter, and where modules are."""
    folders = [Path(entry) for entry in sys.path if entry]
    return [Path(sys.executable), Path(__file__), *(folder for folder in folders if folder.exists())]
