# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of DHCP: on, off and refused, what is handed out, static leases, who has which address."""

from __future__ import annotations

import re
import sqlite3
import time
from contextlib import closing
from typing import Any

import pytest

from dhcp import asking, dnsmasq_child, keeper, switch
from dhcp.lease_plan import Uplink
from network import own_addresses
from network.lease_files import OWN_FILE
from store.base import db, status
from store.base.process_status import DhcpState, DhcpStatus, SupervisorStatus
from store.config import settings
from store.config.edit import EditError
from store.household import undo
from store.household.changes import changes
from store.local import lease_edit
from store.local.static_leases import StaticLease

LINKS = [{"ifname": "eth0", "addr_info": [{"family": "inet", "local": "192.168.1.2", "prefixlen": 24}]}]
RANGE = {"dhcp_from": "192.168.1.100", "dhcp_to": "192.168.1.200"}
MAC, OTHER = "02:00:5e:00:00:11", "02:00:5e:00:00:22"


@pytest.fixture(autouse=True)
def network(visitor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_addresses, "links", lambda: LINKS)
    for module in (switch, keeper):
        monkeypatch.setattr(module, "uplink", lambda: Uplink("eth0", "192.168.1.1"))
    monkeypatch.setattr(dnsmasq_child, "program", lambda: "/usr/sbin/dnsmasq")
    monkeypatch.setattr(asking, "look", lambda run, interface: ())
    status.publish(visitor.home.run, "supervisor", SupervisorStatus(may_serve_dhcp=True))


def now(visitor: Any) -> settings.Settings:
    return settings.load(visitor.home.state, {})


def sent(visitor: Any, path: str, **fields: str) -> Any:
    """A form of the page, as a browser without scripts sends it."""
    return visitor.post(path, data={**fields, "csrf": visitor.csrf}, headers={"Referer": "http://telltale/dhcp"})


def test_it_is_turned_on_changed_and_off_and_each_can_be_undone(visitor: Any) -> None:
    page = visitor.get("/dhcp").text
    assert "DHCP is off." in page and "Turn on DHCP" in page and "Turn off DHCP" not in page
    assert 'href="/dhcp" aria-current="page"' in page
    assert visitor.form("/dhcp", do="on", **RANGE).headers["location"] == "/dhcp?notice=on"
    page = visitor.get("/dhcp?notice=on").text
    assert "begins once it is known" in page and "Turn off DHCP" in page and 'value="192.168.1.100"' in page
    visitor.form("/dhcp", do="save", dhcp_lease_minutes="60", home_domain="lan", dhcp_ipv6="on")
    assert (now(visitor).dhcp_lease_minutes, now(visitor).home_domain, now(visitor).dhcp_ipv6) == (60, "lan", "on")
    assert visitor.form("/dhcp", do="save").headers["location"] == "/dhcp?notice=nothing"
    assert visitor.form("/dhcp/off").headers["location"] == "/dhcp?notice=off"
    assert now(visitor).dhcp == "off"
    for change in changes(visitor.engine())[:3]:
        undo.undo(visitor.engine(), change.id)
    assert (now(visitor).dhcp, now(visitor).dhcp_from, now(visitor).dhcp_lease_minutes) == ("off", "", 720)


def test_what_is_as_the_page_showed_it_is_left_to_who_changed_it_meanwhile(visitor: Any) -> None:
    fields = re.findall(r'name="shown_(\w+)" value="([^"]*)"', visitor.get("/dhcp").text)
    shown = {f"shown_{key}": text for key, text in fields}
    assert shown["shown_dhcp_lease_minutes"] == "720"
    visitor.form("/dhcp", do="save", dhcp_lease_minutes="60")
    visitor.form("/dhcp", do="save", dhcp_lease_minutes="720", **RANGE, **shown)
    assert (now(visitor).dhcp_lease_minutes, now(visitor).dhcp_to) == (60, "192.168.1.200")


def test_another_server_refuses_it_beside_the_button_as_the_command_line_does(
    visitor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "look", lambda run, interface: ("192.168.1.9",))
    refused = sent(visitor, "/dhcp", do="on", **RANGE)
    assert refused.status_code == 409 and keeper.another(("192.168.1.9",)) in refused.text
    assert 'value="192.168.1.200"' in refused.text and now(visitor).dhcp_to == ""
    assert 'value="force"' in refused.text and now(visitor).dhcp == "off"
    assert "On eth0 answer DHCP servers: 192.168.1.9." in visitor.form("/dhcp/check").text
    looked = visitor.tap("/dhcp/check").text
    assert "On eth0 answer DHCP servers: 192.168.1.9." in looked and "<html" not in looked
    assert visitor.form("/dhcp", do="force", **RANGE).status_code == 303
    assert (now(visitor).dhcp, now(visitor).dhcp_beside_others) == ("on", "on")


