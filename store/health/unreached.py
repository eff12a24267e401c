# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists whose servers were not reached: mostly no fault of theirs, but of the way there. Pure."""

from __future__ import annotations

from store.base.sentences import Sentence, say


def no_server(error: str) -> Sentence:
    """The server of a list does not take a connection; a clause."""
    return say("its server cannot be reached ({error})", error=error)


def no_address(error: str) -> Sentence:
    """Its name leads to no address, as this machine is told; a clause."""
    return say("no DNS server tells this machine the address of its server ({error})", error=error)


_SAID = frozenset(sentence("").message for sentence in (no_server, no_address))


def is_unreached(text: str | None) -> bool:
    """Whether what is said of a list holds one of these."""
    if not isinstance(text, Sentence):
        return False
    inner = (value for value in text.values.values() if isinstance(value, str))
    return text.message in _SAID or any(map(is_unreached, inner))
