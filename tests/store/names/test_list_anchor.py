# SPDX-License-Identifier: GPL-3.0-or-later
"""A list's anchor is an id that CSS takes, and different lists have different ones."""

import re

from hypothesis import given
from hypothesis import strategies as st

from store.names.list_anchor import anchor, page_of


def test_an_id_becomes_an_anchor() -> None:
    assert anchor("pack:xiaomi") == "list-pack_3a_xiaomi"


@given(st.text(min_size=1), st.text(min_size=1))
def test_anchors_are_plain_and_apart(blocklist: str, other: str) -> None:
    assert re.fullmatch(r"list-[a-zA-Z0-9_-]+", anchor(blocklist))
    assert (anchor(blocklist) == anchor(other)) == (blocklist == other)


def test_each_list_has_a_page() -> None:
    assert page_of("pack:xiaomi") == "/blocklists/pack:xiaomi"
    assert page_of("a/../b?c") == "/blocklists/a%2F..%2Fb%3Fc"
    assert page_of("service:tiktok") == "/services#list-service_3a_tiktok"
