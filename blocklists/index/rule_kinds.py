# SPDX-License-Identifier: GPL-3.0-or-later
"""What kinds of rules a list has, in the words that its page shows. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping

from blocklists.rules.complex_rule import ALWAYS, ComplexRule
from blocklists.rules.rule import Kind
from store.base.sentences import mark


def counts(names: Mapping[Kind, int], rules: Iterable[ComplexRule]) -> dict[str, int]:
    """Words → how many distinct rules; `names` counts the plain ones, `rules` are the others."""
    by_word = Counter({_of_names(kind): count for kind, count in names.items() if count})
    for rule in rules:
        by_word[_of_rule(rule)] += 1
    return dict(by_word)


# A scope → the words for its rules that block, that do so before all others, and the same for those that allow.
_WORDS = {
    "exact": (mark("names"), mark("names, important"), mark("allowed names"), mark("allowed names, important")),
    "suffix": (
        mark("names with all below"),
        mark("names with all below, important"),
        mark("allowed names with all below"),
        mark("allowed names with all below, important"),
    ),
    "below": (
        mark("all below a name"),
        mark("all below a name, important"),
        mark("allowed all below a name"),
        mark("allowed all below a name, important"),
    ),
    "address": (
        mark("addresses"),
        mark("addresses, important"),
        mark("allowed addresses"),
        mark("allowed addresses, important"),
    ),
}


def _of_names(kind: Kind) -> str:
    return _WORDS[kind.scope][2 * kind.allow + kind.important]


def _of_rule(rule: ComplexRule) -> str:
    if rule.cancels:
        return mark("taken back (badfilter)")
    if rule.rewrite or rule.unrewrites or rule.answer:
        return mark("answers of their own")
    return mark("patterns") if rule.scope == "pattern" and rule.when == ALWAYS else mark("with conditions")
