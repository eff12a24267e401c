# SPDX-License-Identifier: GPL-3.0-or-later
"""Windows of a schedule as people give them: JSON of the API, or words of the command line. Pure; raises EditError."""

from collections.abc import Iterable, Mapping
from typing import Any

from store.base.sentences import say
from store.config.session import EditError, about
from store.household.week import DAY_MINUTES, DAYS, Window, clock_text, minute_of

MAX_WINDOWS = 50  # two a day for seven days would be much
_NAMED = {"daily": DAYS, "weekdays": DAYS[:5], "weekends": DAYS[5:]}
_HINT = "mon-fri 21:00-06:30"


@about("windows")
def check_windows(windows: Iterable[Mapping[str, Any]]) -> tuple[Window, ...]:
    """Windows from `{"days": ["mon", …], "from": "21:00", "to": "06:30"}`, sorted, each once."""
    checked = {_checked(row) for row in windows}
    if not checked:
        raise EditError(say("A schedule has at least one window of time."))
    if len(checked) > MAX_WINDOWS:
        raise EditError(say("A schedule has at most {most} windows of time.", most=MAX_WINDOWS))
    return tuple(sorted(checked, key=lambda window: (window.days, window.from_, window.to)))


@about("windows")
def read_window(text: str) -> dict[str, Any]:
    """A window from words: days and times, `mon-fri 21:00-06:30`, `sat,sun 9:00-12:00`, `daily 22:00-24:00`.

    Days are also `weekdays`, `weekends`, `daily`; without any, daily.
    """
    *days, times = text.lower().split() or [""]
    from_, dash, to = times.partition("-")
    if not dash or len(days) > 1:
        raise EditError(say("'{text}' is no window of time; write for example {hint}.", text=text, hint=_HINT))
    return {"days": _days(days[0]) if days else list(DAYS), "from": from_, "to": to}


def stored(windows: Iterable[Window]) -> list[dict[str, Any]]:
    """As config.db, the API and --json have them."""
    return [
        {"days": [DAYS[day] for day in window.days], "from": clock_text(window.from_), "to": clock_text(window.to)}
        for window in windows
    ]


def spoken(window: Window) -> str:
    """`mon-fri 21:00-06:30`, which `read_window` reads."""
    return f"{_spoken_days(window.days)} {clock_text(window.from_)}-{clock_text(window.to)}"


def overlap(windows: Iterable[Window]) -> bool:
    """Whether any two share a minute of the week: that is no fault, they hold together."""
    week = 7 * DAY_MINUTES
    begins = [(day * DAY_MINUTES + window.from_, window.minutes) for window in windows for day in window.days]
    return any(
        (later - first) % week < minutes
        for at, (first, minutes) in enumerate(begins)
        for place, (later, _) in enumerate(begins)
        if place != at
    )


def _checked(row: Mapping[str, Any]) -> Window:
    days, from_, to = row.get("days"), row.get("from"), row.get("to")
    if not isinstance(days, list | tuple) or not days:
        raise EditError(say("A window needs its days, such as {days}.", days=", ".join(DAYS)))
    numbers = sorted({_day(day) for day in days})
    begin, end = _minute(from_), _minute(to)
    if begin == end:
        raise EditError(say(
            "From {time} to {time} is no time at all; for the whole day write 00:00 to 24:00.", time=clock_text(begin)
        ))
    if begin == DAY_MINUTES:
        raise EditError(say("A window cannot begin at 24:00; that is 00:00 of the next day."))
    return Window(tuple(numbers), begin, end)


def _day(text: object) -> int:
    word = str(text).strip().lower()
    if word not in DAYS:
        raise EditError(say("'{day}' is no day: write {days}.", day=str(text)[:40], days=", ".join(DAYS)))
    return DAYS.index(word)


def _minute(text: object) -> int:
    try:
        return minute_of(str(text).strip())
    except ValueError:
        raise EditError(say(
            "'{time}' is no time of day: write 06:30 or 21:00, up to 24:00.", time=str(text)[:40]
        )) from None


def _days(text: str) -> list[str]:
    days: list[str] = []
    for part in text.split(","):
        first, dash, last = part.partition("-")
        if dash:
            begin, end = _day(first), _day(last)
            days += [DAYS[(begin + day) % 7] for day in range((end - begin) % 7 + 1)]
        else:
            days += _NAMED.get(part) or [DAYS[_day(part)]]
    return days


def _spoken_days(days: tuple[int, ...]) -> str:
    words = tuple(DAYS[day] for day in days)
    for name, named in _NAMED.items():
        if words == named:
            return name
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:
        return f"{words[0]}-{words[-1]}"
    return ",".join(words)
