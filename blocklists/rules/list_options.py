# SPDX-License-Identifier: GPL-3.0-or-later
"""How a list is to be read where the known DNS blockers disagree. docs/lists.md says why each default is what it is."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, Self, get_args, get_type_hints

from store.base.sentences import say


@dataclass(frozen=True, slots=True)
class Options:
    """One list's settings.

    `subdomains`: a name alone on a line (hosts, domains, adblock) takes in all below it.
    `wildcard`: `*.x` covers x itself: "format" as the format has it (wildcard lists yes, adblock and RPZ no), yes, no.
    `real_address`: a hosts or dnsmasq line with the address of a real machine: skip, block, or answer with it.
    `open_end`: `||x` without `^`: as "name" (like `||x^`), as "prefix" of any name, or skip.
    `whole_site`: `$doc`, `$document`, `$all`: block the site, or skip the rule.
    """

    subdomains: bool = False
    wildcard: Literal["format", "yes", "no"] = "format"
    real_address: Literal["skip", "block", "answer"] = "skip"
    open_end: Literal["name", "prefix", "skip"] = "name"
    whole_site: Literal["block", "skip"] = "block"

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Self:
        """Read what is stored; raise ValueError with a sentence for what is no option, or no value of it."""
        for key, value in given.items():
            if key not in CHOICES:
                raise ValueError(say(
                    "A list has no setting '{key}': choose {choices}.", key=key, choices=", ".join(CHOICES)
                ))
            if value not in CHOICES[key] or isinstance(value, bool) != isinstance(CHOICES[key][0], bool):
                raise ValueError(say(
                    "'{value}' is no value of '{key}': choose {choices}.",
                    value=value, key=key, choices=", ".join(map(str, CHOICES[key])),
                ))
        return cls(**given)

    def given(self) -> dict[str, Any]:
        """Return what differs from the defaults."""
        return {key: value for key, value in asdict(self).items() if value != getattr(USUAL, key)}


def read(given: Mapping[str, Any]) -> Options:
    """Return what is stored; what makes no sense (of another version, say) is passed over as a whole."""
    try:
        return Options.of(given)
    except ValueError:
        return USUAL


# Option → its values.
CHOICES: dict[str, tuple[Any, ...]] = {
    name: (False, True) if kind is bool else get_args(kind) for name, kind in get_type_hints(Options).items()
}
USUAL = Options()
