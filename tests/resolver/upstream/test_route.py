# SPDX-License-Identifier: GPL-3.0-or-later
"""Routes: the same servers are one thing, and no other servers' answers are taken for theirs."""

from __future__ import annotations

from resolver.upstream import route
from resolver.upstream.question_key import key_of, section_of
from resolver.upstream.route import HOUSE
from wire import message, stub

QUESTION = message.parse_question(stub.build("www.shop.example", 1))


def test_no_servers_of_ones_own_is_the_house_s() -> None:
    assert route.to_servers(()) is route.to_servers((), "lan") is HOUSE


def test_the_same_servers_have_the_same_tag_whatever_they_are_for() -> None:
    assert route.to_servers(["10.0.0.1"]).tag == route.to_servers(["10.0.0.1"], "lan").tag
    tags = {route.to_servers(specs).tag for specs in (["10.0.0.1"], ["10.0.0.2"], ["10.0.0.1", "10.0.0.2"])}
    assert len(tags) == 3


def test_the_key_of_what_others_said_is_another_and_gives_the_question_back() -> None:
    plain, tagged = key_of(QUESTION), key_of(QUESTION, route.to_servers(["10.0.0.1"]).tag)
    assert plain != tagged and tagged.endswith(plain)
    assert section_of(plain) == section_of(tagged) == QUESTION.section
