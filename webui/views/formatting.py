# SPDX-License-Identifier: GPL-3.0-or-later
"""How a page says numbers, shares, times, sizes and names from the network (pure; the Jinja filters of the templates).

Everything here returns plain text: escaping is the template's part, and it is always on.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

from store.base.sentences import figure, say, say_count
from store.names.visible_text import visible as visible  # as the templates' other filters

UNKNOWN = say("unknown")
# Longest list of names in one sentence; more reads as "and 7 more".
_LISTED_MAX = 3


def number(value: int | float | None) -> str:
    """1234567 → "1,234,567"; None → "unknown"."""
    return UNKNOWN if value is None else figure(round(value))


def share(part: int, whole: int) -> str:
    """Part of a whole in per cent, never rounded to a false 0 % or 100 %: "< 0.1 %", "4.2 %", "29 %", "99.9 %".

    The spaces do not break.
    """
    if whole <= 0 or part <= 0:
        return _percent(0)
    percent = 100 * part / whole
    if percent >= 100:
        return _percent(100)
    if percent < 0.1:
        return say("<\u00a0{number}\u00a0%", number=figure(0.1, ".1f"))
    if percent < 9.95 or percent > 99:
        return _percent(min(percent, 99.9), ".1f")
    return _percent(percent)


def listed(items: Iterable[str]) -> str:
    """["a", "b", "c"] → "a, b and c"; more than three → "a, b, c and 4 more"; none → ""."""
    words = list(items)
    if len(words) > _LISTED_MAX + 1:
        words = [*words[:_LISTED_MAX], say_count(len(words) - _LISTED_MAX, "{count} more", "{count} more")]
    if len(words) < 2:
        return words[0] if words else ""
    some = words[0]
    for word in words[1:-1]:
        some = say("{some}, {more}", some=some, more=word)
    return say("{some} and {last}", some=some, last=words[-1])


def iso(seconds: float) -> str:
    """For <time datetime>: UTC with milliseconds, "2026-11-24T13:37:43.120Z"."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def clock(seconds: float) -> str:
    """The time of day in the server's zone: "13:37:43"."""
    return datetime.fromtimestamp(seconds, UTC).astimezone().strftime("%H:%M:%S")


def day_and_time(seconds: float) -> str:
    """Date and time in the server's zone: "24 Nov 2026, 13:37"."""
    return _day(seconds, "%H:%M")


def day(seconds: float) -> str:
    """The date alone, in the server's zone: "24 Nov 2026"."""
    local = datetime.fromtimestamp(seconds, UTC).astimezone()
    return say("{day} {month} {year}", day=local.day, month=_MONTHS[local.month - 1], year=local.year)


def exact(seconds: float) -> str:
    """To the second, in the server's zone: "24 Nov 2026, 13:37:43"."""
    return _day(seconds, "%H:%M:%S")


def short_clock(seconds: float) -> str:
    """The minute of the day in the server's zone: "13:37"."""
    return datetime.fromtimestamp(seconds, UTC).astimezone().strftime("%H:%M")


def short_day(seconds: float) -> str:
    """The day in the server's zone: "24 Nov"."""
    local = datetime.fromtimestamp(seconds, UTC).astimezone()
    return say("{day} {month}", day=local.day, month=_MONTHS[local.month - 1])


def zone(seconds: float) -> str:
    """The server's zone at that time: "CET (UTC+01:00)", "UTC"."""
    local = datetime.fromtimestamp(seconds, UTC).astimezone()
    name, offset = local.tzname() or "", f"UTC{local:%z}"[:6] + ":" + f"{local:%z}"[3:5]
    if not local.utcoffset():
        return "UTC" if name in ("UTC", "GMT") else f"{name} (UTC)"
    return offset if name[:1] in "+-" else f"{name} ({offset})"


def stretch(seconds: int) -> str:
    """A length of time as people say it: 60 → "minute", 900 → "15 minutes", 7200 → "2 hours"."""
    if seconds >= 3600:
        return say_count(max(1, round(seconds / 3600)), "hour", "{count} hours")
    return say_count(max(1, round(seconds / 60)), "minute", "{count} minutes")


def ago(seconds: float | None, now: float) -> str:
    """How long before `now`: "just now", "5 min ago", "3 h ago", "12 days ago"; None → "never"."""
    if seconds is None:
        return say("never")
    passed = max(0, int(now - seconds))
    if passed < 60:
        return say("just now")
    if passed < 3600:
        return say_count(passed // 60, "{count} min ago", "{count} min ago")
    if passed < 86_400:
        return say_count(passed // 3600, "{count} h ago", "{count} h ago")
    return say_count(passed // 86_400, "{count:,} day ago", "{count:,} days ago")


def duration(milliseconds: float | None) -> str:
    """0.04 → "< 0.1 ms", 1.24 → "1.2 ms", 48.6 → "49 ms", 1520 → "1.5 s"; None → "unknown"."""
    if milliseconds is None:
        return UNKNOWN
    if milliseconds >= 1000:
        return say("{number} s", number=figure(milliseconds / 1000, ".1f"))
    if milliseconds < 0.1:
        return say("< {number} ms", number=figure(0.1, ".1f"))
    return say("{number} ms", number=_rounded(milliseconds))


def size(count: int | None) -> str:
    """Bytes in decimal units: 1234567 → "1.2 MB"; None → "unknown"."""
    if count is None:
        return UNKNOWN
    if count < 1000:
        return say("{number} bytes", number=count)
    if count < 1000**2:
        return say("{number} kB", number=_rounded(count / 1000))
    if count < 1000**3:
        return say("{number} MB", number=_rounded(count / 1000**2))
    return say("{number} GB", number=figure(count / 1000**3, ".1f"))


_MONTHS = (
    say("Jan"), say("Feb"), say("Mar"), say("Apr"), say("May"), say("Jun"),
    say("Jul"), say("Aug"), say("Sep"), say("Oct"), say("Nov"), say("Dec"),
)  # fmt: skip


def month(number: int) -> str:
    """1 → "Jan"."""
    return _MONTHS[number - 1]


def _day(seconds: float, clock: str) -> str:
    local = datetime.fromtimestamp(seconds, UTC).astimezone()
    month, time = _MONTHS[local.month - 1], f"{local:{clock}}"
    return say("{day} {month} {year}, {time}", day=local.day, month=month, year=local.year, time=time)


def _rounded(value: float) -> str:
    return figure(value, ".0f" if value >= 10 else ".1f")


def _percent(value: float, form: str = ".0f") -> str:
    return say("{number}\u00a0%", number=figure(value, form))
