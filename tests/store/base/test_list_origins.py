# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a list may not come from somewhere, in words."""

from ipaddress import ip_address

import pytest

from network.list_sources import Unfit
from store.base.list_origins import address_refused, host_refused


@pytest.mark.parametrize("why", Unfit)
def test_each_reason_names_the_address(why: Unfit) -> None:
    assert "192.0.2.1" in address_refused(why, ip_address("::ffff:192.0.2.1"))


def test_reasons_differ() -> None:
    assert len({address_refused(why, ip_address("192.0.2.1")) for why in Unfit}) == len(Unfit)


def test_a_name_and_an_address_in_any_spelling() -> None:
    assert host_refused(Unfit.HERE, "localhost") == "localhost is this machine itself"
    assert host_refused(Unfit.HERE, "2130706433") == "its server has the address 127.0.0.1, this machine itself"
