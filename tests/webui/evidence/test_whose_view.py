# SPDX-License-Identifier: GPL-3.0-or-later
"""A name as somebody wrote it, with what is known of it."""

from blocklists.whose import facts
from webui.evidence.whose_view import looked_up

KNOWN = facts.load()


def test_a_name_is_read_as_people_write_it() -> None:
    assert looked_up(KNOWN, " *.Logs.Netflix.com. ").company == "Netflix"


def test_what_is_no_name_nobody_knows() -> None:
    assert looked_up(KNOWN, "no name!.netflix.com x").company is None
