# SPDX-License-Identifier: GPL-3.0-or-later
"""The public suffix list: below which names anybody may have one, and so which part of a name has an owner."""

from collections.abc import Iterable, Iterator


def icann_rules() -> Iterator[str]:
    """Yield the rules for suffixes that registries run (com, co.uk, *.ck, !www.ck), as the list writes them."""
    return _rules(_text().partition("===END ICANN DOMAINS===")[0])


def private_rules() -> Iterator[str]:
    """Yield the rules for suffixes below which companies let customers have names (github.io, *.elb.amazonaws.com)."""
    return _rules(_text().partition("===BEGIN PRIVATE DOMAINS===")[2])


def is_registry(name: str) -> bool:
    """Whether anybody can register names below this one (com, co.uk); not of one that the list does not know."""
    return _is_one(name, icann_rules())


def is_hoster(name: str) -> bool:
    """Whether a company lets customers have names below this one (github.io)."""
    return _is_one(name, private_rules())


def ascii_name(name: str) -> str:
    """A name as the wire has it: the list writes some suffixes in their own letters."""
    try:
        return name if name.isascii() else name.encode("idna").decode()
    except UnicodeError:
        return name


class PublicSuffixes:
    """All rules of the list, some ten thousand, about 2 MiB; fixed once read."""

    def __init__(self) -> None:
        rules = [ascii_name(rule) for rules in (icann_rules(), private_rules()) for rule in rules]
        self._plain = frozenset(rule for rule in rules if rule[0] not in "*!")
        self._wild = frozenset(rule[2:] for rule in rules if rule.startswith("*."))
        self._except = frozenset(rule[1:] for rule in rules if rule.startswith("!"))

    def registrable(self, name: str) -> str:
        """Return the part of `name` that somebody registered: its public suffix and one label; `name` if it is one.

        `name` is lower case without a trailing dot. A top-level domain that the list does not know is a suffix.
        """
        labels = name.split(".")
        for start in range(len(labels)):
            suffix = ".".join(labels[start:])
            if suffix in self._except:
                return suffix
            if suffix in self._plain or ".".join(labels[start + 1 :]) in self._wild or start == len(labels) - 1:
                return ".".join(labels[max(0, start - 1) :])
        return name


def _is_one(name: str, rules: Iterable[str]) -> bool:
    """Reads the list, some ten milliseconds: for what a person does."""
    known, parent = frozenset(map(ascii_name, rules)), name.partition(".")[2]
    return f"!{name}" not in known and bool(known & {name, f"*.{name}", f"*.{parent}"})


def _rules(text: str) -> Iterator[str]:
    return (line.strip().lower() for line in text.splitlines() if line.strip() and not line.startswith("//"))


def _text() -> str:
    from importlib.resources import files  # with all that archives need: for a list that is read once a version

    return (files("publicsuffixlist") / "public_suffix_list.dat").read_text(encoding="utf-8")
