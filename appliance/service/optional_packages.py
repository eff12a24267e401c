# SPDX-License-Identifier: GPL-3.0-or-later
"""Debian's packages that some of Telltale needs and most of it does not: told after an installation. Pure."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator

from store.base.sentences import Sentence, say

PATHS = "/usr/sbin:/usr/local/sbin:/sbin"  # where Debian puts them, which is in no user's PATH
PACKAGES = (
    ("unbound", "unbound", say("checking answers for forgery, and being your own resolver")),
    ("dnsmasq-base", "dnsmasq", say("handing out addresses (DHCP)")),
    ("nftables", "nft", say("the wall against ways around")),
)  # fmt: skip
_FROM_DEBIAN = f"{os.environ.get('PATH', '')}:{PATHS}"


def _find(program: str) -> str | None:
    return shutil.which(program, path=_FROM_DEBIAN)


def missing(find: Callable[[str], str | None] = _find) -> Iterator[Sentence]:
    """A sentence for each that is not there."""
    for package, program, purpose in PACKAGES:
        if find(program) is None:
            yield say("Debian’s package {package} is not installed; it is needed for {purpose}, and for nothing else.",
                      package=package, purpose=purpose)  # fmt: skip
