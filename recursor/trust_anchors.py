# SPDX-License-Identifier: GPL-3.0-or-later
"""The keys in which all trust begins: the root's own, or those of a file that a household names.

The root's are known by their digests, as IANA publishes them: https://data.iana.org/root-anchors/root-anchors.xml (the
key of 2017 and the one of 2024). unbound keeps them up to date in the state directory (RFC 5011).
"""

from __future__ import annotations

import re
from pathlib import Path

from store.base import file_faults
from store.base.private_files import write_private
from store.base.sentences import say

ROOT_DS = """\
. IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D
. IN DS 38696 8 2 683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16
"""
MAX_FILE = 256 * 1024  # some hundred keys
_ANCHOR = re.compile(r"^\s*[^;\s]\S*\s+(\d+\s+)?(IN\s+)?(DS|DNSKEY)\s+\d+\s+\d+\s+\d+\s+\S", re.M | re.I)


class WrongAnchors(ValueError):  # noqa: N818 - what it is
    """A file that holds no anchor; the text is a sentence."""


def check(path: Path) -> None:
    """That a file holds a trust anchor. Raises WrongAnchors."""
    try:
        text = file_faults.read(path, MAX_FILE).decode("utf-8", "replace")
    except OSError as error:
        raise WrongAnchors(say("{path} cannot be read ({error}).", path=path, error=error.strerror)) from None
    if not _ANCHOR.search(text):
        raise WrongAnchors(say("{path} holds no DS and no DNSKEY record.", path=path))


def keep(path: Path) -> None:
    """See to it that unbound has the root's anchors to begin with. Raises OSError."""
    try:
        check(path)
    except WrongAnchors:
        write_private(path, ROOT_DS)
