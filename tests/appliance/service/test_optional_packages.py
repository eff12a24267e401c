# SPDX-License-Identifier: GPL-3.0-or-later
from appliance.service import optional_packages


def test_what_is_missing_is_named_with_what_it_is_for() -> None:
    assert list(optional_packages.missing(lambda program: program)) == []
    (sentence,) = optional_packages.missing(lambda program: None if program == "unbound" else program)
    assert "package unbound is not installed" in sentence and "your own resolver" in sentence
