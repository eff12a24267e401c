# SPDX-License-Identifier: GPL-3.0-or-later
"""A refused form as it comes back."""

from __future__ import annotations

from collections.abc import Sequence

from webui.frame.refused_form import Refused, Words, page_again

WORDS = Words(
    lambda id_, sentence: f"[{id_} {sentence}]",
    lambda id_, sentence: f"[{id_} {sentence}]",
    lambda lines: f"[{len(lines)} wrong]",
)
WRONG = 'aria-invalid="true" aria-describedby="told-0" autofocus'
PAGE = """<form method="post" action="/a?x=1#y"><input type="hidden" name="csrf" value="new">
<input type="hidden" name="id" value="{id}">
<label>Name<input name="name" value="was" autofocus></label><input type="password" name="secret">
<input type="file" name="file"><label><input type="checkbox" name="on" checked> On</label>
<select name="kind"><option value="1" selected>one</option><option value="2">two</option></select>
<textarea name="note">
was</textarea><button name="act" value="go">Go</button></form>"""


def again(page: str, sent: Sequence[tuple[str, str]], wrong: Sequence[tuple[str, str]] = ()) -> str:
    return page_again(page, Refused("/a", sent, "No.", wrong), WORDS) or ""


def test_what_was_typed_is_kept_and_no_secret_is_written_back() -> None:
    sent = [("csrf", "old"), ("name", '"<b>"'), ("secret", "hush"), ("kind", "2"), ("note", "</textarea><b>")]
    page = again(PAGE.format(id=1), sent, wrong=[("name", "Odd.")])
    assert f'value="&quot;&lt;b&gt;&quot;" {WRONG}>[told-0 Odd.]' in page
    assert "hush" not in page and 'value="new"' in page and "checked" not in page
    assert '<option value="1">' in page and '<option value="2" selected>' in page
    assert "&lt;/textarea&gt;&lt;b&gt;</textarea>" in page and "told-all" not in page


def test_several_are_told_each_and_above_all() -> None:
    page = again(PAGE.format(id=1), [], wrong=[("note", "Long."), ("name", "Odd."), ("name", "Twice."), ("none", "?")])
    assert "[2 wrong]" in page and "[told-0 Odd.]" in page and "</textarea>[told-1 Long.]" in page
    assert page.count("autofocus") == 1 and "Twice" not in page


def test_what_no_field_alone_has_is_told_below() -> None:
    assert "[told-all No.]</form>" in again(PAGE.format(id=1), [])


def test_a_form_with_one_field_means_that() -> None:
    page = '<form method="POST" action="/a"><input name="csrf" type="hidden"><input name="x"></form>'
    assert again(page, [("x", "1")]).endswith(f'<input name="x" value="1" {WRONG}>[told-0 No.]</form>')


def test_of_several_that_go_there_it_is_the_one_that_was_sent() -> None:
    page = "".join(PAGE.format(id=number) for number in (1, 2, 3))
    forms = again(page, [("id", "2"), ("name", "me")]).split("</form>")
    assert ["told-all" in form for form in forms] == [False, True, False, False]


def test_fields_elsewhere_on_the_page_and_names_of_the_api_are_known() -> None:
    page = '<form id="f" method="post" action="/b"><button formaction="/a">x</button></form><i>' \
           '<input form="f" name="two" data-about="windows other"><input name="csrf" form="f" value="">'
    assert '[told-0 Bad.]' in again(page, [("two", "x")], wrong=[("windows", "Bad.")])


def test_folded_parts_around_it_are_opened_and_others_are_not() -> None:
    page = f"<details></details><details class=a><summary></summary>{PAGE.format(id=1)}</details>"
    assert again(page, []).startswith('<details></details><details class="a" open>')


def test_a_page_without_the_form_is_none() -> None:
    page = '<form method="post" action="/b"></form><form action="/a"></form>'
    assert page_again(page, Refused("/a", [], "No."), WORDS) is None
