# SPDX-License-Identifier: GPL-3.0-or-later
"""What may be chosen, and the record of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from appliance.errors import Complaint
from appliance.service.install_choices import Choices, Record, check, record_of


def test_a_record_reads_as_it_was_written() -> None:
    record = Record(Choices(user="dns", dns=("192.168.1.2:53",), wall=True), True, True, "../run/x", True)
    assert record_of(record.to_text()) == record


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"choices": 3}', '{"choices": {"dns": [], "odd": 1}}', "\0"])
def test_what_is_no_record_is_none(text: str) -> None:
    assert record_of(text) is None


def test_a_record_of_a_later_version_is_read_as_far_as_it_is_known() -> None:
    text = Record(Choices()).to_text().replace('"made_user"', '"later": 1,\n  "made_user"')
    assert record_of(text) == Record(Choices())


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        (Choices(user="root"), "does not run as root"),
        (Choices(user="a b"), "no name for a system user"),
        (Choices(user=""), "no name for a system user"),
        (Choices(state="state"), "by its whole path"),
        (Choices(state="/"), "by its whole path"),
        (Choices(state="/srv"), "by its whole path"),
        (Choices(state="/srv/a b"), "by its whole path"),
        (Choices(state="/srv/../etc"), "by its whole path"),
        (Choices(state="/home/somebody/telltale"), "does not see"),
        (Choices(state="/run/telltale"), "does not see"),
        (Choices(dns=("nowhere",)), "--dns nowhere"),
        (Choices(web="0.0.0.0:99999"), "--web 0.0.0.0:99999"),
    ],
)
def test_what_a_service_cannot_have_is_refused(choices: Choices, words: str) -> None:
    with pytest.raises(Complaint, match=words):
        check(choices)


def test_what_it_can_have() -> None:
    check(Choices())
    check(replace(Choices(), user="dns-home", state="/srv/telltale", dns=("192.168.1.2",), web="[::1]:8053"))
