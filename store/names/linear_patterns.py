# SPDX-License-Identifier: GPL-3.0-or-later
"""Which regular expressions may be kept: those that RE2 runs in time linear to the name, and never Python's own `re`.

RE2 (the package google-re2) has no wheel for every processor. Where it is missing, no expression is held. What RE2
cannot hold (look-around, back-references), or only as a large program, is refused.
"""

import re
from functools import cache
from importlib.util import find_spec
from typing import Any

from store.base.sentences import say

# Bytes that RE2 may use for one pattern while it matches; past them it goes on more slowly, but still linearly.
MAX_MEMORY = 256 * 1024
# Steps of one pattern's program: `(a?){500}` and the like have thousands, and cost a query milliseconds.
MAX_STEPS = 1000
MAX_SHOWN = 80  # characters of one that is told of
MAX_LENGTH = 1000  # characters of one pattern; those of real lists have a tenth


@cache
def _is_installed() -> bool:
    return find_spec("re2") is not None  # there is no wheel for every processor


def library() -> Any:
    """The module of RE2; None where there is none. It comes with C++, 3 MB: loaded when the first pattern is there."""
    if not _is_installed():
        return None
    try:
        import re2
    except ImportError:  # it does not fit this machine, or no file can be opened just now: the next call tries again
        return None
    return re2


def available() -> bool:
    """Whether patterns can be held here at all."""
    return library() is not None


@cache
def options() -> Any:
    """How every pattern is compiled: without regard to case, in bounded memory."""
    made = library().Options()
    made.case_sensitive = False
    made.max_mem = MAX_MEMORY
    made.log_errors = False
    made.never_capture = True
    return made


def steps(pattern: str) -> int:
    """Return the size of a pattern's program, which bounds what it costs; 0 for what RE2 cannot hold."""
    if not available() or len(pattern) > MAX_LENGTH or not pattern.isprintable():
        return 0
    try:
        return int(library().compile(pattern, options()).programsize)
    except library().error:
        return 0


def check(pattern: str) -> str:
    """Return the pattern; raise ValueError with a sentence when it cannot be kept."""
    if not available():
        raise ValueError(say("Regular expressions need the RE2 library (google-re2), which is not installed here."))
    pattern = pattern.strip()
    if not pattern:
        raise ValueError(say("The regular expression is empty."))
    if fault := _fault(pattern):
        if _BEYOND_RE2(fault):
            raise ValueError(say(
                "RE2 cannot hold this regular expression; it has no look-around and no back-references."
            ))
        if not _TOO_LARGE(fault):
            raise ValueError(say(
                "'{pattern}' is no regular expression: {why}.", pattern=pattern[:MAX_SHOWN], why=fault,
            ))  # fmt: skip
    if not 0 < steps(pattern) <= MAX_STEPS:
        raise ValueError(say("This regular expression is too large; write it with smaller repetitions."))
    return pattern


def _fault(pattern: str) -> str:
    """What RE2 says is wrong with how it is written, in its own words; "" for nothing."""
    if not pattern.isprintable():
        return "invisible character"
    if len(pattern) > MAX_LENGTH:
        return ""
    try:
        library().compile(pattern, options())
    except library().error as error:
        reason = error.args[0] if error.args else b"?"
        fault = reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
        return fault.removesuffix(f": {pattern}")
    return ""


# A look at what stands around, a group that takes all or nothing; `\1`, `\k<name>`, `(?P=name)`.
_BEYOND_RE2 = re.compile(r"invalid perl operator: \(\?(?:[=!>]|<[=!]|P$)|invalid escape sequence: \\[\dk]").match
_TOO_LARGE = re.compile("invalid repetition size|pattern too large").match


def glob(text: str, *, before: str, after: str) -> str:
    """Return the pattern for a name with `*` in it; `before` and `after` are what stands around it in RE2's syntax."""
    quoted = "".join(".*" if sign == "*" else _quoted(sign) for sign in text)
    if quoted.startswith(".*"):
        before, quoted = "", quoted.removeprefix(".*")
    if quoted.endswith(".*"):
        after, quoted = "", quoted.removesuffix(".*")
    return before + quoted + after


def _quoted(sign: str) -> str:
    return sign if sign.isalnum() or sign in "-_" else f"\\{sign}"
