# SPDX-License-Identifier: GPL-3.0-or-later
import re
from importlib.resources import files

import pytest

from firewall import services
from firewall.services import NAME_KINDS


def test_lines_are_sorted_sourced_and_names() -> None:
    rows = list(services._read((files("firewall") / "data" / "names.tsv").read_text("utf-8")))
    order = [(row.company.lower(), ("*." if row.below else "") + row.name) for row in rows]
    assert order == sorted(order)
    assert len(set(order)) == len({(row.name, row.below) for row in rows}) == len(rows)
    assert all(row.source and row.kind in NAME_KINDS for row in rows)
    assert all(re.fullmatch(r"([a-z0-9_-]+\.)+[a-z0-9-]+", row.name) for row in rows)


@pytest.mark.parametrize(
    ("name", "company"),
    [
        ("dns.google", "Google"),
        ("abc123.dns.nextdns.io", "NextDNS"),
        ("httpdns.browser.miui.com", "Xiaomi"),
        ("mozilla.cloudflare-dns.com", "Cloudflare"),
        ("use-application-dns.net", None),
        ("nextdns.io", None),
        ("notdns.google", None),
        ("d.adguard-dns.com", None),
        ("", None),
    ],
)
def test_a_name_has_its_company(name: str, company: str | None) -> None:
    found = services.load().of(name)
    assert (found.company if found else None) == company
