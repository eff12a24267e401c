# SPDX-License-Identifier: GPL-3.0-or-later
"""Which languages sentences can be said in, and which one a person wants.

A language is a file store/messages/<tag>.po, with an underscore in place of a tag's hyphen; English needs none. It is
offered once its heading says so, which the suite allows only where every sentence is there. See docs/translating.md.
"""

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from store.base.sentences import Catalogue, translate
from store.locale.language_rules import ENGLISH as ENGLISH
from store.locale.language_rules import RULES
from store.locale.translations import Translations, read_forms, read_heading

FOLDER = Path(__file__).parents[1] / "messages"
VARIABLE = "TELLTALE_LANGUAGE"
OFFERED = "X-Offered"
DRAFT = "X-Draft"
MACHINE = "machine"
# Tags of before 1989, which some systems still say.
_NEW = {"in": "id"}
# A heading is shorter by far.
_HEADING_BYTES = 2_000
# Of what a browser asks for; people name two or three.
MAX_WISHES = 20
_house: list[str] = []  # one at most, the setting `language` as the command line found it


@cache
def available() -> tuple[str, ...]:
    """The tags of all languages that are offered, English first."""
    return (ENGLISH, *(tag for tag in RULES if tag != ENGLISH and heading(tag).get(OFFERED) == "yes"))


@cache
def drafted_by_machine(tag: str) -> bool:
    """Whether nobody who speaks the language has looked over all of its sentences."""
    return heading(tag).get(DRAFT) == MACHINE


def name_of(tag: str) -> str:
    """As its speakers call it."""
    return RULES[tag].name if tag in RULES else tag


@cache
def catalogue(tag: str) -> Catalogue:
    """The sentences of one of those languages, read when they are first asked for, and kept: some 2 MB."""
    if tag not in available() or tag == ENGLISH:
        return Translations()
    return Translations(read_forms(path_of(tag).read_text(encoding="utf-8")), RULES[tag])


def heading(tag: str) -> dict[str, str]:
    """What a language's file says of itself; {} where there is none."""
    try:
        with path_of(tag).open(encoding="utf-8") as file:
            return read_heading(file.read(_HEADING_BYTES))
    except OSError:
        return {}


def path_of(tag: str) -> Path:
    return FOLDER / f"{tag.replace('-', '_')}.po"


def of_browser(accept: str, otherwise: str = "") -> str:
    """The language of an Accept-Language header (RFC 9110, 12.5.4): the best one that there is; where there is none
    of them, the one `otherwise`, or English."""
    wishes = [_wish(part) for part in accept.split(",")[:MAX_WISHES]]
    for tag, quality in sorted(wishes, key=lambda wish: -wish[1]):
        if quality > 0 and (language := _fitting(tag)):
            return language
    return otherwise if otherwise in available() else ENGLISH


def of_process(environ: Mapping[str, str]) -> str:
    """The language of a terminal: the one that it wishes; where it wishes none that there is, the house's, or
    English."""
    return wished(environ) or (_house[-1] if _house and _house[-1] in available() else ENGLISH)


def wished(environ: Mapping[str, str]) -> str:
    """What was said to Telltale (TELLTALE_LANGUAGE, `--language`), else LANGUAGE, LC_ALL, LC_MESSAGES or LANG, the
    first that is set, as gettext looks; "" where that is none that there is (C, POSIX)."""
    for name in (VARIABLE, "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if wish := environ.get(name):
            tags = [word.partition(".")[0].replace("_", "-") for word in wish.split(":")[:MAX_WISHES]]
            return next((language for tag in tags if (language := _fitting(tag))), "")
    return ""


def speak_as_the_house(tag: str) -> None:
    """From now on this process says in that language what nobody wishes in another; "": in English."""
    _house[:] = [tag]


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
    """The language that there is for a tag: itself, or another of the same words; "" for none."""
    known = {language.casefold(): language for language in available()}
    wished = tag.casefold()
    if wished in known:
        return known[wished]
    language, *rest = wished.split("-")
    if language == "zh" and {"hant", "tw", "hk", "mo"} & set(rest):
        return ""  # other characters
    return next((there for name, there in known.items() if name.partition("-")[0] == _NEW.get(language, language)), "")
