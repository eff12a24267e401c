# SPDX-License-Identifier: GPL-3.0-or-later
"""What the bench of edits asks has answers that are known beforehand, and it reads what comes."""

from collections import defaultdict

import pytest

from bench import packets
from bench.edits import questions, servers
from bench.edits.questions import BLOCKED, CHILDREN, CLIENTS, FRESH, Asked, address_of, outcome, question
from wire import response as responses
from wire.message import parse_question
from wire.types import NXDOMAIN, SERVFAIL

ROUNDS = [question(number) for number in range(100 * CLIENTS)]


def test_every_client_asks_every_kind() -> None:
    kinds: dict[int, set[str]] = defaultdict(set)
    for asked in ROUNDS:
        kinds[asked.client].add(asked.kind)
    assert set(kinds) == set(range(CLIENTS))
    assert all(asked == {"steady", "fresh", "listed", "local", "subject"} for asked in kinds.values())


def test_what_no_edit_is_about_has_one_right_answer() -> None:
    """Only the children may be without access for a while, and only for what is no name of the home."""
    for asked in ROUNDS:
        if asked.kind == "local" or (asked.client < CLIENTS - CHILDREN and asked.kind in ("steady", "fresh")):
            assert len(asked.right) == 1, asked
            assert BLOCKED not in asked.right
        else:
            assert BLOCKED in asked.right


def test_each_fresh_name_is_asked_once_and_all_subjects_are_asked() -> None:
    fresh = [asked.packet for asked in ROUNDS if asked.kind == "fresh"]
    assert len(set(fresh)) == len(fresh) > 100
    names = {parse_question(asked.packet).name for asked in ROUNDS}
    assert names >= set(questions.SUBJECT)
    assert all(parse_question(packet).name.endswith(FRESH) for packet in fresh)


@pytest.mark.parametrize("name", ["www.tiktok.com", "name1.steady.example"])
def test_servers_answer_what_is_taken_for_right(name: str) -> None:
    assert outcome(servers.response(packets.query(name))) == address_of(name)
    assert outcome(servers.response(packets.query(name, "AAAA"))) == ""


def test_what_goes_wrong_has_its_name() -> None:
    asked = parse_question(packets.query("a.example"))
    assert outcome(responses.empty(asked, SERVFAIL)) == "SERVFAIL"
    assert outcome(responses.empty(asked, NXDOMAIN)) == "NXDOMAIN"
    assert outcome(responses.empty(asked, 5)) == "RCODE5"


def test_an_answer_behind_a_cname_is_read() -> None:
    query = packets.query("a.example")
    cname = b"\xc0\x0c\0\5\0\1\0\0\0\1\0\3\1b\0" + b"\1b\0\0\1\0\1\0\0\0\1\0\4\1\2\3\4"
    assert outcome(query[:2] + b"\x81\x80\0\1\0\2\0\0\0\0" + query[12:] + cname) == "1.2.3.4"


def test_a_question_is_a_value() -> None:
    assert isinstance(question(7), Asked)
    assert question(7) == question(7)
