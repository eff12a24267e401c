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
