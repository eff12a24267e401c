# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists beside the compiled index: their slots follow, their rules are judged with the others."""

from blocklists.index.beside import Beside, BesideList
from blocklists.index.compile import Part, compile_index
from blocklists.index.index import Index
from blocklists.index.match import RuleTable, decide
from blocklists.index.shard import Shard
from blocklists.rules.rule import Kind

LISTS = Beside([
    BesideList("service:chat", "Chat", [(Kind.BLOCK_SUFFIX_IMPORTANT, "chat.example")]),
    BesideList("service:shop", "Shop", [(Kind.BLOCK_EXACT_IMPORTANT, "shop.example"),
                                        (Kind.BLOCK_SUFFIX_IMPORTANT, "pay.chat.example")]),
])  # fmt: skip


def index(*lists: tuple[str, bool, Kind, str]) -> Index:
    parts = [Part(name, None, name, allow, Shard.of_rules([(kind, rule)], 1)) for name, allow, kind, rule in lists]
    data = bytearray()
    compile_index(parts, 1).write(data.extend)
    return Index(memoryview(bytes(data)), LISTS)


PLAIN = index(("ads", False, Kind.BLOCK_SUFFIX, "ads.example"))
ADS, CHAT, SHOP = (PLAIN.mask([(name, None)]) for name in ("ads", "service:chat", "service:shop"))


def decided(name: str, mask: int, within: Index = PLAIN) -> str | None:
    decision = decide(name, RuleTable(), within, mask)
    return None if decision is None else f"{'allow' if decision.allow else 'block'} {decision.blocklist}"


def test_their_slots_follow_those_of_the_file() -> None:
    assert [slot.blocklist_id for slot in PLAIN.slots] == ["ads", "service:chat", "service:shop"]
    assert (ADS, CHAT, SHOP, PLAIN.compiled) == (1, 2, 4, 1)


def test_each_blocks_its_names_while_it_is_on() -> None:
    assert decided("www.chat.example", CHAT) == "block service:chat"
    assert decided("www.chat.example", SHOP) is None
    assert decided("www.chat.example", ADS) is None
    assert decided("shop.example", SHOP) == "block service:shop"
    assert decided("www.shop.example", SHOP) is None
    assert decided("a.ads.example", ADS | SHOP) == "block ads"


def test_the_more_specific_of_two_is_named() -> None:
    assert decided("x.pay.chat.example", CHAT | SHOP) == "block service:shop"
    assert decided("x.pay.chat.example", CHAT) == "block service:chat"


def test_lists_let_nothing_of_it_through_but_one_that_allows_does() -> None:
    exception = index(("big", False, Kind.ALLOW_SUFFIX, "www.chat.example"))
    mask = exception.mask([("big", None), ("service:chat", None)])
    assert decided("www.chat.example", mask, exception) == "block service:chat"
    allowing = index(("mine", True, Kind.BLOCK_SUFFIX, "www.chat.example"))
    mask = allowing.mask([("mine", None), ("service:chat", None)])
    assert decided("www.chat.example", mask, allowing) == "allow mine"
    assert decided("chat.example", mask, allowing) == "block service:chat"


def test_of_a_list_and_a_service_that_block_the_service_is_named() -> None:
    both = index(("ads", False, Kind.BLOCK_SUFFIX, "www.chat.example"))
    assert decided("www.chat.example", both.mask([("ads", None), ("service:chat", None)]), both) == "block service:chat"


def test_all_that_match_are_told_on_or_off() -> None:
    slots = [PLAIN.slots[match.slot].blocklist_id for match in PLAIN.matching("x.pay.chat.example")]
    assert slots == ["service:shop", "service:chat"]
    assert PLAIN.matching("example") == []
