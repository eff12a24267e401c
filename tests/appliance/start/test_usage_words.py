# SPDX-License-Identifier: GPL-3.0-or-later
"""What the libraries say of a command line is known by its pattern, whatever their version words around it."""

import pytest
from brackets import brackets as brackets

from appliance.start.usage_words import complaint, help_here


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("No such command 'x y'.", "There is no command 'x y'"), ("No such option: --bad", "There is no option --bad"),
        ("No such command 'list'. Did you mean 'lists', 'log'?", "There is no command 'list', but 'lists', 'log'"),
        ("No such option '--bad'. Did you mean '--debug'?", "There is no option --bad"),
        ("No such option: --bad Did you mean --debug?", "There is no option --bad"),
        ("unrecognized arguments: --a b", "There is no option --a b"),
        ("ambiguous option: --s could match --state, --some", "--s may mean --state, --some"),
        ("Missing argument 'NAME'.", "NAME is missing"), ("Missing command.", "A command is missing"),
        ("Option '--client' requires an argument.", "--client needs a value after it"),
        ("argument --state: expected one argument", "--state needs a value after it"),
        ("argument --json: ignored explicit argument '1'", "--json takes no value"),
        ("Option '--json' does not take a value.", "--json takes no value"),
        ("Got unexpected extra argument (x)", "'x' is too much"),
        ("Got unexpected extra arguments (x y)", "'x y' is too much"),
        ("Got unexpected extra argument(s) (x y)", "'x y' is too much"),
        ("argument --pace: invalid float value: 'x'", "--pace cannot be 'x'"),
        ("Invalid value for 'ID': 'x' is not a valid integer.", "ID has to be a number"),
        ("something that a later version says.", "Something that a later version says"),
    ],
)  # fmt: skip
def test_a_complaint_is_a_sentence(text: str, said: str) -> None:
    assert complaint(text) == said


def test_only_what_is_the_librarys_own_is_told(brackets: object, monkeypatch: pytest.MonkeyPatch) -> None:
    del brackets
    text = "Usage: x [OPTIONS]\n\n  Options: as they are.\n\nOptions:\n  --help  Show this message and exit.\n"
    assert help_here(text) == text
    monkeypatch.setenv("LANGUAGE", "qps")
    told = help_here(text)
    assert told.startswith("⟦Usage:⟧ x [OPTIONS]") and "\n⟦Options:⟧\n" in told and "  Options: as they are." in told
