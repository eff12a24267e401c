# SPDX-License-Identifier: GPL-3.0-or-later
"""Lease files in the forms in which servers write them, cut ones, and whatever else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network.lease_lines import Lease, parse

DNSMASQ = """\
duid 00:01:00:01:2e:5f:aa:bb:02:42:ac:11:00:02
1764400000 ac:bb:cc:00:11:22 192.168.1.20 phone 01:ac:bb:cc:00:11:22
0 AC-BB-CC-00-11-23 192.168.1.21 * *
1764400000 06-ac:bb:cc:00:11:24 192.168.1.22 tv ff:00:00:00:01
1764400000 12345678 2001:db8::20 phone 00:01:00:01:2e:5f:aa:bb:ac:bb:cc:00:11:22
"""
ODHCPD = """\
# br-lan 000100012e5faabbacbbcc001122 2b47c3a0 phone 1764400000 d2b 128 2001:db8::d2b/128 fd00::d2b/128
fd00::d2b	phone.lan phone
# br-lan ACBBCC001125 ipv4 tv -1 c0a8010a 32 192.168.1.10/32
"""
KEA4 = """\
address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context,pool_id
192.168.1.20,ac:bb:cc:00:11:22,01:ac:bb:cc:00:11:22,3600,1764400000,1,1,1,phone.lan.,0,,0
192.168.1.21,ac:bb:cc:00:11:23,,0,1764400000,1,0,0,,0,,0
192.168.1.22,ac:bb:cc:00:11:24,,3600,1764400000,1,0,0,a&#x2cb,2,,0
"""
KEA6 = """\
address,duid,valid_lifetime,expire,subnet_id,pref_lifetime,lease_type,iaid,prefix_len,fqdn_fwd,fqdn_rev,hostname,hwaddr,state,user_context,hwtype,hwaddr_source,pool_id
2001:db8::20,00:03:00:01:ac:bb:cc:00:11:22,3600,1764400000,1,3600,0,7,128,0,0,phone,,0,,,,0
"""
ISC = """\
# The format of this file is documented in the dhcpd.leases(5) manual page.
server-duid "\\000\\001\\000\\001";
lease 192.168.1.20 {
  starts 6 2025/11/29 06:00:00;
  ends 6 2025/11/29 07:06:40;
  binding state active;
  hardware ethernet ac:bb:cc:00:11:22;
  client-hostname "phone";
}
lease 192.168.1.21 {
  ends never;
  binding state active;
  hardware ethernet ac:bb:cc:00:11:23;
}
lease 192.168.1.22 {
  ends epoch 1764400000; # Sat Nov 29 07:06:40 2025
  binding state free;
  hardware ethernet ac:bb:cc:00:11:24;
}
"""
HOSTS = """\
127.0.0.1 localhost
192.168.1.30 nas nas.lan  # the big one
fe80::1%eth0 router
"""
MAC = "ac:bb:cc:00:11:2"


@pytest.mark.parametrize(
    ("text", "leases"),
    [
        (DNSMASQ, [
            Lease("192.168.1.20", MAC + "2", "phone", 1764400000), Lease("192.168.1.21", MAC + "3", None, 0),
            Lease("192.168.1.22", MAC + "4", "tv", 1764400000), Lease("2001:db8::20", None, "phone", 1764400000),
        ]),
        (ODHCPD, [
            Lease("2001:db8::d2b", MAC + "2", "phone", 1764400000), Lease("fd00::d2b", MAC + "2", "phone", 1764400000),
            Lease("fd00::d2b", None, "phone.lan", 0, fixed=True), Lease("192.168.1.10", MAC + "5", "tv", 0),
        ]),
        (KEA4, [
            Lease("192.168.1.20", MAC + "2", "phone.lan.", 1764400000), Lease("192.168.1.21", MAC + "3", None, 1),
            Lease("192.168.1.22", MAC + "4", "a,b", 1),
        ]),
        (KEA6, [Lease("2001:db8::20", MAC + "2", "phone", 1764400000)]),
        (ISC, [
            Lease("192.168.1.20", MAC + "2", "phone", 1764400000), Lease("192.168.1.21", MAC + "3", None, 0),
            Lease("192.168.1.22", MAC + "4", None, 1),
        ]),
        (HOSTS, [
            Lease("127.0.0.1", None, "localhost", 0, fixed=True), Lease("192.168.1.30", None, "nas", 0, fixed=True),
            Lease("fe80::1%eth0", None, "router", 0, fixed=True),
        ]),
    ],
    ids=["dnsmasq", "odhcpd", "kea4", "kea6", "isc", "hosts"],
)  # fmt: skip
def test_each_form_is_read(text: str, leases: list[Lease]) -> None:
    assert list(parse(text.split("\n"))) == leases


@given(st.sampled_from([DNSMASQ, ODHCPD, KEA4, KEA6, ISC, HOSTS]), st.integers(0, 900))
def test_a_file_that_is_cut_gives_what_stood_whole_before(text: str, cut: int) -> None:
    whole, found = list(parse(text.split("\n"))), list(parse(text[:cut].split("\n")))
    assert found[:-1] == whole[: max(0, len(found) - 1)], "the last line alone may be another"


@given(st.lists(st.text(max_size=60) | st.sampled_from((DNSMASQ + KEA4 + ISC + ODHCPD).split("\n")), max_size=30))
def test_any_lines_are_read_without_an_error(lines: list[str]) -> None:
    for lease in parse(lines):
        assert lease.mac is None or len(lease.mac) == 17


def test_only_what_has_not_ended_holds() -> None:
    assert Lease("10.0.0.2", None, None).holds(2e9)
    assert Lease("10.0.0.2", None, None, 100).holds(99) and not Lease("10.0.0.2", None, None, 100).holds(100)


@pytest.mark.parametrize("mac", ["00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff", "01:00:5e:00:00:01", "12345678"])
def test_what_is_nobodys_mac_is_none(mac: str) -> None:
    (lease,) = parse([f"1764400000 {mac} 192.168.1.20 phone *"])
    assert lease.mac is None


def test_a_block_without_an_end_holds_nothing_back() -> None:
    lines = ["lease 192.168.1.20 {", *["  x;"] * 100, "1764400000 ac:bb:cc:00:11:22 192.168.1.20 phone *"]
    assert [lease.name for lease in parse(lines)] == ["phone"]
