# SPDX-License-Identifier: GPL-3.0-or-later
"""One language's sentences, as a catalogue file (.po, of GNU gettext) has them.

    msgctxt "time"               the sense, where the same English has several
    msgid "{count:,} name"       the English
    msgid_plural "{count:,} names"
    msgstr[0] "{count:,} Name"   one for each form of the language; without a plural it is msgstr
    msgstr[1] "{count:,} Namen"

The file is read as it stands: no compiler has to have run before. What is marked `fuzzy` or is empty does not count.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from store.locale.language_rules import ENGLISH, RULES, LanguageRules

# (sense, English) → its forms; a sentence without a plural has one.
Forms = Mapping[tuple[str, str], tuple[str, ...]]
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}
_ESCAPED = re.compile(r"\\(.)")
_LINE = re.compile(r'(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?)\s+"(.*)"')


class Translations:
    """A catalogue as sentences ask one; what it does not have is said in English."""

    __slots__ = ("_forms", "rules")

    def __init__(self, forms: Forms | None = None, rules: LanguageRules = RULES[ENGLISH]) -> None:
        self._forms, self.rules = forms or {}, rules

    def gettext(self, message: str, /) -> str:
        return self._of("", message, 1) or message

    def ngettext(self, singular: str, plural: str, count: int, /) -> str:
        return self._of("", singular, count) or (singular if count == 1 else plural)

    def pgettext(self, sense: str, message: str, /) -> str:
        return self._of(sense, message, 1) or message

    def _of(self, sense: str, message: str, count: int) -> str:
        forms = self._forms.get((sense, message))
        if not forms:
            return ""
        return forms[self.rules.plural.form(count)] if len(forms) > 1 else forms[0]


def read_forms(text: str) -> dict[tuple[str, str], tuple[str, ...]]:
    """What a catalogue file says; its heading is under ("", "")."""
    by_english = {}
    for entry in _entries(text):
        forms = tuple(form for key, form in entry.items() if key.startswith("msgstr"))
        if all(forms) and forms and "msgid" in entry:
            by_english[entry.get("msgctxt", ""), entry["msgid"]] = forms
    return by_english


def read_heading(text: str) -> dict[str, str]:
    """The fields of a catalogue file's heading: "Language" → "de"."""
    heading = read_forms(text.partition("\n\n")[0] + "\n").get(("", ""), ("",))[0]
    return {name: value.strip() for name, _, value in (line.partition(":") for line in heading.split("\n")) if name}


def quoted(text: str) -> str:
    """A text as a catalogue file writes it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t") + '"'


def _entries(text: str) -> Iterator[dict[str, str]]:
    """Each entry that counts, as keyword → text."""
    entry: dict[str, list[str]] = {}
    keyword, fuzzy = "", False
    for line in (*text.splitlines(), ""):
        if line.startswith('"'):
            if keyword:
                entry[keyword].append(line[1:-1])
        elif match := _LINE.fullmatch(line):
            keyword = match[1]
            entry[keyword] = [match[2]]
        elif line.startswith("#"):
            fuzzy = fuzzy or (line.startswith("#,") and "fuzzy" in line)
        elif not line.strip():
            if entry and not fuzzy:
                yield {key: _plain(parts) for key, parts in entry.items()}
            entry, keyword, fuzzy = {}, "", False


def _plain(parts: Iterable[str]) -> str:
    text = "".join(parts)
    return _ESCAPED.sub(lambda escape: _ESCAPES.get(escape[1], escape[1]), text) if "\\" in text else text
