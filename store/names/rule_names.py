# SPDX-License-Identifier: GPL-3.0-or-later
"""Names as the home writes them into its rules."""

import re

import idna

from store.base.sentences import say

_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")


def normalise(text: str) -> str:
    """A name in lower case without trailing dot, international labels as A-labels; ValueError with a plain sentence.

    >>> normalise("Tracking.Müller.Example.")
    'tracking.xn--mller-kva.example'
    """
    name = text.strip().rstrip(".").lower()
    if not name:
        raise ValueError(say("The name is empty."))
    labels = [_a_label(label, text) for label in re.split(r"[.\u3002\uff0e\uff61]", name)]
    if len(".".join(labels)) > 253:
        raise ValueError(say("The name is too long: at most 253 characters."))
    if len(labels) > 1 and all(label.isdigit() for label in labels):
        raise ValueError(say("'{text}' is an address, not a name.", text=text))
    return ".".join(labels)


def _a_label(label: str, whole: str) -> str:
    if not label.isascii():
        try:
            label = idna.encode(label, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            raise ValueError(say(
                "'{whole}' is no valid name: '{label}' cannot be written in DNS.", whole=whole, label=label
            )) from None
    if not _LABEL.fullmatch(label):
        raise ValueError(say(
            "'{whole}' is no valid name: '{label}' is not made of letters, digits and hyphens.",
            whole=whole, label=label,
        ))
    return label
