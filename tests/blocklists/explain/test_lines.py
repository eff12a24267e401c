# SPDX-License-Identifier: GPL-3.0-or-later
from pathlib import Path

from blocklists.explain.lines import Line, find_line, find_text, kinds_in
from blocklists.index.index import Slot
from blocklists.index.precedence import match_of
from blocklists.rules.rule import Kind


def slot(allow: bool = False, form: str = "adblock") -> Slot:
    return Slot("l", None, allow, "L", 1, 0, form, {})


def test_the_line_that_gives_the_rule_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_bytes(b"\xef\xbb\xbf! ads.test\r\n||notads.test^\r\n@@||ads.test^\r\n||ADS.test^\r\n||ads.test^\r\n")
    assert find_line(path, match_of(Kind.BLOCK_SUFFIX, 0, "ads.test"), slot()) == Line(4, "||ADS.test^")
    assert find_line(path, match_of(Kind.ALLOW_SUFFIX, 0, "ads.test"), slot()) == Line(3, "@@||ads.test^")
    assert find_line(path, match_of(Kind.BLOCK_EXACT, 0, "ads.test"), slot()) is None
    path.write_bytes(b"")
    assert find_line(path, match_of(Kind.BLOCK_EXACT, 0, "ads.test"), slot()) is None


def test_a_line_of_another_format_is_found_again(tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_text("0.0.0.0 a.test\n||ads.test^\n")
    match = match_of(Kind.BLOCK_SUFFIX, 0, "ads.test")
    assert find_line(path, match, slot(form="hosts")) == Line(2, "||ads.test^")


def test_a_complex_rule_is_found_at_the_start_of_its_line(tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_text("! /ads/\nx/ads/\n/ads/$important\n/ads/\n")
    assert find_text(path, "/ads/") == Line(3, "/ads/$important")
    assert find_text(path, "/none/") is None


def test_a_rule_of_a_list_that_allows_may_have_been_any_that_it_made_so() -> None:
    match = match_of(Kind.ALLOW_SUFFIX_IMPORTANT, 0, "x.test")
    assert {Kind.BLOCK_SUFFIX, Kind.ALLOW_SUFFIX} < kinds_in(slot(allow=True), match)
    assert kinds_in(slot(), match) == {Kind.ALLOW_SUFFIX_IMPORTANT}
