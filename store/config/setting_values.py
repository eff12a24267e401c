# SPDX-License-Identifier: GPL-3.0-or-later
"""One setting as it is described, and the values that it takes. Pure; a value that cannot be is a ValueError."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from store.base.sentences import say

MOST_SHOWN = 10**12  # a number beyond this is not said back: it may have thousands of digits
MAX_VALUES = 64  # of a setting that holds several; nobody writes more by hand


def described(
    default: Any,
    about: str,
    check: Callable[[str], str] = str,
    *,
    low: float = 0,
    high: float = 0,
    choices: tuple[str, ...] = (),
) -> Any:
    """A field of `Settings`, with what a `Setting` says of it."""
    return field(default=default, metadata={
        "about": about, "check": check, "low": low, "high": high, "choices": choices,
    })  # fmt: skip


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting by its key; what its default is says whether it is a text, a number or several texts.

    `about`: in a line or two; `choices`: the words to choose from, () where any that `check` takes will do; `low` and
    `high`: of a number.
    """

    key: str
    default: Any
    about: str
    check: Callable[[str], str] = str
    choices: tuple[str, ...] = ()
    low: float = 0
    high: float = 0

    def take(self, value: object) -> Any:
        """The value as `Settings` holds it; raises ValueError. Several values may be a list or text with commas."""
        if isinstance(self.default, tuple):
            return self._several(value)
        return self._text(value) if isinstance(self.default, str) else self._number(value)

    def _several(self, value: object) -> tuple[str, ...]:
        items = value.split(",") if isinstance(value, str) else value
        if not isinstance(items, list | tuple) or not all(isinstance(item, str) for item in items):
            raise ValueError(say("This takes a list of texts."))
        kept = tuple(dict.fromkeys(self.check(item) for item in items if item.strip()))
        if len(kept) > MAX_VALUES:
            raise ValueError(say("At most {most} values.", most=MAX_VALUES))
        if not kept and self.default:
            raise ValueError(say("At least one is needed."))
        return kept

    def _text(self, value: object) -> str:
        if not isinstance(value, str):
            raise ValueError(say("This takes a text."))
        if not self.choices:
            return self.check(value)
        if value not in self.choices:
            raise ValueError(say("'{value}' is none of {choices}.", value=value, choices=", ".join(self.choices)))
        return self.choices[self.choices.index(value)]  # the enum's member, where it is one of an enum

    def _number(self, value: object) -> int | float:
        whole, span = isinstance(self.default, int), {"low": self.low, "high": self.high}
        if isinstance(value, bool) or not isinstance(value, int if whole else int | float):
            raise ValueError(
                say("This takes a whole number from {low} to {high}.", **span) if whole
                else say("This takes a number from {low} to {high}.", **span)
            )  # fmt: skip
        if not self.low <= value <= self.high:
            if abs(value) > MOST_SHOWN:
                raise ValueError(say("That is out of range; from {low} to {high}.", **span))
            raise ValueError(say("{value} is out of range; from {low} to {high}.", value=value, **span))
        return value if whole else float(value)
