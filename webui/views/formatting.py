# SPDX-License-Identifier: GPL-3.0-or-later
"""How a page says numbers, shares, times, sizes and names from the network (pure; the Jinja filters of the templates).

Everything here returns plain text: escaping is the template's part, and it is always on.
"""

import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime

UNKNOWN = "unknown"
# Longest list of names in one sentence; more reads as "and 7 more".
_LISTED_MAX = 3


def number(value: int | float | None) -> str:
    """1234567 → "1,234,567"; None → "unknown"."""
    return UNKNOWN if value is None else f"{round(value):,}"


def share(part: int, whole: int) -> str:
    """Part of a whole in per cent, never rounded to a false 0 % or 100 %: "< 0.1 %", "4.2 %", "29 %", "99.9 %".

    The spaces do not break.
    """
    if whole <= 0 or part <= 0:
        return "0\u00a0%"
    percent = 100 * part / whole
    if percent >= 100:
        return "100\u00a0%"
    if percent < 0.1:
        return "<\u00a00.1\u00a0%"
    if percent < 9.95:
        return f"{percent:.1f}\u00a0%"
    return f"{min(percent, 99.9):.1f}\u00a0%" if percent > 99 else f"{percent:.0f}\u00a0%"


def plural(count: int, one: str, many: str | None = None) -> str:
    """1 → "1 device", 6 → "6 devices"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def listed(items: Iterable[str]) -> str:
    """["a", "b", "c"] → "a, b and c"; more than three → "a, b, c and 4 more"; none → ""."""
    words = list(items)
    if len(words) > _LISTED_MAX + 1:
        words = [*words[:_LISTED_MAX], f"{len(words) - _LISTED_MAX} more"]
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def iso(seconds: float) -> str:
    """For <time datetime>: UTC with milliseconds, "2026-11-24T13:37:43.120Z"."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def clock(seconds: float) -> str:
    """The time of day in the server's zone: "13:37:43"."""
    return datetime.fromtimestamp(seconds, UTC).astimezone().strftime("%H:%M:%S")


def day_and_time(seconds: float) -> str:
    """Date and time in the server's zone: "24 Nov 2026, 13:37"."""
    local = datetime.fromtimestamp(seconds, UTC).astimezone()
    return f"{local.day} {local:%b %Y, %H:%M}"


def exact(seconds: float) -> str:
    """To the second, in the server's zone: "24 Nov 2026, 13:37:43"."""
    local = datetime.fromtimestamp(seconds, UTC).astimezone()
    return f"{local.day} {local:%b %Y, %H:%M:%S}"


def stretch(seconds: int) -> str:
    """A length of time as people say it: 60 → "minute", 900 → "15 minutes", 7200 → "2 hours"."""
    unit, word = (3600, "hour") if seconds >= 3600 else (60, "minute")
    count = max(1, round(seconds / unit))
    return word if count == 1 else f"{count} {word}s"


def ago(seconds: float | None, now: float) -> str:
    """How long before `now`: "just now", "5 min ago", "3 h ago", "12 days ago"; None → "never"."""
    if seconds is None:
        return "never"
    passed = max(0, int(now - seconds))
    for limit, unit, word in ((60, 1, ""), (3600, 60, "min"), (86_400, 3600, "h")):
        if passed < limit:
            return f"{passed // unit} {word} ago" if word else "just now"
    return plural(passed // 86_400, "day") + " ago"


def duration(milliseconds: float | None) -> str:
    """0.04 → "< 0.1 ms", 1.24 → "1.2 ms", 48.6 → "49 ms", 1520 → "1.5 s"; None → "unknown"."""
    if milliseconds is None:
        return UNKNOWN
    if milliseconds >= 1000:
        return f"{milliseconds / 1000:.1f} s"
    if milliseconds >= 10:
        return f"{milliseconds:.0f} ms"
    return f"{milliseconds:.1f} ms" if milliseconds >= 0.1 else "< 0.1 ms"


def size(count: int | None) -> str:
    """Bytes in decimal units: 1234567 → "1.2 MB"; None → "unknown"."""
    if count is None:
        return UNKNOWN
    value = float(count)
    for unit in ("bytes", "kB", "MB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if unit == "bytes" or value >= 10 else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} GB"


def visible(text: str) -> str:
    """The text with characters that show nothing or reorder others made visible: "a\\u{202e}b"."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(f"\\u{{{ord(c):x}}}" if unicodedata.category(c) in _HIDDEN else c for c in text)


_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def decoded(name: str) -> str | None:
    """The Unicode form of a punycode name, where each label is of one script and all letters, marks and digits.

    None when the name has no punycode or its decoded form could mislead: then only the name itself is shown.
    """
    if "xn--" not in name:
        return None
    try:
        labels = [label.encode("ascii").decode("idna") for label in name.split(".")]
    except UnicodeError:
        return None
    return ".".join(labels) if all(map(_plain_label, labels)) else None


def _plain_label(label: str) -> bool:
    scripts = set()
    for char in label:
        if char.isascii() and (char.isdigit() or char in "-_"):
            continue
        if unicodedata.category(char)[0] not in "LMN":
            return False
        scripts.add(unicodedata.name(char, "?").split(" ")[0])
    return len(scripts) <= 1
