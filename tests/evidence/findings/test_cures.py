# SPDX-License-Identifier: GPL-3.0-or-later
"""What to do about a finding: one act, its page and its command."""

from dataclasses import replace

import pytest

from evidence.findings.cures import NOTHING, Cure, cure
from evidence.findings.finding import Cause, Finding, FindingKind

LEAK = Finding(FindingKind.LEAK, 3, "Them", "Them", ("t.example",), 1, 2, 3, cause=Cause.LIST_OFF,
               blocklist="pack:them", list_title="Them", level="strict", scope="house")  # fmt: skip


@pytest.mark.parametrize(
    ("finding", "address", "command"),
    [
        (LEAK, "/blocklists/pack:them", "telltale lists level pack:them strict"),
        (replace(LEAK, level=""), "/blocklists/pack:them", "telltale lists on pack:them --scope house"),
        (replace(LEAK, cause=Cause.GROUP, scope="group:2"), "/groups/2#lists",
         "telltale groups lists 2 pack:them --level strict"),
        (replace(LEAK, cause=Cause.GROUP, scope="device:3"), "/devices/3#toggle-list-pack_3a_them",
         "telltale lists on pack:them --scope device:3"),
        (replace(LEAK, cause=Cause.NO_LIST), "/blocklists/rules?name=t.example",
         "telltale rules add block t.example"),
        (replace(LEAK, cause=Cause.RULE, rule="@@||t.example^", rule_id=7), "/blocklists/rules",
         "telltale rules remove 7"),
        (replace(LEAK, cause=Cause.UNKNOWN), "/explain?name=t.example", "telltale explain t.example"),
        (replace(LEAK, kind=FindingKind.BYPASS), "/bypass", "telltale wall apply --enforce"),
    ],
)  # fmt: skip
def test_each_has_one_act(finding: Finding, address: str, command: str) -> None:
    act = cure(finding)
    assert act.words and (act.address, act.command) == (address, command)


def test_where_nothing_is_to_be_done_that_is_said_without_a_link() -> None:
    later, gone = cure(replace(LEAK, cause=Cause.LIST_LATER)), cure(replace(LEAK, cause=Cause.RULE, rule="@@x"))
    assert later.words == "Nothing is to be done: Them at level strict blocks it now." and not later.address
    assert "@@x is gone" in gone.words and not gone.command


def test_every_cause_of_a_leak_has_one_and_a_beacon_none() -> None:
    causes = set(Cause) - {Cause.NONE, Cause.IDLE, Cause.NIGHT}
    acts: dict[Cause, Cure] = {cause: cure(replace(LEAK, cause=cause)) for cause in causes}
    assert all(act.words for act in acts.values())
    assert cure(replace(LEAK, kind=FindingKind.BEACON)) == NOTHING
