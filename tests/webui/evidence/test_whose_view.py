# SPDX-License-Identifier: GPL-3.0-or-later
"""A name as somebody wrote it, with what is known of it."""

from blocklists.whose import facts
from webui.evidence.whose_view import looked_up, sentence

KNOWN = facts.load()


def test_a_name_is_read_as_people_write_it() -> None:
    assert looked_up(KNOWN, " *.Logs.Netflix.com. ").company == "Netflix"


def test_what_is_no_name_nobody_knows() -> None:
    assert looked_up(KNOWN, "no name!.netflix.com x").company is None


def test_the_address_of_a_page_stands_for_its_name() -> None:
    row = looked_up(KNOWN, "https://user@www.Netflix.com:443/browse?x=1#top")
    assert (row.name, row.company, row.kind) == ("www.netflix.com", "Netflix", "use")


def test_the_page_begins_with_whose_it_is_and_what_that_means() -> None:
    assert sentence(looked_up(KNOWN, "logs.netflix.com")) == "logs.netflix.com is of Netflix, and tells about you."
    use = sentence(looked_up(KNOWN, "www.netflix.com"))
    assert use == "www.netflix.com is of Netflix; an app or a feature wants it."
    assert sentence(looked_up(KNOWN, "nobody.knows.example")) == "Whose nobody.knows.example is, nobody knows."
