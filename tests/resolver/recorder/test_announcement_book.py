# SPDX-License-Identifier: GPL-3.0-or-later
"""What is held of announcements: each for its sender alone, and bounded."""

from __future__ import annotations

from announced import DESCRIPTION
from announced import mdns as packet

from network import mdns
from network.upnp_description import Description, parse_xml
from resolver.recorder import announcement_book
from resolver.recorder.announcement_book import AnnouncementBook
from store.config.choices import DeviceKind, NameSource
from store.devices import kind_rules

TV = "192.168.1.20"


def hear(book: AnnouncementBook, sender: str, data: bytes) -> bool:
    return book.take_mdns(mdns.read(data, sender, book.hosts(sender)))


def test_a_better_name_stays_and_a_new_one_of_the_same_source_replaces_it() -> None:
    book = AnnouncementBook()
    assert hear(book, TV, packet(TV, "tv-7"))
    assert hear(book, TV, packet(TV, "tv-7", {"_googlecast._tcp": "x"}, text={"fn": "Living Room"}))
    assert not hear(book, TV, packet(TV, "tv-7")), "nothing new"
    hear(book, TV, packet(TV, "tv-7", {"_smb._tcp": "share"}))
    heard = book.of(TV)
    assert heard and heard.mdns_name == "Living Room" and heard.services == ("_googlecast._tcp", "_smb._tcp")
    hear(book, TV, packet(TV, "tv-7", {"_googlecast._tcp": "x"}, text={"fn": "Bedroom"}))
    assert book.of(TV).names == {NameSource.MDNS: "Bedroom"}  # type: ignore[union-attr]


def test_whoever_names_another_gives_it_nothing_and_has_nothing_of_it() -> None:
    book = AnnouncementBook()
    hear(book, TV, packet(TV, "tv-7"))
    assert not hear(book, "192.168.1.66", packet(TV, "anna"))
    assert book.of("192.168.1.66") is None and book.of(TV).mdns_name == "tv-7"  # type: ignore[union-attr]


def test_a_description_tells_name_maker_and_kind() -> None:
    book = AnnouncementBook()
    assert book.take_description("192.168.1.1", parse_xml(DESCRIPTION))
    assert not book.take_description("192.168.1.1", parse_xml(DESCRIPTION))
    heard = book.of("192.168.1.1")
    assert heard and heard.names == {NameSource.SSDP: "FRITZ!Box 7590"} and heard.maker == "AVM Berlin"
    guess = kind_rules.guess(heard.signs)
    assert guess and guess.kind is DeviceKind.ROUTER


def test_hostile_texts_leave_no_name() -> None:
    book = AnnouncementBook()
    book.take_description(TV, Description("<img src=x>", "\u202eevil", "m", "urn:x"))
    heard = book.of(TV)
    assert heard and not heard.names and not heard.maker


def test_ten_thousand_announcements_stay_within_the_bounds() -> None:
    book = AnnouncementBook()
    for number in range(10_000):
        book.take_upnp_type(f"10.0.{number >> 8}.{number & 255}", f"urn:x:{number}")
    assert len(book._heard) == announcement_book.ADDRESSES_MAX
    for number in range(10_000):
        book.take_upnp_type(TV, f"urn:x:{number}")
        book.take_mdns(mdns.Announced(TV, (f"h{number}",), (mdns.Service(f"_s{number}._tcp", f"i{number}"),)))
    heard = book.of(TV)
    assert heard and len(heard.upnp_types) == len(heard.services) == announcement_book.WORDS_MAX
    assert len(heard.hosts) <= mdns.HOSTS_MAX
