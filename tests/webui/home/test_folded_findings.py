# SPDX-License-Identifier: GPL-3.0-or-later
"""What one act ends is one line: its sentence tells of all, its cure ends all, and each finding is there."""

from __future__ import annotations

from dataclasses import replace

from evidence.findings.finding import Cause, Finding, FindingKind, FindingState
from evidence.findings.finding_rows import FindingRow
from webui.home.folded_findings import Fold, folded

NAMES = {1: "TV", 2: "Phone", 3: "Tablet"}
LEAK = Finding(FindingKind.LEAK, 1, "Netflix", "Netflix", ("nrdp.logs.netflix.com",), 0, 10_000_000, 7,
               cause=Cause.NO_LIST)  # fmt: skip
BYPASS = Finding(FindingKind.BYPASS, 1, "Google", "wall a", (), 0, 10_000_000, 3)
BEAT = Finding(FindingKind.BEACON, 1, "Acme", "b.acme.example", ("b.acme.example",), 0, 10_000_000, 3, period_s=600.0)


def lines(*findings: Finding) -> list[Fold]:
    return folded([FindingRow(number, each, FindingState.NEW, 0, 0) for number, each in enumerate(findings, 7)], NAMES)


def test_one_alone_is_as_it_is() -> None:
    (fold,) = lines(LEAK)
    assert fold.sentence == fold.lines[0].sentence and fold.cure == fold.lines[0].cure and fold.ids == "7"


def test_a_company_on_several_devices_is_one_line_with_the_rule_that_holds_for_all() -> None:
    other = replace(LEAK, device_id=2, names=("logs.netflix.com",), count=3, last_us=20_000_000)
    (fold,) = lines(LEAK, other, replace(other, device_id=3))
    assert fold.sentence == ("Tracking by Netflix was answered for 3 devices, 13 times. "
                             "No list that is installed has it.")  # fmt: skip
    assert fold.cure.words == "Block logs.netflix.com by a rule of your own."
    assert (fold.id, fold.ids, fold.last) == (7, "7,8,9", 20)
    assert [line.device_id for line in fold.lines] == [1, 2, 3]


def test_names_that_no_rule_holds_together_lead_to_the_company() -> None:
    (fold,) = lines(LEAK, replace(LEAK, device_id=2, names=("beacon.netflix.com",)))
    assert (fold.cure.words, fold.cure.address) == ("Block tracking by Netflix.", "/companies/Netflix#block")
    two = lines(LEAK, replace(LEAK, company="Acme/&", key="Acme"))
    assert [each.cure.words[:6] for each in two] == ["Block ", "Block "], "another company is another line"


def test_a_list_that_is_off_is_one_line_whoever_is_in_it() -> None:
    off = replace(LEAK, cause=Cause.LIST_OFF, blocklist="sdk", list_title="SDKs", level="strict", company="Unity")
    (fold,) = lines(off, replace(off, company="Adjust", key="Adjust", count=1))
    assert fold.sentence.startswith("Tracking by Unity and Adjust was answered for TV 8 times.")
    assert fold.cure.words == "Turn on SDKs at level strict for the house."
    assert len(lines(off, replace(off, level="safe"))) == 2 and len(lines(off, replace(off, scope="device:1"))) == 2


def test_ways_around_dns_are_one_line() -> None:
    asked = replace(BYPASS, device_id=2, key="dns x", names=("dns.google",))
    (fold,) = lines(BYPASS, asked, replace(BYPASS, device_id=3, company="Cloudflare", key="wall b"))
    assert fold.sentence == "3 devices reach DNS elsewhere: Google and Cloudflare."
    (same,) = lines(BYPASS, replace(BYPASS, company="Cloudflare", key="wall b"))
    assert same.sentence == "TV reaches DNS elsewhere: Google and Cloudflare."


def test_what_nothing_can_be_done_about_is_by_device_and_kind() -> None:
    two = lines(BEAT, replace(BEAT, key="c.acme.example"), replace(BEAT, device_id=2))
    assert [len(fold.lines) for fold in two] == [2, 1] and not any(fold.cure.address for fold in two)
    assert two[0].sentence.endswith(" And 1 more of this kind.")


def test_silent_devices_are_named() -> None:
    silent = replace(BEAT, kind=FindingKind.SILENT, key="")
    (fold,) = lines(silent, replace(silent, device_id=2), replace(silent, device_id=9))
    assert fold.sentence == "3 devices are up, and have stopped asking Telltale: TV, Phone and 9."
