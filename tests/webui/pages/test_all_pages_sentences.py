# SPDX-License-Identifier: GPL-3.0-or-later
"""Every page in a language that says each sentence in brackets: what stands in none is a name, a number, or missing."""

from __future__ import annotations

import getpass
import re
import time
from collections.abc import Iterator
from contextlib import closing
from html.parser import HTMLParser
from typing import Any

import pytest
from brackets import TAG, Brackets
from brackets import brackets as brackets
from full_home import TROUBLED, everywhere
from full_home import _full as _full
from full_home import full_looker as full_looker
from lived_in_home import DEVICES, HOSTILE, Home, Visitor

from blocklists.packs import pack_sources, search_engines, services, vendor_packs
from evidence.whatif.change_words import EXAMPLES
from firewall import recipes
from resolver.upstream import upstream_presets
from store.base import db
from store.config import custom_responses, settings
from store.config.choices import ListFormat
from store.local import local_records
from store.locale.language_rules import RULES
from store.log.records import COUNTED
from webui.household import dhcp_view
from webui.views import formatting
from webui.views.formatting import visible

pytestmark = pytest.mark.process  # pages ask the system for its addresses

READ_ALOUD = {"title", "aria-label", "placeholder", "alt", "data-label"}
UNSEEN = {"script", "style", "svg"}
# What a person types or reads the same in every language.
LITERAL = {
    "xiaomi", "nothing.at.all",  # what was asked for, as a chip of the log shows it
    "nas.home.arpa", "annas-laptop.home.arpa", "kitchen-speaker.home.arpa", "living-room-tv.home.arpa",
    "redmi-note-13.home.arpa", "home.arpa", "fritz.box", "192.168.1.5 nas.lan nas", "house", *local_records.TYPES,
    "Telltale", "ads.example.com", "https://example.com/list.txt", "data.mistat.xiaomi.com", "XXXX-XXXX", "A,AAAA",
    ", ".join(custom_responses.WORDS), "name.example", "telltale.toml", "telltale", "TCP", "UDP", "TXT", "NULL",
    "NOERROR", "NXDOMAIN", "HTTPS", "AAAA", ", ".join(COUNTED),
    "@@||ok.example^", "*.ads.example", "/^ads[0-9]/", "re;querytype=A", "0.0.0.0 tracker.example",
    # values and fields, which read as they are typed
    "null", "nxdomain", "nodata", "refused", "REFUSED", "address", "on", "off", "watch", "enforce", "number", "from",
    "block", "allow", "moderate", "strict",
    *EXAMPLES, "off pack:xiaomi",
    "192.168.1.1, tcp://9.9.9.9:53, [2620:fe::fe]:53",
    "sun-thu 21:00-06:30", "pack:samsung", "daily 21:00-06:30", "fri 22:00-23:00", "daily 12:00-13:00",
    # roles, as the log has them; and what the system said
    "removed-list", "recorder", "worker-2", "disk I/O error", "nft said <no>",
}  # fmt: skip