@pytest.mark.parametrize(
    ("field", "text", "says"),
    [
        ("dhcp_to", "10.0.0.1", "no address of a device in 192.168.1.0/24"), ("dhcp_to", "192.168.1.50", "comes after"),
        ("dhcp_from", "<b>x</b>", "IPv4"), ("dhcp_from", "192.168.1.2", "this machine"), ("dhcp_to", "", "not chosen"),
        ("dhcp_router", "10.0.0.1", "is not in 192.168.1.0/24"), ("dhcp_lease_minutes", "-1", "2 to"),
        ("dhcp_lease_minutes", "9" * 400, "out of range"), ("dhcp_interface", "eth9", "no network connection"),
        ("dhcp_interface", "a\nport=53", "no network connection"), ("home_domain", "a b", "home_domain"),
    ],
)  # fmt: skip
def test_what_is_wrong_stands_beside_its_field_and_stays(visitor: Any, field: str, text: str, says: str) -> None:
    refused = sent(visitor, "/dhcp", do="on", **{**RANGE, field: text})
    row = refused.text.partition(f'id="set-{field}"')[2].partition('class="settings-row"')[0]
    assert refused.status_code == 422 and says in row.partition('class="field-told"')[2].partition("</div>")[0], row
    assert "<b>x</b>" not in refused.text and now(visitor).dhcp == "off"
    other = "dhcp_from" if field == "dhcp_to" else "dhcp_to"
    assert f'value="{RANGE[other]}"' in refused.text


def test_where_nobody_can_serve_it_that_is_told(visitor: Any) -> None:
    status.publish(visitor.home.run, "supervisor", SupervisorStatus())
    refused = visitor.form("/dhcp", do="on", **RANGE)
    assert refused.status_code == 422 and "NET_RAW" in refused.text


def test_what_the_file_sets_is_not_changed_here(visitor: Any) -> None:
    (visitor.home.state / "telltale.toml").write_text('dhcp = "on"\ndhcp_from = "192.168.1.100"\n')
    page = visitor.get("/dhcp").text
    assert "is set by the telltale.toml" in page and "Turn off DHCP" not in page and 'value="force"' not in page
    assert visitor.form("/dhcp/off").status_code == 409
    assert visitor.form("/dhcp", do="force").status_code == 409


@pytest.mark.parametrize(
    ("stands", "says"),
    [
        (DhcpStatus(state=DhcpState.SERVING, others=("192.168.1.9",), notes=("A <note>.",)),
         ("addresses are handed out", "Other DHCP servers that answer: 192.168.1.9", "A &lt;note&gt;.")),
        (DhcpStatus(state=DhcpState.REFUSED, error="Another one.", others=("192.168.1.9",)), ("waits", "Another one.")),
        (DhcpStatus(state=DhcpState.FAILING, error="dnsmasq <i>ended</i>."), ("does not run", "&lt;i&gt;ended")),
    ],
)  # fmt: skip
def test_it_says_how_it_stands(visitor: Any, stands: DhcpStatus, says: tuple[str, ...]) -> None:
    visitor.form("/dhcp", do="on", **RANGE)
    status.publish(visitor.home.run, "dhcp", stands)
    card = visitor.get("/dhcp").text.partition("<main")[2].partition('id="state"')[0]
    assert all(sentence in card for sentence in says)


def test_static_leases_are_added_changed_removed_and_undone(visitor: Any) -> None:
    sent = visitor.form("/dhcp/static", mac="02-00-5E-00-00-11", address="192.168.1.5", name="NAS")
    assert sent.headers["location"] == "/dhcp#static"
    assert 'value="nas"' in visitor.get("/dhcp").text
    visitor.form("/dhcp/static", which=MAC, mac=OTHER, address="192.168.1.6", name="nas")
    assert lease_edit.static(visitor.engine()) == (StaticLease(OTHER, "192.168.1.6", "nas"),)
    gone = visitor.tap("/dhcp/static/remove", which=OTHER)
    assert gone.status_code == 200 and "<li" not in gone.text
    undo.undo(visitor.engine(), changes(visitor.engine())[0].id)
    assert visitor.form("/dhcp/static/remove", which="192.168.1.6").headers["location"] == "/dhcp#static"
    assert "No static leases yet." in visitor.get("/dhcp").text
    assert visitor.form("/dhcp/static/remove", which=OTHER).status_code == 404
    assert visitor.form("/dhcp/static", which=OTHER, mac=OTHER, address="192.168.1.6").status_code == 404


