# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of local names."""

from typing import Any

from store.household import undo
from store.household.changes import changes
from store.local import forward_edit, record_edit


def test_records_are_added_shown_and_removed(visitor: Any) -> None:
    sent = visitor.form("/names/records/add", name="*.Lab.lan", type="A", value="192.168.1.5", comment="<i>box</i>")
    assert sent.headers["location"] == "/names#records"
    page = visitor.get("/names").text
    assert "*.lab.lan" in page and "every name below lab.lan" in page
    assert "&lt;i&gt;box" in page and "<i>box" not in page
    (row,) = record_edit.records(visitor.engine())
    visitor.form("/names/records/remove", id=str(row.id))
    assert record_edit.records(visitor.engine()) == []


def test_what_is_wrong_is_told(visitor: Any) -> None:
    refused = visitor.form("/names/records/add", name="nas.lan", type="A", value="x")
    assert refused.status_code == 422 and "no IPv4 address" in refused.text
    refused = visitor.form("/names/forwards/add", domain="lan", upstreams="127.0.0.1")
    assert refused.status_code == 422 and "itself in a circle" in refused.text


def test_a_hosts_file_is_taken_in_and_each_line_that_is_not_is_told(visitor: Any) -> None:
    page = visitor.form("/names/records/import", text="192.168.1.5 nas.lan\n0.0.0.0 <b>.example\n")
    assert page.status_code == 200 and "1 record was added" in page.text
    assert "is nowhere" in page.text and "<b>.example" not in page.text


def test_domains_are_forwarded_and_let_go(visitor: Any) -> None:
    visitor.form("/names/forwards/add", domain="fritz.box", upstreams="192.168.178.1, 192.168.178.2")
    visitor.form("/names/forwards/add", domain="www.fritz.box", upstreams="house")
    page = visitor.get("/names").text
    assert "192.168.178.1, 192.168.178.2" in page and "the upstreams that everybody asks" in page
    for row in forward_edit.forwarded(visitor.engine()):
        visitor.form("/names/forwards/remove", id=str(row.id))
    assert "No domain goes elsewhere." in visitor.get("/names").text


def test_changed_where_they_stand(visitor: Any) -> None:
    visitor.form("/names/records/add", name="nas.lan", type="A", value="192.168.1.5", comment="old")
    visitor.form("/names/forwards/add", domain="lan", upstreams="192.168.1.1")
    page = visitor.get("/names").text
    assert "goes before the servers of lan" in page and "1 record is answered here, 1 domain by servers" in page
    record, domain = record_edit.records(visitor.engine())[0], forward_edit.forwarded(visitor.engine())[0]
    fields = {"name": "nas.lan", "type": "A", "value": "192.168.1.6", "comment": "new"}
    visitor.form("/names/records/change", id=str(record.id), **fields)
    visitor.form("/names/forwards/change", id=str(domain.id), upstreams="192.168.1.2", comment="router")
    record, domain = record_edit.records(visitor.engine())[0], forward_edit.forwarded(visitor.engine())[0]
    assert (record.value, record.comment, domain.comment) == ("192.168.1.6", "new", "router")
    assert "192.168.1.2" in domain.upstreams
    refused = visitor.form("/names/records/change", id=str(record.id), name="nas.lan", type="A", value="no address")
    assert refused.status_code == 422


def test_what_answers_now(visitor: Any) -> None:
    visitor.form("/names/records/add", name="nas.lan", type="A", value="192.168.1.5")
    told = visitor.get("/names/test?test=nas.lan", headers={"HX-Request": "true"}).text
    assert "never leaves the home" in told and "192.168.1.5" in told and "<html" not in told
    assert "data-problem" in visitor.get("/names/test?test=a%20b").text
    assert "data-problem" in visitor.get("/names/test?test=a.example&type=NONE").text


def test_a_hosts_file_is_looked_at_before_anything_changes(visitor: Any) -> None:
    text = "192.168.1.5 nas.lan\n0.0.0.0 <b>.example\n" + "\n".join(f"10.0.0.{at} h{at}.lan" for at in range(1, 200))
    told = visitor.tap("/names/records/preview", text=text)
    assert told.status_code == 200 and "200 records would be added; 0 are known, 1 cannot be added." in told.text
    assert "<html" not in told.text and "<b>.example" not in told.text and "and 100 more" in told.text
    assert record_edit.records(visitor.engine()) == []
    whole = visitor.form("/names/records/preview", text=text)
    assert 'action="/names/records/import"' in whole.text and "192.168.1.5 nas.lan" in whole.text
    visitor.form("/names/records/import", text=text)
    undo.undo(visitor.engine(), changes(visitor.engine())[0].id)
    assert record_edit.records(visitor.engine()) == [], "one change"


def test_a_wrong_part_is_told_at_its_field(visitor: Any) -> None:
    for field, fields in (
        ("name", {"name": "a b", "value": "1.2.3.4"}), ("value", {"name": "nas.lan", "value": "x"}),
        ("type", {"name": "nas.lan", "value": "x", "type": "SOA"}),
    ):  # fmt: skip
        refused = visitor.form("/names/records/add", **fields)
        assert refused.status_code == 422 and f'data-field="{field}"' in refused.text, field


def test_a_search_finds_records_and_devices_and_long_lists_say_what_is_left(visitor: Any) -> None:
    lines = (f"10.0.{at >> 8}.{at & 255} h{at}.lan" for at in range(1, 260))
    record_edit.import_hosts(visitor.engine(), "\n".join(lines))
    page = visitor.get("/names").text
    assert "259 records" in page and "and 59 more: search for them" in page and page.count('id="record-') == 200
    found = visitor.get("/names?q=h25 lan").text
    assert found.count('id="record-') == 11 and "11 matches" in found
    assert "Redmi" not in found.partition('id="found"')[2]
    assert "redmi-note-13.home.arpa" in visitor.get("/names?q=redmi").text
    assert "No record fits." in visitor.get("/names?q=<script>").text


def test_a_record_is_changed_in_its_line_or_on_its_page(visitor: Any) -> None:
    visitor.form("/names/records/add", name="<b>.lan", type="A", value="192.168.1.5")
    visitor.form("/names/records/add", name="nas.lan", type="A", value="192.168.1.5")
    number = record_edit.records(visitor.engine())[-1].id
    part = visitor.get(f"/names/records/{number}", headers={"HX-Request": "true"}).text
    assert part.count("<form") == 1 and 'value="nas.lan"' in part and "<html" not in part
    assert "<html" in visitor.get(f"/names/records/{number}").text
    assert visitor.get("/names/records/99").status_code == 404


def test_names_of_devices_say_who_told_them_and_what_goes_before_them(visitor: Any) -> None:
    visitor.form("/names/records/add", name="living-room-tv.home.arpa", type="A", value="192.168.1.99")
    page = visitor.get("/names").text
    card = page.partition('id="devices"')[2]
    assert "redmi-note-13.home.arpa" in card and "the name that it was given" in card and 'href="/devices/1"' in card
    assert "living-room-tv.home.arpa is a record of your own, which goes before it." in card
    assert "living-room-tv-2.home.arpa" in card
    records = page.partition('id="records"')[2].partition("</section>")[0]
    assert "which is called so, too" in records and 'href="/devices/2"' in records
