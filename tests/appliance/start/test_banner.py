# SPDX-License-Identifier: GPL-3.0-or-later
"""The banner says where the pages are and what to enter in the router."""

from dataclasses import replace

from appliance.start import banner
from appliance.start.banner import Welcome, render, url

HOME = Welcome("1.2", "telltale", [("0.0.0.0", 53), ("::", 53)], ("0.0.0.0", 80), code="ABCD-EFGH")
HERE = "192.168.1.5"


def test_it_names_url_server_code_and_the_router_lines() -> None:
    text = render(HOME, HERE)
    assert "http://192.168.1.5/" in text
    assert "http://telltale/" in text
    assert "DNS     192.168.1.5:53" in text
    assert "ABCD-EFGH" in text
    assert "DNS server 1:  192.168.1.5" in text
    assert "DNS server 2:" in text


def test_the_code_is_gone_once_a_password_is_set() -> None:
    assert "Set-up" not in render(replace(HOME, code=None), HERE)


def test_another_port_cannot_be_entered_in_a_router() -> None:
    text = render(replace(HOME, dns=[("0.0.0.0", 5300)], web=("0.0.0.0", 8053)), HERE)
    assert "only takes port 53" in text
    assert "DNS server 1" not in text
    assert "http://192.168.1.5:8053/" in text


def test_loopback_promises_nothing_to_the_home() -> None:
    text = render(replace(HOME, dns=[("127.0.0.1", 53)], web=("127.0.0.1", 80)), HERE)
    assert HERE not in text
    assert "telltale/" not in text
    assert "router" not in text


def test_notes_and_warnings_are_shown() -> None:
    text = render(replace(HOME, notes=["config.db was restored."], warnings=["No IPv6."]), HERE)
    assert "config.db was restored." in text
    assert "Warning: No IPv6." in text


def test_urls_of_ipv6() -> None:
    assert url(("fd00::5", 80), HERE) == "http://[fd00::5]/"
    assert url(("fd00::5", 8053), HERE) == "http://[fd00::5]:8053/"


def test_this_machine_has_an_address() -> None:
    assert banner.here().count(".") == 3
