# SPDX-License-Identifier: GPL-3.0-or-later
"""What a rule does that may not be meant by it, told before it is saved and beside it. Pure.

Nothing here is refused: a home may block a whole top-level name, and names of its own may have no dot.
"""

from __future__ import annotations

from typing import Protocol

from store.base.sentences import say
from store.config.choices import RuleForm
from wire import zones


class HintedRule(Protocol):
    """A rule as it was read, or as it is stored."""

    @property
    def form(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def subdomains(self) -> bool: ...


def hint(rule: HintedRule) -> str:
    """A sentence on a name in which everybody has names, or of one label, which hardly ever is one; "": nothing."""
    name = rule.name
    if rule.form != RuleForm.NAME or name in zones.HOME_ZONES or name == "localhost":
        return ""
    if rule.subdomains and (zones.is_zone(name) or (name.startswith("xn--") and "." not in name)):
        return say("This is about every name that ends in .{name}, whoever’s it is.", name=name)
    if "." in name:
        return ""
    if rule.subdomains:
        return say(
            "This is about names that end in .{name} alone: “{name}” has no dot. "
            "For all names that hold the word, write /{name}/.", name=name,
        )  # fmt: skip
    return say("This is about the word “{name}” alone: it has no dot, and names on the internet have one.", name=name)