class Seen(HTMLParser):
    """What a person sees or hears of a page outside of brackets, which may open in one element and close in another."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.outside: list[str] = []
        self.raw_code: list[str] = []  # backticks of a terminal's sentence, or markup where none is read
        self._unseen = self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen += tag in UNSEEN
        self.raw_code += [value for _, value in attrs if value and "<code" in value]
        for name, value in attrs:
            if name in READ_ALOUD and value:
                depth, self._depth = self._depth, 0
                self._take(value)
                self._depth = depth

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in UNSEEN

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self._take(data)

    def _take(self, text: str) -> None:
        self.raw_code += [text] * ("`" in text)
        left = []
        for char in text:
            self._depth += (char == "⟦") - (char == "⟧")
            left.append(char if self._depth == 0 and char != "⟧" else "\n")
        self.outside += filter(None, (" ".join(part.split()) for part in "".join(left).split("\n")))


def data(home: Home) -> Iterator[str]:
    """Names of all kinds: of devices, lists, companies, rules and settings, and what was asked for."""
    with closing(db.connect(home.state / "config.db", read_only=True)) as con:
        for query in (
            "SELECT title, source, licence, homepage, answer FROM blocklist", 'SELECT name, answer FROM "group"',
            "SELECT name, maker, found_name FROM device", "SELECT mac FROM device_mac", "SELECT name FROM token",
            "SELECT name, types, answer, comment FROM rule", "SELECT name, who FROM exception", "SELECT who FROM pause",
            "SELECT name, note FROM request",
            "SELECT name FROM schedule", "SELECT mac, name FROM dhcp_static",
        ):  # fmt: skip
            yield from (text for row in con.execute(query) for text in row if isinstance(text, str))
    for row in home.sql("SELECT DISTINCT name, company, client FROM queries"):
        yield from (str(cell) for cell in row if cell)
    for one in recipes.load():
        yield from (one.title, *(" ".join(line.split()) for line in recipes.fill(one, recipes.here()).splitlines()))
    yield from (name for service in services.load() for name, _ in service.names)
    yield from (engine.title for engine in search_engines.load().values())
    yield from (text for source in pack_sources.sources().values() for text in (source.id, source.title))
    yield from (name.name for pack in vendor_packs.load() for name in pack.names)
    yield from (name.note for pack in vendor_packs.load() for name in vendor_packs.names_at(pack, "everything"))
    yield from (*HOSTILE, *map(visible, HOSTILE), *TROUBLED.guarded, *TROUBLED.changes["some_added"])
    yield from (choice for setting in settings.SETTINGS.values() for choice in setting.choices or ())
    yield from (*settings.SETTINGS, *ListFormat, str(home.state), *(name for _, name, *_ in DEVICES if name))
    yield from (text for preset in upstream_presets.presets() for text in (preset.title, preset.operator, preset.https))
    yield "192.168.1.1, tls://9.9.9.9#dns.quad9.net, https://dns.quad9.net/dns-query"  # as upstreams are written
    yield from (each.title for each in upstream_presets.gone())
    yield formatting.zone(time.time())
    yield from (TAG, *(rules.name for rules in RULES.values()))  # each language by its own name
    yield from (*dhcp_view.EXAMPLES.values(), "aa:bb:cc:00:11:22", "<b>tv</b>")  # and of a lease
    # Names that are asked for here, and rules as they are written.
    yield getpass.getuser()  # who changed something by the command line
    yield from ("CN", "pack:xiaomi")  # where the company of a name has its seat, and which table says so
    yield from ("ads1.net", "a.net", "x.ads.example", "/nowhere", "<b>", "||ads.example^", "||mistat.xiaomi.com^")
    yield from ("||time.windows.com^", "/^ads[0-9]+/$dnstype=A|AAAA", "!/example$/$dnstype=~HTTPS,answer=A 192.0.2.1")


def left_over(page: str, known: list[str]) -> list[str]:
    """Words that are neither in brackets nor data; and commands that are not drawn as code."""
    seen = Seen()
    seen.feed(page)
    found = seen.raw_code
    for text in seen.outside:
        rest = text
        for name in known:
            rest = rest.replace(name, " ")
        if re.search(r"[^\W\d_]{2}", rest):
            found.append(text)
    return found


@pytest.fixture
def known(_full: Home) -> list[str]:
    return sorted({text for text in (*data(_full), *LITERAL) if len(text) > 1}, key=len, reverse=True)


@pytest.fixture
def speaker(full_looker: Visitor, brackets: Brackets) -> Visitor:
    full_looker.headers["Accept-Language"] = TAG
    return full_looker


@pytest.mark.parametrize("path", everywhere())
def test_every_sentence_of_a_page_is_in_the_catalogue(speaker: Any, known: list[str], path: str) -> None:
    assert not left_over(speaker.get(path).text, known)


def test_what_is_in_no_catalogue_is_found() -> None:
    page = '<p title="Hidden">⟦There is no rule ⟧7⟦, ⟧<b>⟦said⟧</b> Bare <i>⟦x</i>⟧ 12:30</p><script>let it</script>'
    assert left_over(page, ["name"]) == ["Hidden", "Bare"]
    assert left_over("<p title='⟦<code>x</code>⟧'>⟦Run `x`.⟧", []) == ["⟦<code>x</code>⟧", "⟦Run `x`.⟧"]
    assert left_over("<p>⟦of ⟧name.example⟦ and ⟧other.example</p>", ["name.example"]) == ["other.example"]
