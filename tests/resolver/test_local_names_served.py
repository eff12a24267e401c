# SPDX-License-Identifier: GPL-3.0-or-later
"""A worker with records, forwards and devices, asked by dig and by a second DNS server's eyes.

Many of these are what users of other blockers reported; each names the report.
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import dns.edns
import dns.message
import dns.rcode
import pytest
from dnslib import QTYPE, RR, DNSRecord
from dnslib import A as Address
from ports import free_port
from running_worker import PATIENT_MS, RunningWorker
from scripted_upstream import Answers, ScriptedUpstream
from waiting import until

from store.base import db
from store.config import edit
from store.devices import sightings_store
from store.household import groups
from store.household.group_parts import GroupParts
from store.log.records import Key, Origin, Verdict

pytestmark = pytest.mark.process

RECORDS = """
nas.lan A 192.168.1.5
nas.lan A 192.168.1.6
nas.lan TXT hello
alias.lan CNAME nas.lan
out.lan CNAME www.shop.example
us.lan CNAME telltale
to-router.lan CNAME tv.corp.example
home.shop.example A 192.168.1.9
*.lab.lan A 192.168.1.20
*.lab.lan A 192.168.1.21
own.lab.lan A 192.168.1.30
*.proxy.lan CNAME nas.lan
x.proxy.lan A 192.168.1.31
*.pool.example A 192.168.1.40
_sip._tcp.lan SRV 1 2 5060 nas.lan
lan MX 10 nas.lan
alias.home.arpa CNAME tv.home.arpa
blocked.example A 192.168.1.50
"""


def found_as(con: sqlite3.Connection, device_id: int, name: str | None) -> None:
    """Let the network call a device so, whoever bears the name."""
    con.execute("UPDATE device SET found_name = ?, found_from = 'lease' WHERE id = ?", (name, device_id))


@dataclass
class Home:
    worker: RunningWorker
    house: ScriptedUpstream
    router: ScriptedUpstream
    state: Path

    def dig(self, name: str, rdtype: str = "A", *options: str) -> list[str]:
        """What `dig +short` prints."""
        where = ["@127.0.0.1", "-p", str(self.worker.port)]
        command = ["dig", "+short", "+tries=1", "+time=60", *where, name, rdtype, *options]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\n")[:-1]

    def ask(self, name: str, rdtype: str = "A") -> tuple[str, list[str]]:
        reply = self.worker.ask(name, rdtype, use_edns=0)
        return dns.rcode.to_text(reply.rcode()), sorted(str(rr) for rrset in reply.answer for rr in rrset)


def private(packet: bytes, query: DNSRecord, tcp: bool) -> Answers:
    reply = query.reply()
    if query.q.qtype == QTYPE.A:
        reply.add_answer(RR(query.q.qname, QTYPE.A, rdata=Address("192.168.1.77"), ttl=300))
    elif query.q.qtype == QTYPE.PTR:
        reply.add_answer(*RR.fromZone(f"{query.q.qname} 60 PTR from-router.lan."))
    return [(0, "", bytes(reply.pack()))]


def fill(state: Path, router: str, dead: str) -> None:
    with closing(sqlite3.connect(state / "config.db")) as con, con:
        for row in RECORDS.strip().splitlines():
            name, rtype, value = row.split(" ", 2)
            sql = "INSERT INTO local_record (name, type, value, created_at) VALUES (?, ?, ?, 0)"
            con.execute(sql, (name, rtype, value))
        for domain, servers in {
            "corp.example": [router], "168.192.in-addr.arpa": [router], "internal": [router], "dead.example": [dead],
            "www.corp.example": [], "net": [router],
        }.items():  # fmt: skip
            con.execute(
                "INSERT INTO forward (domain, upstreams, created_at) VALUES (?, ?, 0)", (domain, json.dumps(servers))
            )
    with closing(db.connect(state / "config.db")) as con:
        for address, name in (("10.0.0.7", "tv"), ("fd00::7", "six"), ("10.0.0.8", "wpad"), ("10.0.0.9", "tv")):
            found_as(con, sightings_store.sighted(con, address), name)
    edit.add_rule(edit.engine(state), "block", "blocked.example")
    edit.add_rule(edit.engine(state), "block", "ads.corp.example")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    base = tmp_path_factory.mktemp("home")
    for name in ("state", "run"):
        (base / name).mkdir()
    db.open_config(base / "state")
    with ScriptedUpstream() as house, ScriptedUpstream() as router:
        for label in ("corp", "internal", "1", "dead", "example", "lan"):
            router.behaviours[label] = private
        router.behaviours["arpa"] = private
        fill(base / "state", router.spec, f"127.0.0.1:{free_port()}")
        environ = {"TELLTALE_UPSTREAMS": house.spec, "TELLTALE_UPSTREAM_TIMEOUT_MS": PATIENT_MS}
        worker = RunningWorker(base / "state", base / "run", environ)
        yield Home(worker, house, router, base / "state")
        worker.stop()


@pytest.mark.parametrize(
    ("name", "rdtype", "lines"),
    [
        ("nas.lan", "A", ["192.168.1.5", "192.168.1.6"]),
        ("NAS.Lan", "A", ["192.168.1.5", "192.168.1.6"]),
        ("nas.lan", "TXT", ['"hello"']),
        ("_sip._tcp.lan", "SRV", ["1 2 5060 nas.lan."]),
        ("lan", "MX", ["10 nas.lan."]),
        ("alias.lan", "A", ["nas.lan.", "192.168.1.5", "192.168.1.6"]),
        ("alias.lan", "TXT", ["nas.lan.", '"hello"']),
        ("alias.lan", "CNAME", ["nas.lan."]),
        ("out.lan", "A", ["www.shop.example.", "192.0.2.1"]),
        ("to-router.lan", "A", ["tv.corp.example.", "192.168.1.77"]),
        ("home.shop.example", "A", ["192.168.1.9"]),
        ("tv.home.arpa", "A", ["10.0.0.7"]),
        ("tv", "A", ["10.0.0.7"]),
        ("tv-2.home.arpa", "A", ["10.0.0.9"]),
        ("six.home.arpa", "AAAA", ["fd00::7"]),
    ],
)  # fmt: skip
def test_dig_gets(home: Home, name: str, rdtype: str, lines: list[str]) -> None:
    assert sorted(home.dig(name, rdtype)) == sorted(lines)


def test_the_way_back(home: Home) -> None:
    assert home.dig("5.1.168.192.in-addr.arpa", "PTR") == ["nas.lan."], "before whom the zone is forwarded to"
    assert home.dig("77.1.168.192.in-addr.arpa", "PTR") == ["from-router.lan."]
    assert home.dig("7.0.0.10.in-addr.arpa", "PTR") == ["tv.home.arpa."]
    assert home.ask("99.0.0.10.in-addr.arpa", "PTR") == ("NXDOMAIN", []), "nobody else is asked about the home"


@pytest.mark.parametrize("rdtype", ["AAAA", "HTTPS", "MX", "NS", "DS"])
@pytest.mark.parametrize("name", ["nas.lan", "home.shop.example", "x.lab.lan", "tv.home.arpa"])
def test_of_another_type_a_name_of_ours_has_no_data(home: Home, name: str, rdtype: str) -> None:
    """pi-hole/FTL#2561, #2841, #3039, AdGuardHome#1441: it went upstream, or was denied, and clients believed that."""
    asked = home.house.asked[name]
    assert home.ask(name, rdtype) == ("NOERROR", [])
    assert home.house.asked[name] == asked


