# SPDX-License-Identifier: GPL-3.0-or-later
"""A search over a list's text finds each line that holds the word, once, whatever its size, and reads in blocks."""

from __future__ import annotations

from pathlib import Path

import pytest

from blocklists.explain import list_search
from blocklists.explain.list_search import Found, search
from blocklists.index.index import Slot


def slot(format_: str = "domains") -> Slot:
    return Slot("a-list", None, False, "A list", 0, 0, format_)


def every(path: Path, wanted: str, limit: int = 7) -> list[tuple[int, str]]:
    begin, lines = (0, 0), list[tuple[int, str]]()
    while True:
        found: Found = search(path, slot(), wanted, begin, limit)
        lines += [(line.number, line.text) for line in found.lines]
        if found.next is None:
            return lines
        assert found.next > begin
        begin = found.next


@pytest.mark.parametrize("block", [1 << 20, 64, 50])
def test_every_line_is_found_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    monkeypatch.setattr(list_search, "BLOCK", block)
    path = tmp_path / "list.txt"
    names = [f"{'Ads' if number % 3 == 0 else 'x'}{number}.example" for number in range(400)]
    path.write_text("# a comment about ads\n" + "\n".join(names) + "\n")
    wanted = [(number + 2, name) for number, name in enumerate(names) if "ads" in name.lower()]
    assert every(path, "ADS") == wanted
    assert every(path, "") == [(number + 2, name) for number, name in enumerate(names)]
    assert every(path, "none.such") == []


def test_a_list_without_an_end_of_line_is_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text("a.example\nb.example")
    assert [name for _, name in every(path, "b.exa")] == ["b.example"]
    path.write_text("")
    assert every(path, "a") == []


def test_rules_stand_as_they_are_read(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text("! title\n||ads.example^\n@@||good.ads.example^\n||x.example^$dnsrewrite=1.2.3.4\nno rule at all\n")
    found = search(path, slot("adblock"), "")
    assert [(line.number, line.rules) for line in found.lines] == [
        (2, ("||ads.example^",)), (3, ("@@||good.ads.example^",)), (4, ("||x.example^$dnsrewrite=1.2.3.4",)),
    ]  # fmt: skip


def test_a_look_ends_where_it_has_read_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_search, "BLOCK", 1000)
    monkeypatch.setattr(list_search, "MAX_READ", 3000)
    path = tmp_path / "list.txt"
    path.write_text("a.example\n" * 2000 + "last.example\n")
    found = search(path, slot(), "last")
    assert found.lines == () and found.next is not None and found.next[0] < 6000
    assert every(path, "last") == [(2001, "last.example")]


def test_a_line_that_is_too_long_hides_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_search, "BLOCK", 1000)
    path = tmp_path / "list.txt"
    path.write_text("a.example\n" + "x" * 9000 + "\nb.example\n")
    assert [name for _, name in every(path, "b.example")] == ["b.example"]
