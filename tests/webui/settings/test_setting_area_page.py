# SPDX-License-Identifier: GPL-3.0-or-later
"""A page for each area: what holds and from where, what is wrong with it, back to the default."""

import re
from typing import Any

import pytest

from dhcp import asking, dnsmasq_child, switch
from dhcp.lease_plan import Uplink
from network import own_addresses
from store.base import db
from store.config import settings
from store.household import groups


def row(page: str, key: str) -> str:
    found = re.search(rf'<div class="settings-row" id="row-{key}">.*?(?=<div class="settings-row"|</form>)', page, re.S)
    assert found is not None
    return found[0]


def stored(newcomer: Any) -> set[str]:
    con = db.connect(newcomer.home.state / "config.db", read_only=True)
    try:
        return {key for (key,) in con.execute("SELECT key FROM setting")}
    finally:
        con.close()


def test_only_what_differs_is_stored(newcomer: Any) -> None:
    form = {"log_privacy": "full", "log_keep_days": "30", "log_max_mb": "2048"}
    response = newcomer.form("/settings/kept", **form, cache_max_mb="7")
    assert response.headers["location"] == "/settings/kept?notice=saved"
    assert settings.load(newcomer.home.state, {}).log_keep_days == 30
    assert stored(newcomer) == {"log_keep_days"}, "a field of another page is not taken"
    assert newcomer.form("/settings/kept", **form).headers["location"] == "/settings/kept?notice=nothing"


def test_where_a_value_comes_from_is_said_and_it_goes_back(newcomer: Any) -> None:
    assert "As delivered." in row(newcomer.get("/settings/kept").text, "log_keep_days")
    newcomer.form("/settings/kept", log_keep_days="30")
    shown = row(newcomer.get("/settings/kept").text, "log_keep_days")
    assert "Chosen here." in shown and "Default: 90" in shown and "Holds at once." in shown
    assert re.search(r'form="to-default" name="setting" value="log_keep_days"', shown)
    response = newcomer.form("/settings/kept/default", setting="log_keep_days")
    assert response.headers["location"] == "/settings/kept?notice=default#set-log_keep_days"
    assert settings.load(newcomer.home.state, {}).log_keep_days == 90 and stored(newcomer) == set()
    assert newcomer.form("/settings/kept/default", setting="workers").status_code == 422


def test_one_wrong_field_stores_nothing_and_is_named_beside_itself(newcomer: Any) -> None:
    response = newcomer.form("/settings/speed", update_hours="30", cache_max_mb="<b>lots</b>")
    assert response.status_code == 422 and "Nothing was saved" in response.text
    shown = row(response.text, "cache_max_mb")
    assert 'value="&lt;b&gt;lots&lt;/b&gt;"' in shown and 'aria-invalid="true"' in shown
    assert 'id="wrong-cache_max_mb">This takes a whole number from 1 to 4096.' in shown.replace("cache_max_mb: ", "")
    assert 'value="30"' in row(response.text, "update_hours"), "what was typed stays"
    assert settings.load(newcomer.home.state, {}).update_hours == 24


def test_a_locked_setting_says_which_variable_holds_it(newcomer: Any) -> None:
    (newcomer.home.state / "telltale.toml").write_text("log_keep_days = 7\n")
    shown = row(newcomer.get("/settings/kept").text, "log_keep_days")
    assert re.search(r'<input id="set-log_keep_days"[^>]*value="7"[^>]* disabled', shown)
    assert "Set in telltale.toml; change it there." in shown and "Default: 90" in shown
    newcomer.form("/settings/kept", log_keep_days="30")
    assert newcomer.form("/settings/kept/default", setting="log_keep_days").status_code == 409
    assert settings.load(newcomer.home.state, {}).log_keep_days == 7


def test_what_is_read_at_the_start_says_so(looker: Any) -> None:
    page = looker.get("/settings/network").text
    assert "Takes a restart." in row(page, "dns") and "Holds at once." in row(page, "allowed_networks")


def test_an_unknown_area_is_no_page(looker: Any) -> None:
    assert looker.get("/settings/nonsense").status_code == 404


def test_dhcp_is_turned_on_only_where_it_can_be_served(newcomer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    links = [{"ifname": "eth0", "addr_info": [{"family": "inet", "local": "192.168.1.2", "prefixlen": 24}]}]
    monkeypatch.setattr(own_addresses, "links", lambda: links)
    monkeypatch.setattr(switch, "uplink", lambda: Uplink("eth0", "192.168.1.1"))
    monkeypatch.setattr(dnsmasq_child, "program", lambda: "/usr/sbin/dnsmasq")
    monkeypatch.setattr(asking, "look", lambda run, interface: ("192.168.1.9",))
    wanted = {"dhcp": "on", "dhcp_from": "192.168.1.100", "dhcp_to": "10.0.0.1"}
    refused = newcomer.form("/settings/dhcp", **wanted)
    assert refused.status_code == 422 and "10.0.0.1 is no address of a device" in refused.text
    refused = newcomer.form("/settings/dhcp", **{**wanted, "dhcp_to": "192.168.1.200"})
    assert refused.status_code == 422 and "Another DHCP server answers in this home: 192.168.1.9." in refused.text
    assert 'value="192.168.1.200"' in refused.text and settings.load(newcomer.home.state, {}).dhcp == "off"
    newcomer.form("/settings/dhcp", **{**wanted, "dhcp_to": "192.168.1.200", "dhcp_beside_others": "on"})
    assert settings.load(newcomer.home.state, {}).dhcp == "on"


def test_an_upstream_that_is_this_appliance_is_refused_beside_its_field(newcomer: Any) -> None:
    refused = newcomer.form("/settings/upstreams", upstreams="127.0.0.1")
    assert refused.status_code == 422 and "itself in a circle" in refused.text


def test_new_devices_land_in_a_group_that_there_is(newcomer: Any) -> None:
    refused = newcomer.form("/settings/devices", new_devices="Guests")
    assert refused.status_code == 422 and "There is no group “Guests”, nor any other" in refused.text
    groups.add_group(newcomer.engine(), "Kids <b>")
    refused = newcomer.form("/settings/devices", new_devices="Guests", home_domain="lan")
    assert "there are Kids &lt;b&gt;" in refused.text and 'value="Guests"' in refused.text
    assert newcomer.form("/settings/devices", new_devices="kids <B>").status_code == 303
