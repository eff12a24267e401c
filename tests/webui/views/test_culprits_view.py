# SPDX-License-Identifier: GPL-3.0-or-later
from evidence.findings.culprits import Culprit
from webui.views.culprits_view import at_device, leave, lines, with_leave


def test_a_culprit_says_what_blocked_it_and_is_gone_once_it_is_let_through() -> None:
    rows = [
        Culprit(name, 1.0, ("why",), 2, 5_000_000, by, "", None)
        for name, by in (("a.example", "ads"), ("b.example", "own"), ("c.example", "gone"), ("<b>.example", "ads"))
    ]
    shown = lines(rows, {"ads": "Ads"}, {"c.example"})
    assert [(line.name, line.list, line.last, line.may) for line in shown] == [
        ("a.example", "Ads", 5.0, "yes"), ("b.example", "your own rule", 5.0, "yes"), ("<b>.example", "Ads", 5.0, "no"),
    ]  # fmt: skip
    assert [at_device(line).list for line in shown] == ["Ads", "a rule of this home", "Ads"]
    assert [with_leave(line, "ask").may for line in shown] == ["ask", "ask", "no"]
    assert [leave("yes", list_, "a.example") for list_ in ("ads", "service:tiktok")] == ["yes", "ask"]
    assert leave("no", "ads", "a.example") == "no"
