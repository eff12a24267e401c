# SPDX-License-Identifier: GPL-3.0-or-later
"""Which vendor packs are about devices that are in this home: by the maker of their network card, their names, and what
they ask for. Pure, but `take`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from blocklists.packs import vendor_packs
from store.base.sentences import say
from store.config import devices, edit, lists
from store.config.choices import ListKind, PackLevel
from store.config.devices import DeviceRow
from store.config.engine import Engine
from store.config.lists import BlocklistView
from store.config.scopes import HOUSE
from store.config.session import writing

OFF = "off"
# Pack → words that a maker or a name begins a word with.
WORDS: Mapping[str, tuple[str, ...]] = {
    "amazon": ("amazon", "echo", "alexa", "kindle", "fire tv", "ring doorbell"),
    "apple": ("apple", "iphone", "ipad", "macbook", "homepod"),
    "google": ("google", "pixel", "chromecast", "nest"),
    "huawei": ("huawei", "honor"),
    "lg": ("lg electronics", "lg innotek", "lgwebos", "webos"),
    "meta": ("meta platforms", "oculus", "facebook"),
    "microsoft": ("microsoft", "xbox", "surface"),
    "oppo": ("oppo", "oneplus", "realme", "guangdong oppo"),
    "roku": ("roku",),
    "samsung": ("samsung", "galaxy"),
    "sony": ("sony", "playstation", "bravia"),
    "tuya": ("tuya", "smart life"),
    "vivo": ("vivo",),
    "xiaomi": ("xiaomi", "redmi", "poco", "beijing xiaomi", "roborock"),
}


@dataclass(frozen=True, slots=True)
class SeenMaker:
    """`devices`: names of those that are the maker's; `asked`: how often the home asked for its names in a week."""

    pack: BlocklistView
    devices: tuple[str, ...]
    asked: int

    @property
    def level(self) -> str:
        return str(self.pack.level or PackLevel.SAFE) if self.pack.on else OFF


def seen(
    views: Iterable[BlocklistView], rows: Sequence[DeviceRow], asked: Mapping[str, int]
) -> list[SeenMaker]:
    """Those with devices first, then those that are only asked for, the most first."""
    packs = {pack.blocklist_id: pack for pack in vendor_packs.each()}
    makers = [
        SeenMaker(view, _devices_of(packs[view.id].id, rows), asked.get(packs[view.id].company, 0))
        for view in views
        if view.kind == ListKind.PACK and view.id in packs
    ]
    there = [maker for maker in makers if maker.devices or maker.asked]
    return sorted(there, key=lambda maker: (not maker.devices, -maker.asked, maker.pack.title))


def fault_of(level: str) -> str:
    """What is wrong with a level; "" for one that there is."""
    known = (OFF, *PackLevel)
    return "" if level in known else say("'{level}' is no level: choose {choices}.", level=level,
                                         choices=", ".join(known))  # fmt: skip


def take(e: Engine, levels: Mapping[str, str]) -> int:
    """Put packs to their levels, as one change; how many changed. What is no pack, or no level, is left."""
    views = {view.id: view for view in lists.blocklists(e) if view.kind == ListKind.PACK}
    wanted = {
        pack: level for pack, level in levels.items()
        if pack in views and level in (OFF, *PackLevel) and level != _level(views[pack])
    }  # fmt: skip
    if wanted:
        with writing(e, say("Packs of the makers in this home are set.")):
            for pack, level in wanted.items():
                if level == OFF:
                    edit.set_toggle(e, pack, str(HOUSE), False)
                else:
                    edit.set_level(e, pack, level)
    return len(wanted)


def _level(view: BlocklistView) -> str:
    return str(view.level or PackLevel.SAFE) if view.on else OFF


def _devices_of(pack: str, rows: Sequence[DeviceRow]) -> tuple[str, ...]:
    words = WORDS.get(pack, ())
    return tuple(devices.display_name(row) for row in rows if _is_by(words, row))


def _is_by(words: tuple[str, ...], row: DeviceRow) -> bool:
    texts = [text.casefold() for text in (row.maker, row.name, row.found_name) if text]
    return any(re.search(rf"(?<![a-z]){re.escape(word)}(?![a-z])", text) for word in words for text in texts)
