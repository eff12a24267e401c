# SPDX-License-Identifier: GPL-3.0-or-later
import datetime as dt

import pytest

from store.accounts.expiry import end_of
from store.config.session import EditError

NOW = dt.datetime(2027, 3, 1, 12).timestamp()


@pytest.mark.parametrize("text", [None, "", "never", " never "])
def test_for_good(text: str | None) -> None:
    assert end_of(text, NOW) is None


def test_a_length_a_date_to_its_end_and_a_moment() -> None:
    assert end_of("30d", NOW) == NOW + 30 * 86_400
    assert end_of("2027-03-31", NOW) == dt.datetime(2027, 4, 1).timestamp() - 1
    assert end_of("2027-03-31T18:00:00Z", NOW) == dt.datetime(2027, 3, 31, 18, tzinfo=dt.UTC).timestamp()
    assert end_of("2027-03-31 18:00", NOW) == dt.datetime(2027, 3, 31, 18).timestamp()


@pytest.mark.parametrize(
    "text", ["soon", "30", "0d", "2027-13-01", "2027-02-30", "9999-12-31", "31.03.2027", "\ud800", "x" * 99]
)
def test_what_is_no_end_is_refused_beside_its_field(text: str) -> None:
    with pytest.raises(EditError) as refused:
        end_of(text, NOW)
    assert refused.value.field == "expires_at"
