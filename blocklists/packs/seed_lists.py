# SPDX-License-Identifier: GPL-3.0-or-later
"""The blocklists that every house begins with: the vendor packs, on at *safe*, the services and the catalogue."""

from collections.abc import Iterable

from blocklists.packs import catalogue, services, vendor_packs
from store.config.choices import ListKind, PackLevel
from store.config.lists import BlocklistSeed

# The level at which nothing that a person uses stops working.
FIRST_LEVEL = PackLevel.SAFE


def seeds() -> list[BlocklistSeed]:
    """Packs, services and catalogue as config.db takes them. Raises what their files' errors are."""
    return [*_packs(vendor_packs.load()), *_services(services.load()), *_catalogue(catalogue.load())]


def _packs(loaded: Iterable[vendor_packs.Pack]) -> Iterable[BlocklistSeed]:
    for pack in loaded:
        yield BlocklistSeed(
            id=pack.blocklist_id,
            kind=ListKind.PACK,
            title=pack.title,
            source="",
            about=pack.about,
            on=True,
            level=FIRST_LEVEL,
        )


def _services(loaded: Iterable[services.Service]) -> Iterable[BlocklistSeed]:
    for service in loaded:
        yield BlocklistSeed(
            id=service.blocklist_id,
            kind=ListKind.SERVICE,
            title=service.title,
            source="",
            about=service.about,
            purpose=service.category,
        )


def _catalogue(entries: Iterable[catalogue.CatalogueEntry]) -> Iterable[BlocklistSeed]:
    for entry in entries:
        yield BlocklistSeed(
            id=entry.id,
            kind=ListKind.CATALOGUE,
            title=entry.title,
            source=entry.source,
            format=entry.format,
            about=entry.about,
            licence=entry.licence,
            purpose=entry.purpose,
            size=entry.size,
            homepage=entry.homepage,
            on=entry.on,
        )
