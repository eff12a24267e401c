# SPDX-License-Identifier: GPL-3.0-or-later
"""Names that devices give themselves in words ("Küche", "Anna's iPhone"), made fit to show or refused. Pure.

They come from whoever is on the link, so they are hostile: nothing that turns the direction of a line, hides, or marks
up text is let through, and no name that mixes alphabets to look like another.
"""

import re
import unicodedata

NAME_MAX = 63  # bytes of a DNS label, so of an mDNS instance's name; UPnP has 64
_READ_MAX = 256  # characters looked at
_MARKS = frozenset(" -_.'()&+,:#/!’–")
# Alphabets whose letters look alike; a name of one word takes its letters from one of them.
_ALIKE = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE")
_SPACES = re.compile(r"\s+")


def friendly_name(text: str) -> str | None:
    """The name as it is shown, None where it is none: nothing left, too strange, or of mixed alphabets."""
    plain = unicodedata.normalize("NFKC", text[:_READ_MAX])
    name = _SPACES.sub(" ", plain).strip(" .")
    while len(name.encode("utf-8", "surrogatepass")) > NAME_MAX:
        name = name[:-1].rstrip()
    if not name or not name[0].isalnum() or not all(map(_is_plain, name)):
        return None
    return None if len(_alphabets(name)) > 1 else name


def _is_plain(character: str) -> bool:
    return character in _MARKS or unicodedata.category(character)[0] in "LN" or unicodedata.category(character) == "Mn"


def _alphabets(name: str) -> set[str]:
    """Those of `_ALIKE` that it has letters of."""
    words = {unicodedata.name(character, "").partition(" ")[0] for character in name if character.isalpha()}
    return words & set(_ALIKE)
