# SPDX-License-Identifier: GPL-3.0-or-later
"""What is not changed in a page stays to the letter."""

from hypothesis import given
from hypothesis import strategies as st

from webui.frame.form_marks import Redrawn

PIECES = (
    "<p>", "</p>", "a &amp; b", "<input value=\"&quot;&#39;\">", "\n", "\r\n", "<!-- <b> -->", "\u2028", "<br/>",
    "<script>if (a < b) '</p>'</script>", "<select><option selected>1</select>", "<A HREF='x'>", "\x0c", "\u05d0",
)  # fmt: skip


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_nothing_changed_is_the_same(html: str) -> None:
    page = Redrawn(html)
    assert page.text() == html
    assert all(html[tag.begin] == "<" and html[tag.end - 1] == ">" for tag in page.tags)


def test_attributes_and_texts_are_put_in_their_places() -> None:
    page = Redrawn('<p>\n<input name=a value="1" checked> <b>x</b>')
    field, bold = page.tags[1], page.tags[2]
    page.give(field, "value", '"><script>')
    page.take(field, "checked")
    page.give(field, "autofocus")
    page.put(field.end, "<i>!</i>")
    page.put(bold.end, "y", page.tags[3].begin)
    expected = '<input name="a" value="&quot;&gt;&lt;script&gt;" autofocus><i>!</i> <b>y</b>'
    assert page.text() == "<p>\n" + expected