@pytest.mark.parametrize("which", ["", OTHER])
@pytest.mark.parametrize(
    ("part", "values", "says"),
    [
        ("mac", ("<b>x", "192.168.1.7", ""), "no MAC address"), ("mac", (MAC, "192.168.1.7", ""), "already"),
        ("address", ("02:00:5e:00:00:33", "192.168.1.5", ""), "already"),
        ("address", ("02:00:5e:00:00:33", "10.0.0.5", ""), "no address of a device"),
        ("address", ("02:00:5e:00:00:33", "192.168.1.2", ""), "own address"),
        ("name", ("02:00:5e:00:00:33", "192.168.1.7", "nas"), "already"),
        ("name", ("02:00:5e:00:00:33", "192.168.1.7", "n" * 300), "no name of a device"),
        ("name", ("02:00:5e:00:00:33", "192.168.1.7", "a\ndhcp-script=/x"), "no name of a device"),
    ],
)  # fmt: skip
def test_a_wrong_part_of_a_lease_is_told_beside_it_and_stays(
    visitor: Any, which: str, part: str, values: tuple[str, str, str], says: str
) -> None:
    visitor.form("/dhcp", do="save", **RANGE)
    visitor.form("/dhcp/static", mac=MAC, address="192.168.1.5", name="nas")
    visitor.form("/dhcp/static", mac=OTHER, address="192.168.1.6")
    mac, address, name = values
    refused = sent(visitor, "/dhcp/static", which=which, mac=mac, address=address, name=name)
    forms = (each.partition("</form>")[0] for each in refused.text.split('action="/dhcp/static#static"'))
    form = next(each for each in forms if f'name="which" value="{which}">' in each and "aria-invalid" in each)
    problem = form.partition(f'name="{part}"')[2].partition("</label>")[0]
    assert refused.status_code == 422 and says in problem and "field-told" in problem
    assert f'value="{address}"' in form and "<b>x" not in refused.text
    assert len(lease_edit.static(visitor.engine())) == 2


def test_leases_lead_to_their_devices_and_hostile_names_are_text(visitor: Any) -> None:
    with closing(db.connect(visitor.home.state / "config.db")) as con, con:
        columns = "(mac, device_id, private, first_seen, last_seen)"
        con.execute(f"INSERT INTO device_mac {columns} VALUES (?, 1, 0, 1, 1)", (MAC,))
    end = int(time.time()) + 3600
    (visitor.home.state / OWN_FILE).write_text(
        f"{end} {MAC} 192.168.1.101 redmi *\n{end} {OTHER} 192.168.1.102 <script>alert(1)</script>\u202e *\n"
        f"0 02:00:5e:00:00:33 192.168.1.103 {'n' * 300} *\nnonsense\n", encoding="utf-8"
    )  # fmt: skip
    card = visitor.get("/dhcp").text.partition('id="leases"')[2].partition("</section>")[0]
    assert '<a href="/devices/1">' in card and "Redmi Note 13" in card and "not seen yet" in card
    assert "<script>alert" not in card and "&lt;script&gt;alert(1)" in card and "\u202e" not in card
    assert "for ever" in card and card.count('action="/dhcp/static#static"') == 3
    visitor.form("/dhcp/static", which="", mac=MAC, address="192.168.1.101")
    card = visitor.get("/dhcp").text.partition('id="leases"')[2].partition("</section>")[0]
    assert card.count('action="/dhcp/static#static"') == 2


def test_a_database_that_is_locked_is_not_told_as_a_wrong_field(visitor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(*_: object) -> StaticLease:
        raise EditError("config.db is in use; try it again.") from sqlite3.OperationalError("database is locked")

    monkeypatch.setattr(lease_edit, "add_static", locked)
    refused = visitor.form("/dhcp/static", mac=MAC, address="192.168.1.5")
    assert refused.status_code == 503 and "in use; try it again" in refused.text


def test_without_its_token_nothing_is_done(visitor: Any) -> None:
    for path in ("/dhcp", "/dhcp/check", "/dhcp/off", "/dhcp/static", "/dhcp/static/remove"):
        assert visitor.post(path, data={"do": "on", "which": MAC, "mac": MAC, "address": "1.2.3.4"}).status_code == 403


def test_what_does_not_go_together_is_told_and_how_full_the_range_is(visitor: Any) -> None:
    visitor.form("/dhcp", do="save", **RANGE)
    end = int(time.time()) + 3600
    (visitor.home.state / OWN_FILE).write_text(
        f"{end} {OTHER} 192.168.1.105 tv *\n{end} {MAC} 192.168.1.106 TV *\n", encoding="utf-8"
    )
    visitor.form("/dhcp/static", mac=MAC, address="192.168.1.105", name="nas")
    page = visitor.get("/dhcp").text
    assert f"192.168.1.105 is kept for {MAC}, and tv has it until its lease ends." in page
    assert "has 192.168.1.106 now, and this one from its next lease on" in page
    assert "192.168.1.105 and 192.168.1.106 call themselves tv" in page
    assert "101 addresses are handed out, from 192.168.1.100 to 192.168.1.200." in page
    assert "Devices have 2 of them now, 0 more are kept for one, 99 are free." in page


def test_many_leases_are_searched(visitor: Any) -> None:
    end = int(time.time()) + 3600
    lines = (f"{end} 02:00:5e:00:01:{at:02x} 10.0.0.{at} dev{at} *\n" for at in range(1, 251))
    (visitor.home.state / OWN_FILE).write_text("".join(lines), encoding="utf-8")
    page = visitor.get("/dhcp").text
    assert "and 50 more: search for them" in page and "10.0.0.250" not in page
    found = visitor.get("/dhcp?q=dev250").text.partition('id="lease-lines"')[2]
    assert "10.0.0.250" in found and "10.0.0.25<" not in found and "No lease fits." in visitor.get("/dhcp?q=none").text