def test_an_alias_has_no_data_either_where_its_target_has_none(home: Home) -> None:
    """AdGuardHome#8479: the target went upstream, which denied it."""
    assert home.ask("alias.lan", "AAAA") == ("NOERROR", ["nas.lan."])
    assert not home.house.asked["nas.lan"]


def test_an_alias_to_the_appliance_has_its_address(home: Home) -> None:
    """pi-hole#4647, FTL#2581: a CNAME alone, or 0.0.0.0."""
    assert home.ask("us.lan") == ("NOERROR", ["127.0.0.1", "telltale."])


def test_a_wildcard_has_all_its_records_and_an_exact_name_goes_before_it(home: Home) -> None:
    """AdGuardHome#4059, #8026: one record of several. #5347, #7063, #8488: the order of writing decided."""
    assert home.ask("a.lab.lan") == home.ask("x.y.lab.lan") == ("NOERROR", ["192.168.1.20", "192.168.1.21"])
    assert home.ask("own.lab.lan") == ("NOERROR", ["192.168.1.30"])
    assert home.ask("x.proxy.lan") == ("NOERROR", ["192.168.1.31"])
    assert "nas.lan." in home.ask("y.proxy.lan")[1]
    assert home.ask("x.own.lab.lan") == ("NXDOMAIN", []), "RFC 4592: a name that there is shadows the wildcard below it"
    assert home.ask("lab.lan") == ("NOERROR", []) != home.ask("other.lan")


