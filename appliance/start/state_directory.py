# SPDX-License-Identifier: GPL-3.0-or-later
"""The state directory at a start: made, ours, and config.db in it opened as well as it can be.

    sound and writable     all children
    cannot be written      all children, and each does what it can; tried again by itself (appliance.start.retry)
    config.db cannot be used, and must not be put aside (newer, not ours to read)     DNS alone, tried again too
    neither of them, and nothing in it to answer from                                 a complaint
"""

import errno
import fcntl
import os
import time
from dataclasses import dataclass, field
from pathlib import Path

from appliance.errors import Complaint
from store.base import db
from store.base.sentences import Sentence, say, sentence_of, together
from store.base.store_errors import StoreError

PROBE = 64 * 1024  # bytes that can be written where a disk is not full: an edit of config.db takes no more

CLAIM_SECONDS = 3.0  # one that was told to end, or killed, is gone by then
CLAIM_PAUSE = 0.05


@dataclass(slots=True)
class Opened:
    """`trouble`: why something cannot be written or used, "" when all is well; `alone`: DNS is answered, no more."""

    notes: list[str] = field(default_factory=list)
    trouble: str = ""
    alone: bool = False


def make(state: Path) -> None:
    """Raises Complaint."""
    try:
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Complaint(say(
            "The state directory {state} cannot be made ({error}); name one that this user may write with --state DIR.",
            state=state, error=error.strerror,
        )) from None


def is_claimed(state: Path) -> bool:
    """Whether an appliance runs on this directory, as far as its disk knows locks."""
    try:
        number = os.open(state, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(number)
    return False


def claim(state: Path) -> int | None:
    """Keep a second appliance from this directory until the descriptor is closed or the process ends, however it ends.

    Two recorders would write one log, and each take away what waits for the other. None: the directory cannot be
    opened, or its disk knows no locks; that keeps nobody from a start. Raises Complaint.
    """
    try:
        number = os.open(state, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:  # whoever needs it says why
        return None
    end = time.monotonic() + CLAIM_SECONDS
    while True:
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() < end:
                time.sleep(CLAIM_PAUSE)
                continue
            os.close(number)
            raise Complaint(say(
                "Telltale already runs on the state directory {state}: stop that one first, or give this one a "
                "directory of its own with --state DIR.",
                state=state,
            )) from None
        except OSError:
            pass
        return number


def own(state: Path) -> None:
    """Root gives up its power over other people's files, so a directory of somebody else would be read-only to it."""
    owner = state.stat().st_uid
    if os.geteuid() == 0 and owner != 0:
        raise Complaint(say(
            "The state directory {state} belongs to user {owner}, not to root; start as that user, or name it with "
            "--user, or give the directory to root with chown.",
            state=state, owner=owner,
        ))


def is_used(state: Path) -> bool:
    """Whether there was a start in it before, so that there is something to answer from."""
    return any(os.path.lexists(state / name) for name in ("config.db", "config.db.bak", "index/current.idx"))


def open_config(state: Path) -> Opened:
    """config.db ready, as far as it can be. Raises Complaint where there was never anything to answer from."""
    used, reason = is_used(state), Sentence("")
    try:
        report = db.open_config(state)
        probe(state)
    except OSError as error:
        reason = say("{state} cannot be written ({error}).", state=state, error=error.strerror)
    except StoreError as error:
        reason = together(sentence_of(error))
    else:
        return Opened([report.sentence] if report else [])
    if not used:
        raise Complaint(say(
            "{reason} There is nothing in it to answer from either; make it writable for this user, or name another "
            "with --state DIR.",
            reason=reason,
        ))
    if db.inspect(state / "config.db") is None:
        still = say("Until then nothing is changed, and queries are kept in memory alone.")
        return Opened(trouble=together(reason, still))
    still = say("DNS is answered from what is there, but nothing is logged and no page is shown.")
    return Opened(trouble=together(reason, still), alone=True)


def probe(state: Path) -> None:
    """Whether something can be written here. Raises OSError."""
    path = state / f".probe-{os.getpid()}"
    path.unlink(missing_ok=True)
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        path.unlink()
        if os.write(file, bytes(PROBE)) != PROBE:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    finally:
        os.close(file)
