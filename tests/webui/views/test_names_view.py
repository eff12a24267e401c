# SPDX-License-Identifier: GPL-3.0-or-later
"""Local names in words."""

from store.rows.tables import ForwardedDomain, LocalRecord
from webui.views import names_view


def test_a_wildcard_says_what_it_stands_for() -> None:
    rows = [
        LocalRecord(id=number, name=name, type="A", value="192.0.2.1", created_at=0)
        for number, name in enumerate(("nas.lan", "*.lan"), 1)
    ]
    reaches = [view.reach for view in names_view.records(rows)]
    assert reaches == ["", "every name below lan that has no record of its own"]


def test_servers_are_named_or_called_what_everybody_asks() -> None:
    rows = [
        ForwardedDomain(id=number, domain="lan", upstreams=upstreams, created_at=0)
        for number, upstreams in enumerate(('["10.0.0.1", "10.0.0.2"]', "[]"), 1)
    ]
    servers = [view.servers for view in names_view.forwards(rows)]
    assert servers == ["10.0.0.1, 10.0.0.2", "the upstreams that everybody asks"]
