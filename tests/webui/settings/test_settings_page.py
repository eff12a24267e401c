# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings: what holds, what locks it, what is wrong with it; password, tokens, health."""

import html
import re
from typing import Any

import pytest

from dhcp import asking, dnsmasq_child, switch
from dhcp.lease_plan import Uplink
from network import own_addresses
from store.base import status
from store.base.process_status import RecorderStatus, UpstreamStatus, WorkerStatus
from store.config import account, settings
from store.household import groups


def form_of(page: str) -> dict[str, str]:
    fields = dict(re.findall(r'<input id="set-[^>]*? name="(\w+)" value="([^"]*)"', page))
    return fields | {"sinkhole": "null"}


def test_every_setting_stands_with_its_description(newcomer: Any) -> None:
    page = newcomer.get("/settings").text
    for key, setting in settings.SETTINGS.items():
        assert f'name="{key}"' in page
        assert setting.about in html.unescape(page)


def test_only_what_differs_is_stored(newcomer: Any) -> None:
    page = newcomer.get("/settings").text
    response = newcomer.form("/settings", **{**form_of(page), "log_keep_days": "30", "upstreams": "9.9.9.9, 1.1.1.1"})
    assert response.headers["location"] == "/settings?notice=saved"
    rows = settings.load(newcomer.home.state, {})
    assert rows.log_keep_days == 30
    assert rows.upstreams == ("9.9.9.9", "1.1.1.1")
    from store.base import db

    con = db.connect(newcomer.home.state / "config.db", read_only=True)
    assert {key for (key,) in con.execute("SELECT key FROM setting")} == {"log_keep_days", "upstreams"}
    con.close()


def test_one_wrong_field_stores_nothing_and_is_named(newcomer: Any) -> None:
    response = newcomer.form("/settings", log_keep_days="30", cache_max_mb="<b>lots</b>")
    assert response.status_code == 422
    assert "Nothing was saved" in response.text
    assert 'value="&lt;b&gt;lots&lt;/b&gt;"' in response.text
    assert "This takes a whole number from 1 to 4096." in response.text
    assert settings.load(newcomer.home.state, {}).log_keep_days == 90


def test_dhcp_is_turned_on_only_where_it_can_be_served(newcomer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    links = [{"ifname": "eth0", "addr_info": [{"family": "inet", "local": "192.168.1.2", "prefixlen": 24}]}]
    monkeypatch.setattr(own_addresses, "links", lambda: links)
    monkeypatch.setattr(switch, "uplink", lambda: Uplink("eth0", "192.168.1.1"))
    monkeypatch.setattr(dnsmasq_child, "program", lambda: "/usr/sbin/dnsmasq")
    monkeypatch.setattr(asking, "look", lambda run, interface: ("192.168.1.9",))
    wanted = {"dhcp": "on", "dhcp_from": "192.168.1.100", "dhcp_to": "10.0.0.1"}
    refused = newcomer.form("/settings", **wanted)
    assert refused.status_code == 422 and "10.0.0.1 is no address of a device" in refused.text
    refused = newcomer.form("/settings", **{**wanted, "dhcp_to": "192.168.1.200"})
    assert refused.status_code == 422 and "Another DHCP server answers in this home: 192.168.1.9." in refused.text
    assert 'value="192.168.1.200"' in refused.text and settings.load(newcomer.home.state, {}).dhcp == "off"
    newcomer.form("/settings", **{**wanted, "dhcp_to": "192.168.1.200", "dhcp_beside_others": "on"})
    assert settings.load(newcomer.home.state, {}).dhcp == "on"


def test_a_locked_setting_is_shown_but_not_changed(newcomer: Any) -> None:
    (newcomer.home.state / "telltale.toml").write_text("log_keep_days = 7\n")
    page = newcomer.get("/settings").text
    assert re.search(r'<input id="set-log_keep_days"[^>]*value="7"[^>]* disabled', page)
    assert "Set by the telltale.toml" in page
    newcomer.form("/settings", log_keep_days="30")
    assert settings.load(newcomer.home.state, {}).log_keep_days == 7


def test_change_the_password(newcomer: Any) -> None:
    home = newcomer.home
    response = newcomer.form(
        "/settings/password", current=home.PASSWORD, new="another long one", again="another long one"
    )
    assert response.headers["location"] == "/settings?notice=password"
    assert account.check_password(newcomer.engine(), "another long one")
    assert newcomer.get("/settings").status_code == 200


def test_a_password_change_needs_the_old_one_and_two_same_new_ones(newcomer: Any) -> None:
    wrong = newcomer.form("/settings/password", current="no", new="another long one", again="another long one")
    assert wrong.status_code == 401
    differ = newcomer.form(
        "/settings/password", current=newcomer.home.PASSWORD, new="another long one", again="another"
    )
    assert differ.status_code == 422
    assert account.check_password(newcomer.engine(), newcomer.home.PASSWORD)


def test_a_token_is_shown_once_and_revoked(newcomer: Any) -> None:
    page = newcomer.form("/settings/tokens", name="my <b>script</b>", scope="read").text
    shown = re.search(r"<code>(tt_[\w-]+)</code>", page)
    assert shown
    found = account.find_token(newcomer.engine(), shown[1])
    assert found
    assert found.scope == "read"
    page = newcomer.get("/settings").text
    assert shown[1] not in page
    assert "my &lt;b&gt;script&lt;/b&gt;" in page
    newcomer.form("/settings/tokens/revoke", name="my <b>script</b>")
    assert account.find_token(newcomer.engine(), shown[1]) is None


def test_health_lists_the_parts(newcomer: Any) -> None:
    run = newcomer.home.run
    upstreams = (UpstreamStatus("9.9.9.9", down=True, rtt_ms=1.0, answers=4321, failures=9),)
    status.publish(run, "worker-1", WorkerStatus(queries=12345, dropped=7, upstreams=upstreams))
    status.publish(run, "recorder", RecorderStatus(rows=1, error="disk <full>"))
    page = newcomer.get("/settings").text
    assert "Resolver worker 1" in page
    assert "queries 12,345" in page
    assert "4,321" in page
    assert "disk &lt;full&gt;" in page
    assert "7 queries were answered but not recorded" in page
    assert "Look at the disk" in page, "the cure stands beside the sentence"


def test_an_upstream_that_is_this_appliance_is_refused_beside_its_field(newcomer: Any) -> None:
    refused = newcomer.form("/settings", upstreams="127.0.0.1")
    assert refused.status_code == 422 and "itself in a circle" in refused.text


def test_new_devices_land_in_a_group_that_there_is(newcomer: Any) -> None:
    refused = newcomer.form("/settings", new_devices="Guests")
    assert refused.status_code == 422 and "There is no group “Guests”, nor any other" in refused.text
    groups.add_group(newcomer.engine(), "Kids <b>")
    refused = newcomer.form("/settings", new_devices="Guests", log_keep_days="9")
    assert "there are Kids &lt;b&gt;" in refused.text and 'value="Guests"' in refused.text
    assert newcomer.form("/settings", new_devices="kids <B>").status_code == 303
