# SPDX-License-Identifier: GPL-3.0-or-later
"""What a guard leaves of a list that is being parsed; the rest is counted as skipped, and some kept to be shown."""

from collections.abc import Iterator

from blocklists.formats.bulk import Run
from blocklists.formats.parse import Parsed
from blocklists.rules import reasons
from blocklists.rules.complex_rule import ComplexRule, Network
from blocklists.rules.rule import kind_text
from blocklists.safety.essential import EssentialNames
from store.base.sentences import packed

# Rules left out that are kept to be shown; a list of all top-level domains has 1,400.
MAX_GUARDED = 200


def kept(parsed: Parsed, guard: EssentialNames, guarded: dict[str, str]) -> Iterator[Run]:
    """Yield the plain rules that `guard` lets through."""
    for kind, names in parsed.runs():
        essential = guard.of_kind(kind)
        if essential.keys().isdisjoint(names):
            yield kind, names
            continue
        for name in filter(essential.__contains__, names):
            _note(parsed, guarded, kind_text(kind, name), essential[name])
        yield kind, [name for name in names if name not in essential]


def kept_complex_rules(parsed: Parsed, guard: EssentialNames, guarded: dict[str, str]) -> list[ComplexRule]:
    """Return the complex rules that `guard` lets through, once the plain ones are read."""
    essential, complex_rules = guard.of_complex_rules(parsed.complex_rules), []
    for rule in parsed.complex_rules:
        if rule.text in essential:
            _note(parsed, guarded, rule.text, essential[rule.text])
        else:
            complex_rules.append(rule)
    return complex_rules


def kept_networks(parsed: Parsed, guard: EssentialNames, guarded: dict[str, str]) -> list[Network]:
    """Return the networks that `guard` lets through, once the plain rules are read."""
    networks = []
    for network in parsed.networks:
        why = None if network.allow else guard.of_network(network.text)
        if why is None:
            networks.append(network)
        else:
            _note(parsed, guarded, network.text, why)
    return networks


def _note(parsed: Parsed, guarded: dict[str, str], rule: str, why: str) -> None:
    parsed.skipped[reasons.GUARDED] += 1
    if len(guarded) < MAX_GUARDED:
        guarded[rule] = packed(why)
