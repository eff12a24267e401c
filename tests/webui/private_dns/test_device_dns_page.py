# SPDX-License-Identifier: GPL-3.0-or-later
"""A device's own address for encrypted DNS, and how each system takes it."""

import re
from contextlib import closing
from typing import Any

import pytest
from lived_in_home import Visitor

from store.base import db, status
from store.base.helper_statuses import EncryptedStatus
from webui.accounts import qr_code


@pytest.fixture
def serving(visitor: Visitor) -> Visitor:
    visitor.form("/settings/encrypted/make")
    bound = {"dot": ("0.0.0.0:853",), "https": ("0.0.0.0:443",)}
    status.publish(visitor.home.run, "encrypted", EncryptedStatus(serving=True, bound=bound))
    return visitor


def test_a_device_without_a_name_has_the_page_too(serving: Any) -> None:
    with closing(db.connect(serving.home.state / "config.db")) as con:
        con.execute("INSERT INTO device (id, first_seen) VALUES (77, 1)")
        con.commit()
    assert "Device 77" in serving.get("/devices/77/private-dns").text


def test_its_address_is_its_own_and_may_be_made_anew(serving: Any) -> None:
    page = serving.get("/devices/1/private-dns").text
    (url,) = set(re.findall(r"https://telltale\.home\.arpa/dns-query/([a-z0-9]+)", page))
    assert f"{url}.telltale.home.arpa" in page and f"/apple/doh.mobileconfig?device={url}" in page
    assert "First tell it to trust this home" in page and "<svg" in page
    for text in (f"{url}.telltale.home.arpa", f"https://telltale.home.arpa/dns-query/{url}"):
        assert qr_code.svg(text) in page, "nobody types this into a phone"
    assert serving.form("/devices/1/private-dns/new").status_code == 303
    assert url not in serving.get("/devices/1/private-dns").text


def test_where_nothing_is_served_the_way_there_is_told(visitor: Any) -> None:
    page = visitor.get("/devices/1/private-dns").text
    assert "not served encrypted here yet" in page and "/settings/encrypted" in page and "<code" not in page
    assert visitor.get("/devices/99999/private-dns").status_code == 404
