# SPDX-License-Identifier: GPL-3.0-or-later
"""What people say of names against the tables of whose they are. Checked as values; plain SQL."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass
from enum import StrEnum

from store.base.sentences import say, sentence_of
from store.names.purpose import Kind, Purpose, kind_named
from store.names.rule_names import normalise

MAX_CORRECTIONS = 5000  # of a home; each is one more entry in a dict of every process that attributes names
MAX_WORDS = 100  # characters of a company and of a product
MAX_NOTE = 500
# The address of a web page, as people paste it.
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://(?:[^/?#@]*@)?(?P<host>[^/:?#]+)\S*", re.IGNORECASE)


class CorrectionScope(StrEnum):
    """What a correction is about."""

    EXACT = "exact"  # the name alone
    SUFFIX = "suffix"  # the name and all below it


@dataclass(frozen=True, slots=True)
class NameCorrection:
    """What somebody says of a name; None: as the tables have it. At least one of the four is said."""

    name: str
    scope: CorrectionScope = CorrectionScope.SUFFIX
    company: str | None = None
    product: str | None = None
    purpose: Purpose | None = None
    kind: Kind | None = None
    note: str = ""


class WrongCorrection(ValueError):  # noqa: N818 - what is wrong is the point
    """A correction that cannot be; `part` is the name of the field that is wrong."""

    def __init__(self, part: str, sentence: str) -> None:
        super().__init__(sentence)
        self.part = part


def check(
    name: str, scope: str = "suffix", company: str | None = None, product: str | None = None,
    purpose: str | None = None, kind: str | None = None, note: str = "",
) -> NameCorrection:  # fmt: skip
    """The correction that is meant, from what was written; an empty field is one that says nothing.

    Raises WrongCorrection with a sentence.
    """
    correction = NameCorrection(
        read_name(name), _scope(scope), _words("company", company), _words("product", product), _purpose(purpose),
        _kind(kind), note.strip(),
    )  # fmt: skip
    if len(correction.note) > MAX_NOTE:
        raise WrongCorrection("note", say("A note has up to {most} characters.", most=MAX_NOTE))
    if all(each is None for each in (correction.company, correction.product, correction.purpose, correction.kind)):
        raise WrongCorrection("company", say("Say at least one of company, product, purpose and kind."))
    return correction


def as_words(correction: NameCorrection) -> dict[str, str | None]:
    """The correction in words, as it is stored, shown as JSON and taken by `check`."""
    return {
        "name": correction.name, "scope": correction.scope.value, "company": correction.company,
        "product": correction.product, "purpose": correction.purpose.value if correction.purpose else None,
        "kind": correction.kind.word if correction.kind is not None else None, "note": correction.note,
    }  # fmt: skip


def pasted(text: str) -> str:
    """The name in the address of a web page; what is no such address stays."""
    page = _ADDRESS.fullmatch(text.strip())
    return text if page is None else page["host"]


def read_name(text: str) -> str:
    """A name as people write it, `*.x` meaning x, or the address of a page of it. Raises WrongCorrection."""
    try:
        return normalise(pasted(text).strip().removeprefix("*."))
    except ValueError as error:
        raise WrongCorrection("name", sentence_of(error)) from None


def load(con: sqlite3.Connection) -> tuple[NameCorrection, ...]:
    """All, by name; a row that is none any more is passed over. Raises sqlite3.Error."""
    sql = "SELECT name, scope, company, product, purpose, kind, note FROM name_correction ORDER BY name LIMIT ?"
    corrections = []
    for row in con.execute(sql, (MAX_CORRECTIONS,)):
        try:
            corrections.append(check(*row))
        except ValueError:
            continue
    return tuple(corrections)


def _scope(text: str) -> CorrectionScope:
    if text not in set(CorrectionScope):
        raise WrongCorrection("scope", say("'{text}' is neither exact nor suffix.", text=text[:40]))
    return CorrectionScope(text)


def _words(part: str, text: str | None) -> str | None:
    words = " ".join((text or "").split())
    if not words.isprintable():
        raise WrongCorrection(part, say("Company and product have no characters that cannot be seen, or turn others."))
    if len(words) > MAX_WORDS:
        raise WrongCorrection(
            part, say("Company and product have up to {most} characters in one line.", most=MAX_WORDS)
        )
    return words or None


def _purpose(text: str | None) -> Purpose | None:
    if not text:
        return None
    if text not in set(Purpose):
        raise WrongCorrection("purpose", say(
            "'{text}' is no purpose: choose {choices}.", text=text[:40], choices=", ".join(Purpose)
        ))  # fmt: skip
    return Purpose(text)


def _kind(text: str | None) -> Kind | None:
    if not text:
        return None
    try:
        return kind_named(text)
    except ValueError:
        raise WrongCorrection("kind", say(
            "'{text}' is no kind: choose {choices}.", text=text[:40], choices=", ".join(each.word for each in Kind)
        )) from None  # fmt: skip
