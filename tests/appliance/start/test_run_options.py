# SPDX-License-Identifier: GPL-3.0-or-later
"""Options become the variables that children and settings read."""

import pytest

from appliance.errors import Complaint
from appliance.start import run_options


def test_nothing_given_sets_nothing() -> None:
    found = run_options.parse([])
    assert found.environ == {}
    assert found.update
    assert found.state is None


def test_each_option_becomes_its_variable() -> None:
    ports = ["--dns", "127.0.0.1:53", "--dns", "[::1]:53", "--web", "127.0.0.1:80", "--upstream", "9.9.9.9"]
    found = run_options.parse(["--state", "/x", *ports, "--workers", "3", "--user", "u", "--no-update", "--debug"])
    assert found.environ == {
        "TELLTALE_STATE": "/x",
        "TELLTALE_DNS": "127.0.0.1:53,[::1]:53",
        "TELLTALE_WEB": "127.0.0.1:80",
        "TELLTALE_UPSTREAMS": "9.9.9.9",
        "TELLTALE_WORKERS": "3",
        "TELLTALE_USER": "u",
        "TELLTALE_DEBUG": "1",
    }
    assert not found.update


@pytest.mark.parametrize("argv", [["--bogus"], ["--dns"], ["stray"]])
def test_nonsense_is_one_sentence(argv: list[str]) -> None:
    with pytest.raises(Complaint, match=r"telltale run --help"):
        run_options.parse(argv)


@pytest.mark.parametrize(
    ("option", "value"),
    [("--upstream", "dns.example"), ("--workers", "99"), ("--dns", "127.0.0.1:99999"), ("--web", "x")],
)
def test_a_wrong_option_is_blamed_and_not_the_variable_behind_it(option: str, value: str) -> None:
    with pytest.raises(Complaint, match=f"The option {option} is wrong") as refused:
        run_options.parse([option, value])
    assert "variable" not in str(refused.value)
