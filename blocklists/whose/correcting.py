# SPDX-License-Identifier: GPL-3.0-or-later
"""A correction is made, but not of a suffix below which anybody may have a name: it would be said of all of them."""

from __future__ import annotations

from blocklists.rules import public_suffixes
from store.base.sentences import say, sentence_of
from store.config.engine import Engine
from store.config.session import EditError
from store.local import correction_edit
from store.local.corrections import CorrectionScope, NameCorrection, read_name


def correct(
    e: Engine, name: str, scope: str = "suffix", company: str | None = None, product: str | None = None,
    purpose: str | None = None, kind: str | None = None, note: str = "",
) -> NameCorrection:  # fmt: skip
    """Say whose a name is and what for, as `correction_edit.correct` does. Raises EditError."""
    try:
        written = read_name(name)
    except ValueError as error:
        raise EditError(sentence_of(error)) from None
    if public_suffixes.is_registry(written):
        raise EditError(say(
            "Below {name} anybody can register a name, so it is nobody's; correct a name below it.", name=written
        ))  # fmt: skip
    if scope != CorrectionScope.EXACT and public_suffixes.is_hoster(written):
        raise EditError(say(
            "Below {name} customers have names of their own; correct one of them, or {name} alone.", name=written
        ))  # fmt: skip
    return correction_edit.correct(e, name, scope, company, product, purpose, kind, note)
