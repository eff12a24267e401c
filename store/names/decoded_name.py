# SPDX-License-Identifier: GPL-3.0-or-later
"""The letters that an international name (`xn--…`, RFC 5890) stands for, where they do not pass for others. Pure."""

from __future__ import annotations

import unicodedata

PREFIX = "xn--"
MAX_LABEL = 63
# Names of scripts as the names of their letters begin. Those in which people write today (UAX #31, table 5): what
# remains is mostly letters that look like these, and tells nobody anything.
_WRITTEN = frozenset({
    "LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "HEBREW", "ARABIC", "THAANA", "DEVANAGARI", "BENGALI", "GURMUKHI",
    "GUJARATI", "ORIYA", "TAMIL", "TELUGU", "KANNADA", "MALAYALAM", "SINHALA", "THAI", "LAO", "TIBETAN", "MYANMAR",
    "GEORGIAN", "ETHIOPIC", "KHMER", "HANGUL", "BOPOMOFO", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "CJK",
    "IDEOGRAPHIC",
})  # fmt: skip
# Scripts that one word mixes, beside all that stand alone.
_TOGETHER = (
    frozenset({"HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "CJK", "IDEOGRAPHIC"}),
    frozenset({"HANGUL", "CJK"}),
    frozenset({"BOPOMOFO", "CJK"}),
)
# Letters of other scripts that pass for Latin ones: a word of these alone is taken for another word.
_ALIKE = {
    "CYRILLIC": frozenset("асԁеһіјӏорԛѕԝхуҽпгѵѡькӓӧё"),
    "GREEK": frozenset("αικνορτυχωγϲϳ"),
    "ARMENIAN": frozenset("գզլհյոսցքօա"),
}
# Latin letters of languages lie in these blocks, beside a few; all others are phonetic, and pass for plain ones (ɑ, ᴏ).
_LATIN = (range(0x80), range(0xC0, 0x250), range(0x1E00, 0x1F00))
_LATIN_TOO, _LATIN_NOT = frozenset("əɓɖɗɔɛɣʊʋ"), frozenset("ƻƽƿǀǁǂǃ")


def decoded(name: str) -> str | None:
    """The Unicode form, where each label is of one script, or of those that one language mixes, in small letters.

    None where nothing is encoded, or what is decoded could mislead: then only the name itself is shown.
    """
    if PREFIX not in name:
        return None
    labels = [_decoded_label(label) for label in name.split(".")]
    if any(label is None for label in labels):
        return None
    shown = [label for label in labels if label is not None]
    last = _scripts(shown[-1])
    return None if any(_passes_for_latin(label, last) for label in shown) else ".".join(shown)


def _decoded_label(label: str) -> str | None:
    """None for one that is not what such a label may be."""
    if not label.startswith(PREFIX):
        return label if label.isascii() and _is_plain(label) else None
    if len(label) > MAX_LABEL or not label.isascii():
        return None
    coded = label.removeprefix(PREFIX)
    try:
        text = coded.encode("ascii").decode("punycode")
        same = text.encode("punycode").decode("ascii") == coded
    except (UnicodeError, OverflowError):
        return None
    usual = unicodedata.normalize("NFKC", text) == text == text.lower() and not text.isascii()
    return text if same and usual and _is_plain(text) else None


def _is_plain(label: str) -> bool:
    """Letters, marks and digits alone, of scripts that belong together."""
    signs = [sign for sign in label if not (sign.isascii() and (sign.isdigit() or sign in "-_"))]
    if any(unicodedata.category(sign)[0] not in "LMN" for sign in signs):
        return False
    scripts = _scripts(label)
    if not scripts <= _WRITTEN or ("LATIN" in scripts and not all(map(_is_of_a_language, label))):
        return False
    return len(scripts) <= 1 or any(scripts <= together for together in _TOGETHER)


def _is_of_a_language(sign: str) -> bool:
    """Whether a Latin letter is; digits and hyphens are, too."""
    return sign in _LATIN_TOO or (sign not in _LATIN_NOT and any(ord(sign) in block for block in _LATIN))


def _scripts(label: str) -> set[str]:
    return {
        unicodedata.name(sign, "?").split(" ")[0] for sign in label
        if not (sign.isascii() and (sign.isdigit() or sign in "-_"))
    }  # fmt: skip


def _passes_for_latin(label: str, last: set[str]) -> bool:
    """Whether all its letters look like Latin ones, under a top-level name that is not of its script."""
    scripts = _scripts(label)
    if len(scripts) != 1 or scripts <= last:
        return False
    alike = _ALIKE.get(next(iter(scripts)), frozenset())
    return bool(alike) and all(sign in alike for sign in label if not sign.isascii())
