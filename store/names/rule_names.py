# SPDX-License-Identifier: GPL-3.0-or-later
"""Names as the home writes them into its rules."""

import re

from store.base.sentences import say

_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
# Scheme, host, and what comes after it, as a browser's address line has them; `|` and `||` as rules of lists begin.
_WEB_ADDRESS = re.compile(
    r"(?:\|{0,2}([a-z][a-z0-9+.-]*)://)?(?:[^/?#@\s]*@)?(\[[^\]]*\]|[^/?#:@\s^|]*)(:\d+)?\^?\|?([/?#].*)?",
    re.IGNORECASE,
).fullmatch


def normalise(text: str) -> str:
    """A name in lower case without trailing dot, international labels as A-labels; ValueError with a plain sentence.

    >>> normalise("Tracking.Müller.Example.")
    'tracking.xn--mller-kva.example'
    """
    name = text.strip().rstrip(".").lower()
    if not name:
        raise ValueError(say("The name is empty."))
    refuse_web_address(text)
    labels = [_a_label(label, text) for label in re.split(r"[.\u3002\uff0e\uff61]", name)]
    if len(".".join(labels)) > 253:
        raise ValueError(say("The name is too long: at most 253 characters."))
    if len(labels) > 1 and all(label.isdigit() for label in labels):
        raise ValueError(say("'{text}' is an address, not a name.", text=text))
    return ".".join(labels)


def refuse_web_address(text: str) -> None:
    """Raise ValueError for what was copied from a browser's address line, with the name that is meant.

    Without a scheme it is one only where something stands behind a name: `example.com/page`, `example.com:8443`.
    """
    match = _WEB_ADDRESS(text.strip())
    if not match:
        return
    scheme, host, port, path = match.groups()
    is_name = "." in host.strip("[].") and not host.replace(".", "").isdigit()
    if is_name and (scheme or port or path):
        raise ValueError(say(
            "'{text}' is the address of a page, and DNS knows only the name in it: write {name}.",
            text=text.strip(), name=host.lower(),
        ))
    if scheme:
        raise ValueError(say(
            "'{text}' is the address of a page, and DNS knows only names: write one, such as {name}.",
            text=text.strip(), name="example.com",
        ))


def _a_label(label: str, whole: str) -> str:
    if not label.isascii():
        import idna  # 0.2 MB of tables, for the few names that need them

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
