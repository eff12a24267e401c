# SPDX-License-Identifier: GPL-3.0-or-later
import re

import pytest

from blocklists.packs import dns_services
from blocklists.packs.dns_services import NAME_KINDS
from blocklists.rules.rule import Kind
from store.config import wall_blocklists


def test_lines_are_sorted_sourced_and_names() -> None:
    rows = list(dns_services._read(dns_services.text()))
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
    found = dns_services.load().of(name)
    assert (found.company if found else None) == company


def test_the_lists_of_the_wall_hold_every_name_once() -> None:
    held = [rule for list_id in wall_blocklists.TITLES for rule in dns_services.rules(list_id)]
    assert len(held) == len(set(held)) == len(list(dns_services._read(dns_services.text())))
    assert (Kind.BLOCK_EXACT, "dns.google") in dns_services.rules("wall:doh")
    assert (Kind.BLOCK_EXACT, "mask.icloud.com") in dns_services.rules("wall:doh")
    assert (Kind.BLOCK_BELOW, "dns.nextdns.io") in dns_services.rules("wall:doh")
    assert (Kind.BLOCK_EXACT, "resolver.msg.xiaomi.net") in dns_services.rules("wall:httpdns")


def test_a_rule_has_its_line() -> None:
    found = dns_services.line_of(Kind.BLOCK_BELOW, "dns.nextdns.io")
    assert found and dns_services.text().splitlines()[found[0] - 1] == found[1]
    assert found[1].startswith("*.dns.nextdns.io\tdoh\tNextDNS\t")
    assert dns_services.line_of(Kind.BLOCK_EXACT, "example.org") is None
