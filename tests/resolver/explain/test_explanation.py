# SPDX-License-Identifier: GPL-3.0-or-later
from resolver.answer.judge import PASSED
from resolver.explain import explanation
from resolver.explain.explanation import Explanation


def test_a_type_is_told_by_its_name_and_by_its_number_where_it_has_none() -> None:
    kinds = [Explanation("a.example", qtype, None, PASSED, None, None, explanation.UNASKED).type for qtype in (1, 4242)]
    assert kinds == ["A", "TYPE4242"]


def test_refusals_name_what_is_refused_and_what_comes_back() -> None:
    assert "not of the home" in explanation.stranger("REFUSED") and "REFUSED" in explanation.stranger("REFUSED")
    assert explanation.no_data(252, "NOTIMP").startswith("AXFR is no question for data, so it gets NOTIMP")
