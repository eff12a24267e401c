# SPDX-License-Identifier: GPL-3.0-or-later
from typing import Any

import pytest

from store.config import edit
from store.config.engine import Engine
from store.config.rule_input import check_answer, check_rule, check_types
from store.config.session import EditError
from store.names import linear_patterns


def test_a_rule_is_tidied() -> None:
    given = check_rule("block", "Ads.Test.", subdomains=True, types="aaaa, a", answer="192.0.2.7")
    assert (given.name, given.types, given.answer) == ("ads.test", "A,AAAA", "A 192.0.2.7")
    assert check_types("~https|svcb") == "~HTTPS,SVCB" and check_types(" ") == ""
    assert check_types("type65, 65 SSHFP,TYPE65280") == "HTTPS,SSHFP,TYPE65280", "each type has one way to be written"
    assert check_answer(" ") == ""


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"kind": "maybe"}, "neither"),
        ({"form": "glob"}, "no form"),
        ({"inverted": True}, "Only a regular expression"),
        ({"kind": "allow", "answer": "drop"}, "no answer"),
        ({"answer": "a..b"}, "is no answer"),
        ({"types": "BOGUS"}, "no query type"),
        ({"types": "A,TYPE0"}, "no query type"),
        ({"types": "TYPE65536"}, "no query type"),
    ],
)
def test_nonsense_is_refused_in_words(given: dict[str, Any], reason: str) -> None:
    with pytest.raises(EditError, match=reason):
        check_rule(given.pop("kind", "block"), "ads.test", subdomains=True, **given)


@pytest.mark.database
@pytest.mark.skipif(not linear_patterns.available(), reason="needs RE2")
def test_expressions_are_stored_beside_names(engine: Engine) -> None:
    first = edit.add_rule(engine, "block", r"^ads\D", form="regex", inverted=True, types="A", answer="refused")
    assert edit.add_rule(engine, "block", r"^ads\D", form="regex", inverted=True, types="A", answer="drop") == first
    (stored,) = edit.rules(engine)
    assert (stored.form, stored.name, stored.subdomains, stored.inverted) == ("regex", r"^ads\D", False, True)
    assert (stored.types, stored.answer) == ("A", "drop")
    with pytest.raises(EditError, match="RE2"):
        edit.add_rule(engine, "block", "(?=x)y", form="regex")
