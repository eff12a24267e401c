# SPDX-License-Identifier: GPL-3.0-or-later
"""Each source that a pack's row names is one that people can look up."""

from __future__ import annotations

from blocklists.packs import vendor_packs
from blocklists.packs.pack_sources import sources


def test_every_source_of_every_row_is_known() -> None:
    known = sources()
    assert {source for pack in vendor_packs.load() for name in pack.names for source in name.sources} <= set(known)
    assert known["nextdns"].href == "https://github.com/nextdns/native-tracking-domains"
    assert known["hagezi"].title.startswith("HaGeZi") and known["vendor-docs"].href == ""
