# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of local names."""

from typing import Any

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
