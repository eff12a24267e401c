# SPDX-License-Identifier: GPL-3.0-or-later
"""Which languages sentences can be said in, and which one a person wants.

A language is a file store/messages/<tag>.mo, compiled by `make messages` from <tag>.po beside it. English needs none.
"""

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from store.base.sentences import Catalogue, translate

FOLDER = Path(__file__).parents[1] / "messages"
ENGLISH = "en"
# Of what a browser asks for; people name two or three.
MAX_WISHES = 20


@cache
def available() -> tuple[str, ...]:
    """The tags of all languages, English first."""
    return (ENGLISH, *sorted(path.stem for path in FOLDER.glob("*.mo")))


@cache
def catalogue(tag: str) -> Catalogue:
    """The sentences of one of those languages. Loaded when first asked for; the module is not needed before."""
    import gettext

    path = FOLDER / f"{tag}.mo"
    if tag not in available() or not path.is_file():
        return gettext.NullTranslations()
    with path.open("rb") as file:
        return gettext.GNUTranslations(file)


def of_browser(accept: str) -> str:
    """The language of an Accept-Language header (RFC 9110, 12.5.4): the best one that there is, else English."""
    wishes = [_wish(part) for part in accept.split(",")[:MAX_WISHES]]
    for tag, quality in sorted(wishes, key=lambda wish: -wish[1]):
        if quality > 0 and (language := _fitting(tag)):
            return language
    return ENGLISH


def of_process(environ: Mapping[str, str]) -> str:
    """The language of a terminal: LANGUAGE, LC_ALL, LC_MESSAGES or LANG, the first that is set, as gettext looks."""
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if wished := environ.get(name):
            tags = [word.partition(".")[0].replace("_", "-") for word in wished.split(":")[:MAX_WISHES]]
            return next((language for tag in tags if (language := _fitting(tag))), ENGLISH)
    return ENGLISH


def tell(text: str, tag: str) -> str:
    """The text as people of that language read it."""
    return translate(text, catalogue(tag)) if tag != ENGLISH else text


def tell_here(text: str) -> str:
    """The text as people at this terminal read it."""
    return tell(text, of_process(os.environ))


def _wish(part: str) -> tuple[str, float]:
    tag, _, parameters = part.partition(";")
    name, _, value = parameters.strip().partition("=")
    try:
        return tag.strip(), float(value) if name == "q" else 1.0
    except ValueError:
        return tag.strip(), 0.0


def _fitting(tag: str) -> str:
    """The language that there is for a tag: itself, or without its region; "" for none."""
    known = {language.casefold(): language for language in available()}
    wished = tag.casefold()
    return known.get(wished) or known.get(wished.partition("-")[0], "")
