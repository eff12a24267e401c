# SPDX-License-Identifier: GPL-3.0-or-later
"""What an mDNS packet tells of whoever sent it, and of nobody else."""

from __future__ import annotations

import struct

import pytest
from announced import mdns as packet
from hypothesis import given
from hypothesis import strategies as st
from zeroconf import DNSIncoming

from network import mdns
from network.mdns import Announced
from wire.types import PTR, SRV, TXT, A

TV = "192.168.1.20"


def test_a_device_tells_its_host_its_services_and_its_model() -> None:
    told = mdns.read(packet(TV, "tv-7", {"_googlecast._tcp": "tv-7-abc"}, text={"fn": "Living Room", "MD": "x"}), TV)
    (service,) = told.services
    assert told.hosts == ("tv-7",) and (service.type, service.instance) == ("_googlecast._tcp", "tv-7-abc")
    assert service.text == {"fn": "Living Room", "md": "x"}
    assert mdns.name_of(told) == (0, "Living Room")


def test_an_address_that_the_sender_has_not_gives_it_no_name() -> None:
    """A sleep proxy says it in good faith, an impostor does not."""
    told = mdns.read(packet("192.168.1.99", "annas-laptop", {"_smb._tcp": "Anna's laptop"}), TV)
    assert told == Announced(TV) and mdns.name_of(told) is None


def test_a_service_at_another_host_is_no_word_of_the_sender() -> None:
    told = mdns.read(packet(TV, "tv-7", {"_ipp._tcp": "Printer"}, target="printer"), TV)
    assert told.hosts == ("tv-7",) and told.services == ()


def test_a_host_shown_before_counts_on() -> None:
    alone = packet("192.168.1.99", "other", {"_ipp._tcp": "Printer"}, target="tv-7")
    assert mdns.read(alone, TV, ("TV-7",)).services and not mdns.read(alone, TV).services


def test_a_model_counts_beside_a_service_of_the_same_name() -> None:
    both = packet(
        TV, "mac", {"_smb._tcp": "Anna's Mac", "_device-info._tcp": "Anna's Mac"}, text={"model": "MacBookPro18,1"}
    )
    alone = packet(TV, "mac", {"_device-info._tcp": "Anna's Mac"}, text={"model": "MacBookPro18,1"})
    assert [service.type for service in mdns.read(both, TV).services] == ["_smb._tcp", "_device-info._tcp"]
    assert mdns.read(alone, TV).services == ()


def test_a_good_bye_and_a_question_tell_nothing() -> None:
    assert mdns.read(packet(TV, "tv", {"_ipp._tcp": "x"}, ttl=0), TV) == Announced(TV)
    assert all(mdns.read(question, TV) == Announced(TV) for question in mdns.questions())


@pytest.mark.parametrize(
    ("services", "name"),
    [
        ({"_raop._tcp": "AABBCC@Kitchen"}, "Kitchen"), ({"_sonos._tcp": "RINCON_1@Bath"}, "Bath"),
        ({"_ipp._tcp": "HP 200"}, "HP 200"), ({"_http._tcp": "admin page"}, "host-1"), ({}, "host-1"),
        ({"_ipp._tcp": "<b>x</b>"}, "host-1"), ({"_ipp._tcp": "a.b printer"}, "a.b printer"),
    ],
)  # fmt: skip
def test_the_name_that_people_gave_goes_before_the_host(services: dict[str, str], name: str) -> None:
    found = mdns.name_of(mdns.read(packet(TV, "host-1", services), TV))
    assert found is not None and found[1] == name


LABELS = st.text(st.characters(codec="utf-8", exclude_characters=".\0"), min_size=1, max_size=15)


@given(LABELS, LABELS, st.dictionaries(st.sampled_from(["fn", "md", "n"]), LABELS), st.booleans())
def test_names_of_any_script_are_read_as_they_were_written(
    host: str, instance: str, text: dict[str, str], with_another: bool
) -> None:
    """As another library writes them, whose names point into one another (`zeroconf`)."""
    services = {"_ipp._tcp": instance} | ({"_http._tcp": instance} if with_another else {})
    told = mdns.read(packet(TV, host, services, text=text), TV)
    assert told.hosts == (host,) and len(told.services) == len(services)
    assert {(service.instance, tuple(service.text.items())) for service in told.services} == {
        (instance, tuple(text.items()))
    }


def test_each_kind_of_service_is_asked_for_and_the_reader_of_others_understands_it() -> None:
    read = [question.name for question in DNSIncoming(*mdns.questions()).questions]
    assert read == [f"{service}.local." for service in mdns.ASKED]


def test_of_a_packet_that_is_cut_off_counts_what_reads() -> None:
    whole = packet(TV, "tv", {"_ipp._tcp": "x"})
    assert mdns.read(whole + whole[-10:], TV) == mdns.read(whole, TV)
    more = whole[:6] + bytes([0, whole[7] + 1]) + whole[8:]
    assert mdns.read(more + b"\xc0\x0c\0", TV).hosts == ("tv",)


def record(owner: bytes, rtype: int, data: bytes) -> bytes:
    return owner + struct.pack(">HHIH", rtype, 0x8001, 120, len(data)) + data


def test_records_whose_names_lead_nowhere_take_no_other_with_them() -> None:
    """Speakers, lamps and vacuum cleaners send NSEC with such pointers, see python-zeroconf's pull request 934."""
    host, service = b"\x02tv\x05local\0", b"\x01x\x04_ipp\x04_tcp\x05local\0"
    nowhere = b"\xc1\x74"
    records = [
        record(host, 47, nowhere + b"\0\x04\x40\0\0\x08"), record(nowhere, A, bytes(4)), record(service, PTR, nowhere),
        record(service, TXT, b"\x04ty=P"), record(service, SRV, bytes(6) + host),
        record(host, A, bytes([192, 168, 1, 20])),
    ]  # fmt: skip
    told = mdns.read(struct.pack(">6H", 0, 0x8400, 0, len(records), 0, 0) + b"".join(records), TV)
    assert told.hosts == ("tv",) and [(each.instance, each.text) for each in told.services] == [("x", {"ty": "P"})]


def test_a_name_may_point_forwards_and_in_no_circle() -> None:
    head = struct.pack(">6H", 0, 0x8400, 0, 2, 0, 0)
    address = bytes([192, 168, 1, 20])
    first = record(b"\x02tv\xc0" + bytes([12 + 5 + 14]), A, address)
    assert mdns.read(head + first + record(b"\x05local\0", A, address), TV).hosts == ("tv", "local")
    assert mdns.read(head + first + record(b"\x05local\xc0\x0c", A, address), TV) == Announced(TV)


@pytest.mark.parametrize("end", [b"\xc0\x0c", b"\xc0\xff", b"\xff", b"\x3f"])
def test_names_that_point_at_themselves_or_nowhere_tell_nothing(end: bytes) -> None:
    head = bytes.fromhex("000084000000000100000000")
    assert mdns.read(head + end + bytes.fromhex("000c0001000000780002c00c"), TV) == Announced(TV)


@given(st.binary(max_size=600))
def test_any_bytes_are_read_or_passed_over(tail: bytes) -> None:
    whole = packet(TV, "tv", {"_ipp._tcp": "x"})
    for data in (tail, whole[:12] + tail, whole[:-6] + tail):
        told = mdns.read(data, TV)
        assert len(told.hosts) <= mdns.HOSTS_MAX and len(told.services) <= mdns.SERVICES_MAX
