# SPDX-License-Identifier: GPL-3.0-or-later
from urllib.parse import unquote

from webui.accounts import recovery_file


def test_the_file_holds_the_codes_and_whose_they_are_and_leaves_its_link_in_no_way() -> None:
    told = recovery_file.lines(["aaaa-bbbb", "cccc-dddd"], 'Eve "\r\n<x> 🦊', "24 Nov 2026")
    link = recovery_file.address(told)
    head, _, text = link.partition(",")
    assert head == "data:text/plain;charset=utf-8" and not set(text) & set("\"'<>& \r\n#")
    lines = unquote(text).split("\r\n")
    assert "24 Nov 2026" in unquote(text) and "aaaa-bbbb" in lines and "cccc-dddd" in lines and lines[-1] == ""
