# SPDX-License-Identifier: GPL-3.0-or-later
"""What the page Encrypted DNS says of where it is served, and what it has a phone scan."""

from typing import Any

import pytest

from network import own_addresses
from webui.private_dns import encrypted_part, profiles_page
from wire.addresses import parse


@pytest.mark.parametrize(("host", "scanned"), [
    ("telltale.lan", "http://telltale.lan/x"), ("10.0.0.9:8080", "http://10.0.0.9:8080/x"),
    ("127.0.0.1:8080", "http://192.168.1.2:8080/x"), ("localhost", "http://192.168.1.2/x"),
    ("[fd00::1]", "http://[fd00::1]/x"), ("[::1]:80", "http://192.168.1.2:80/x"),
])  # fmt: skip
def test_a_phone_is_never_sent_to_itself(host: str, scanned: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_addresses, "way_out", lambda version=4: parse("192.168.1.2"))
    assert encrypted_part.reached(f"http://{host}/", "/x") == scanned


def test_steps_stand_there_once_it_is_served(newcomer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    newcomer.form("/settings/encrypted/make")
    page = newcomer.get("/settings/encrypted").text
    assert "within seconds of a certificate" in page and "mobileconfig" not in page
    monkeypatch.setattr(profiles_page, "bound", lambda ui: {"dot": ("0.0.0.0:853",), "https": ("0.0.0.0:443",)})
    page = newcomer.get("/settings/encrypted").text
    assert "within seconds of a certificate" not in page and "DNS over TLS on port 853" in page
    assert "https://telltale.home.arpa/dns-query" in page and "/apple/doh.mobileconfig" in page
    assert "takes certificates of public authorities alone" in page, "the truth about Android"
