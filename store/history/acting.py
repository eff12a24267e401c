# SPDX-License-Identifier: GPL-3.0-or-later
"""Who acts just now: a browser, a token, a device, somebody at the command line, or Telltale itself as it starts."""

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import StrEnum

from store.base.sentences import say


class Origin(StrEnum):
    """From where a change came; all but START and UNKNOWN are people's."""

    BROWSER = "browser"
    TOKEN = "token"  # noqa: S105 - a word
    DEVICE = "device"
    COMMAND = "command"
    START = "start"
    UNKNOWN = "unknown"


PEOPLE = (Origin.BROWSER, Origin.TOKEN, Origin.DEVICE, Origin.COMMAND)


@dataclass(slots=True)
class Acting:
    """`who` is a sentence that may name things by `store.history.called`; `changes`: what was noted under it, by id."""

    origin: Origin
    who: str
    changes: list[int] = field(default_factory=list)


_NOBODY = Acting(Origin.UNKNOWN, say("unknown"))
_acting: ContextVar[Acting] = ContextVar("acting")


def current() -> Acting:
    """Who acts in this context."""
    return _acting.get(_NOBODY)


def begin(who: Acting) -> None:
    """From now on, in this context, these changes are theirs."""
    _acting.set(who)


@contextlib.contextmanager
def as_(who: Acting) -> Iterator[Acting]:
    """The same for the body alone."""
    before = _acting.set(who)
    try:
        yield who
    finally:
        _acting.reset(before)
