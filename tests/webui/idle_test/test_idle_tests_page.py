# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of idle tests: begun by a form, watched without a reload, read, compared; names are no markup."""

from typing import Any

from lived_in_home import XIAOMI
from own_devices import ask
from tested_home import CALL, MINUTE_US, over, post

from evidence.idle_test import idle_tests_file
from store.household import pauses

PAGE = "/evidence/tests"
EARLIER_US = 45 * MINUTE_US


def test_a_devices_page_leads_to_its_tests(visitor: Any) -> None:
    assert f'href="{PAGE}?device=1"' in visitor.get("/devices/1").text
    assert '<option value="1" selected>' in visitor.get(f"{PAGE}?device=1").text


def test_a_form_begins_one_and_leads_to_it(visitor: Any) -> None:
    assert "No test was made so far." in visitor.get(PAGE).text
    sent = visitor.form(f"{PAGE}/start", device="1", minutes="60", title="Before", blocking="halves")
    assert sent.headers["location"] == f"{PAGE}/1" and len(pauses.pauses(visitor.engine())) == 1
    page = visitor.get(f"{PAGE}/1").text
    assert "minutes left" in page and 'hx-get="/evidence/tests/1/live"' in page and "every 3s" in page
    assert "/evidence/reports/file" not in page
    assert " minutes left</b>" in visitor.get(PAGE).text
    assert "There is no device 99." in visitor.form(f"{PAGE}/start", device="99", minutes="60").text
    assert "is being tested already" in visitor.form(f"{PAGE}/start", device="1", minutes="60").text


def test_rows_come_while_it_runs_and_the_page_comes_anew_when_it_is_over(visitor: Any) -> None:
    post(visitor, CALL, device=1, minutes=60)
    assert "Nothing was asked for so far." in visitor.get(f"{PAGE}/1/live").text
    ask(visitor.home, XIAOMI, ("<b>x</b>.example", "PASS", 0), ("data.mistat.xiaomi.com", "PASS", 0))
    live = visitor.get(f"{PAGE}/1/live")
    assert "&lt;b&gt;x&lt;/b&gt;.example" in live.text and "<b>x</b>" not in live.text
    assert "leaked" in live.text and "hx-refresh" not in live.headers
    assert visitor.form(f"{PAGE}/stop", id="1").headers["location"] == f"{PAGE}/1"
    ended = visitor.get(f"{PAGE}/1/live")
    assert ended.headers["hx-refresh"] == "true" and "hx-get" not in ended.text


def test_the_result_says_whom_it_asks_and_what_it_does_not_show(visitor: Any) -> None:
    test = over(visitor.home, title="Left alone")
    page = visitor.get(f"{PAGE}/{test.id}").text
    assert "<h1>Left alone</h1>" in page and f'href="/evidence/reports/file?test={test.id}"' in page
    assert "Redmi Note 13 asked for" in page and "It tracks for 1 company: Xiaomi." in page
    assert "not what was sent there" in page and "with the facts of version" in page
    assert "<script>alert" not in page and "hx-trigger" not in page
    rows = visitor.get(f"{PAGE}/{test.id}").text.partition('href="/queries?device=1&amp;name=')[2].partition('"')[0]
    assert visitor.get(f"/queries?device=1&name={rows.replace('&amp;', '&')}").status_code == 200


def test_halves_stand_side_by_side(visitor: Any) -> None:
    page = visitor.get(f"{PAGE}/{over(visitor.home, halves=True, ago_us=EARLIER_US).id}").text
    assert "Without blocking" in page and "With blocking" in page and "kept in its cache" in page
    assert "Without blocking" not in visitor.get(f"{PAGE}/{over(visitor.home, minutes=30, ago_us=0).id}").text


def test_two_are_compared(visitor: Any) -> None:
    first = over(visitor.home, minutes=40, ago_us=EARLIER_US)
    second = over(visitor.home, minutes=30, ago_us=5 * MINUTE_US, halves=True)
    page = visitor.get(f"{PAGE}/{first.id}").text
    assert f'<option value="{second.id}">' in page
    compared = visitor.get(f"{PAGE}/compare?a={second.id}&b={first.id}").text
    assert "0 names are new. 0 names are gone." in compared and "They differ in blocking" in compared
    assert visitor.get(f"{PAGE}/compare?a={first.id}&b=99").status_code == 404
    assert visitor.get(f"{PAGE}/compare?a={first.id}&b={first.id}").status_code == 422


def test_titles_and_deletion(visitor: Any) -> None:
    test = over(visitor.home)
    visitor.form(f"{PAGE}/title", id=str(test.id), title="<i>New</i>")
    assert "&lt;i&gt;New&lt;/i&gt;" in visitor.get(f"{PAGE}/{test.id}").text
    assert visitor.form(f"{PAGE}/delete", id=str(test.id)).headers["location"] == PAGE
    assert visitor.get(f"{PAGE}/{test.id}").status_code == 404


def test_odd_addresses_are_no_error(visitor: Any) -> None:
    for device in ("", "x", "9" * 20, "-1", "7"):
        assert visitor.get(f"{PAGE}?device={device}").status_code == 200
    assert visitor.get(f"{PAGE}/0").status_code == 422 and visitor.get(f"{PAGE}/{2**63}").status_code == 422


def test_a_damaged_file_is_put_aside_and_said(visitor: Any) -> None:
    test = over(visitor.home)
    (visitor.home.state / idle_tests_file.FILE_NAME).write_bytes(b"no database" * 500)
    refused = visitor.get(f"{PAGE}/{test.id}")
    assert refused.status_code == 503
    assert "idle_tests.db was damaged. It is kept as idle_tests.db.corrupt-" in refused.text
    page = visitor.get(PAGE)
    assert page.status_code == 200 and "No test was made so far." in page.text
    assert "telltale restore FILE --only idle_tests" in page.text
    for aside in idle_tests_file.asides(visitor.home.state):
        (visitor.home.state / aside).unlink()
    assert "was damaged" not in visitor.get(PAGE).text