def test_a_wildcard_is_not_about_its_own_domain(home: Home) -> None:
    """AdGuardHome#6573: pool.ntp.org is not *.pool.ntp.org."""
    assert home.ask("x.pool.example") == ("NOERROR", ["192.168.1.40"])
    assert home.ask("pool.example") == ("NOERROR", ["192.0.2.1"])


def test_a_record_stands_beside_devices_under_the_home_s_domain(home: Home) -> None:
    """AdGuardHome#2983, #3912: records below the local domain were denied."""
    assert home.ask("alias.home.arpa") == ("NOERROR", ["10.0.0.7", "tv.home.arpa."])
    assert home.ask("nobody.home.arpa") == ("NXDOMAIN", []) and home.ask("home.arpa") == ("NOERROR", [])


def test_a_device_that_calls_itself_wpad_is_not_trusted(home: Home) -> None:
    assert home.ask("wpad.home.arpa") == ("NXDOMAIN", []) == home.ask("wpad")


def test_a_record_goes_before_a_rule(home: Home) -> None:
    assert home.ask("blocked.example") == ("NOERROR", ["192.168.1.50"])


def test_a_domain_that_is_forwarded_is_answered_by_its_servers_alone_private_addresses_too(home: Home) -> None:
    assert home.ask("tv.corp.example") == home.ask("host.internal") == ("NOERROR", ["192.168.1.77"])
    assert not home.house.asked["tv.corp.example"]
    assert home.ask("www.corp.example") == ("NOERROR", ["192.0.2.1"]), "an exception: as everybody else"
    assert home.ask("ads.corp.example") == ("NOERROR", ["0.0.0.0"]), "rules hold there too"


def test_dead_servers_of_a_domain_are_replaced_by_nobody(home: Home) -> None:
    """AdGuardHome#8606: names of the home went to public resolvers."""
    reply = home.worker.ask("x.dead.example", use_edns=0)
    (option,) = reply.options
    assert reply.rcode() == dns.rcode.SERVFAIL and isinstance(option, dns.edns.EDEOption)
    assert option.code == 22 and "dead.example is forwarded to" in (option.text or "")
    assert not home.house.asked["x.dead.example"]


def test_a_canary_is_answered_here_whatever_is_forwarded(home: Home) -> None:
    assert home.ask("use-application-dns.net") == ("NXDOMAIN", [])
    assert not home.router.asked["use-application-dns.net"]


def test_the_log_says_whose_answer_it_was(home: Home) -> None:
    names = {"log.corp.example", "log.shop.example", "log.lab.lan", "tv.home.arpa"}
    for name in names:
        home.ask(name)
    keys: dict[str, Key] = {}
    while not names <= keys.keys():
        keys |= {key.name: key for _, key, _ in home.worker.rows(1)}
    assert keys["log.corp.example"].upstream == home.router.spec
    assert keys["log.shop.example"].upstream == home.house.spec
    record, device = keys["log.lab.lan"], keys["tv.home.arpa"]
    assert (record.verdict, record.origin, record.blocklist) == (Verdict.LOCAL, Origin.SELF, "records")
    assert record.rule == "*.lab.lan A 192.168.1.20"
    assert (device.verdict, device.blocklist, device.rule) == (Verdict.LOCAL, "devices", "tv.home.arpa")


def test_a_group_is_answered_by_its_own_upstreams_and_what_they_say_is_kept_apart(home: Home) -> None:
    with closing(db.connect(home.state / "config.db")) as con:
        number = sightings_store.sighted(con, "127.0.0.9")
    engine = edit.engine(home.state)
    parts: GroupParts = {"upstreams": [home.router.spec], "devices": [number]}
    groups.add_group(engine, "Children", parts)
    home.worker.wait_for_policy()
    for _ in range(2):  # and from what is kept
        ours = home.worker.ask("kept.shop.example", source="127.0.0.9")
        theirs = home.worker.ask("kept.shop.example")
        assert ours.answer and theirs.answer
    assert home.router.asked["kept.shop.example"] == home.house.asked["kept.shop.example"] == 1
    home.worker.ask("group.dead.example", source="127.0.0.9")
    assert not home.router.asked["group.dead.example"], "a domain that is forwarded goes before"


def test_a_device_that_comes_is_found_and_an_edit_holds_at_once(home: Home) -> None:
    with closing(db.connect(home.state / "config.db")) as con:
        found_as(con, sightings_store.sighted(con, "10.0.0.70"), "late")
    until(lambda: home.ask("late.home.arpa") == ("NOERROR", ["10.0.0.70"]))
