# SPDX-License-Identifier: GPL-3.0-or-later
"""What a purpose makes of a name."""

import pytest

from store.names.purpose import Kind, Purpose, kind_of


@pytest.mark.parametrize(
    ("kind", "purposes"),
    [
        (Kind.TRACKING, {"analytics", "ads", "crash"}),
        (Kind.USE, {"push", "update", "config", "cloud", "content", "infrastructure", "function"}),
        (Kind.UNKNOWN, {"unknown"}),
    ],
)
def test_the_rule(kind: Kind, purposes: set[str]) -> None:
    assert {purpose.value for purpose in Purpose if kind_of(purpose) is kind} == purposes


def test_a_kind_says_its_word() -> None:
    assert [kind.word for kind in Kind] == ["unknown", "tracking", "use"]
