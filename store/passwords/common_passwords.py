# SPDX-License-Identifier: GPL-3.0-or-later
"""How hard a password is to guess, and whether it is one of those that are tried first. Pure.

No list of passwords is held: the thousand commonest are few words, names, walks on a keyboard and rows of digits, with
the same few endings and the same letters swapped for digits. Those kinds are told by rule, whichever of them it is.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from store.base.sentences import Sentence, say

MIN_LENGTH = 8


class Strength(StrEnum):
    SHORT = "short"
    COMMON = "common"
    WEAK = "weak"
    FAIR = "fair"
    STRONG = "strong"


@dataclass(frozen=True, slots=True)
class Judged:
    """`refused`: nobody may have it. `word` is for beside the field, `why` the sentence below it."""

    strength: Strength
    word: Sentence
    why: Sentence

    @property
    def refused(self) -> bool:
        return self.strength in (Strength.SHORT, Strength.COMMON)


_WEAK_BITS, _FAIR_BITS = 30.0, 48.0
_WORD_BITS, _YEAR_BITS, _RUN_BITS = 9.0, 6.0, 5.0
_LETTER_BITS = 2.6  # of a letter within a word, which the letters before it half tell
_DIGIT_BITS, _SIGN_BITS, _MIXED_BITS = 3.3, 4.5, 4.5

_ROWS = (
    "1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "yxcvbnm", "azertyuiop", "qsdfghjklm", "wxcvbn",
    "abcdefghijklmnopqrstuvwxyz", "147258369", "741852963", "159753", "123698745",
)  # fmt: skip
# Columns of the keyboard, down and up, which walks go along.
_COLUMNS = "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p"
_COLUMNS_UP = "zaq1xsw2cde3vfr4bgt5nhy6mju7"
_PAIRS = (
    "q1w2e3r4t5y6u7i8o9p0", "1q2w3e4r5t6y7u8i9o0p", "1a2b3c4d5e6f7g8h", "a1b2c3d4e5f6g7h8", "a1s2d3f4g5h6",
    "q1a2z3w4s5x6",
)  # fmt: skip
_WALKS = tuple(walk for row in (*_ROWS, _COLUMNS, _COLUMNS_UP, *_PAIRS) for walk in (row, row[::-1]))
_MIN_WALK = 3
_MAX_WORD = 16
_LEET = str.maketrans("0134578@$!", "oieastbasi")
_LEET_L = str.maketrans("0134578@$!", "oleastbasl")
_YEAR = re.compile(r"19[3-9][0-9]|20[0-4][0-9]")
_MAX_JUDGED = 64  # what is longer is no shorter for it


def judge(password: str) -> Judged:
    """The word and its reason. Nothing is remembered of what was asked."""
    if len(password) < MIN_LENGTH:
        why = say("At least {least} characters; this has {count}.", least=MIN_LENGTH, count=len(password))
        return Judged(Strength.SHORT, say("too short"), why)
    if is_common(password):
        why = say(
            "This is among the passwords that are tried first. Take three or four words that do not belong together."
        )
        return Judged(Strength.COMMON, say("too common"), why)
    guessed = bits(password)
    if guessed < _WEAK_BITS:
        why = say("A program guesses it within days. A few more words, and it is done.")
        return Judged(Strength.WEAK, say("weak"), why)
    if guessed < _FAIR_BITS:
        return Judged(Strength.FAIR, say("fair"), say("Good enough at home. One word more makes it strong."))
    return Judged(Strength.STRONG, say("strong"), say("Nobody guesses this one."))


def is_common(password: str) -> bool:
    """Whether it is of the kinds of which the thousand commonest are."""
    text = password.lower()
    return any(_is_plain(part) for part in {text, _once(text)})


def bits(password: str) -> float:
    """How many yes-or-no guesses it takes, roughly: words, years and walks are one guess among few each."""
    text, total = password[:_MAX_JUDGED].lower(), 0.0
    while text:
        length, worth = _piece(text)
        total, text = total + worth, text[length:]
    capitals = sum(char.isupper() for char in password[1:_MAX_JUDGED])
    return total + min(capitals, 4) * 1.0


@cache
def _words() -> frozenset[str]:
    """Words and names that all known lists are full of."""
    lines = (Path(__file__).parent / "password_words.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def _is_plain(text: str) -> bool:
    if not text or len(set(text)) <= 2 or _is_walk(text) or _is_digits(text):
        return True
    if re.fullmatch(r"[a-z]{1,2}[0-9]+|[0-9]+[a-z]{1,2}", text) and _is_walk(re.sub(r"[a-z]", "", text)):
        return True
    core = text.strip("0123456789!?.,-_*#@$+&% ")
    if not core:
        return len(text) <= 10
    ends = text.replace(core, "", 1)
    if len(ends) <= 6 and any(_is_words(way) or _is_walk(way) for way in _ways(core)):
        return True
    return any(_is_words(way) for way in _ways(text))


def _ways(text: str) -> Iterable[str]:
    """The text with digits that stand for letters put back."""
    return {text, text.translate(_LEET), text.translate(_LEET_L)}


def _is_words(text: str) -> bool:
    """One of the words, or two short ones in a row such as "superstar", or the same twice."""
    if text in _words() or text.rstrip("0123456789!") in _words():
        return True
    if text.endswith("s") and text[:-1] in _words():
        return True
    return len(text) <= 12 and any(
        text[:cut] in _words() and text[cut:] in _words() for cut in range(3, len(text) - 2)
    )


def _once(text: str) -> str:
    """What is written twice or more in a row, once: abcabc is abc."""
    doubled = (text + text).find(text, 1)
    return text[:doubled] if doubled < len(text) else text


def _is_walk(text: str) -> bool:
    """All of it goes along keys that lie beside one another, in at most three goes."""
    goes, rest = 0, text
    while rest:
        length = _walk_length(rest)
        if length < _MIN_WALK and len(set(rest)) > 1:
            return False
        rest, goes = rest[max(length, _MIN_WALK):], goes + 1
    return goes <= 3


def _walk_length(text: str) -> int:
    for length in range(len(text), _MIN_WALK - 1, -1):
        part = text[:length]
        if len(set(part)) == 1 or any(part in walk for walk in _WALKS):
            return length
    return 0


def _is_digits(text: str) -> bool:
    """Digits alone: rows, repetitions and days of birth; what is longer than twelve may be anything."""
    plain = re.sub(r"[-./ ]", "", text)
    return plain.isdigit() and len(plain) <= 12


def _piece(text: str) -> tuple[int, float]:
    """(length, bits) of what a text begins with."""
    if (walk := _walk_length(text)) >= 4:
        return walk, _RUN_BITS
    if _YEAR.match(text):
        return 4, _YEAR_BITS
    for length in range(min(len(text), _MAX_WORD), 3, -1):
        if not _words().isdisjoint(_ways(text[:length])):
            return length, _WORD_BITS
    if letters := re.match(r"[^\W\d_]+", text):
        count = len(letters.group())
        return count, _WORD_BITS if count == 3 else count * (_LETTER_BITS if count >= 4 else _MIXED_BITS)
    repeats = len(text) - len(text.lstrip(text[0]))
    first = _DIGIT_BITS if text[0].isdigit() else _SIGN_BITS
    return repeats, first + math.log2(repeats)
