# SPDX-License-Identifier: GPL-3.0-or-later
"""The services: that their files hold what they say they hold, and that each blocks its names and no other."""

from importlib.resources import files

import pytest

from blocklists.index.index import Index
from blocklists.index.match import RuleTable, decide
from blocklists.packs import built_in_index, services
from blocklists.packs.services import CATEGORIES, PREFIX, SOURCES, Service
from blocklists.rules.rule import Kind
from blocklists.safety.essential import public_suffixes, usual
from store.names import rule_names

ALL = services.load()
# Names that a home asks for whatever it has turned off, and that several services share.
# AdGuardHome#4303: a service was blocked by the content network in which half of the web is kept.
OTHERS = [
    "www.google.com", "accounts.google.com", "apis.google.com", "play.google.com", "fonts.googleapis.com",
    "www.gstatic.com", "maps.googleapis.com", "android.clients.google.com", "ssl.gstatic.com",
    "lh3.googleusercontent.com", "connectivitycheck.gstatic.com", "www.apple.com", "icloud.com.akadns.net",
    "gateway.icloud.com", "init.itunes.apple.com", "captive.apple.com", "mesu.apple.com", "www.microsoft.com",
    "login.microsoftonline.com", "login.live.com", "outlook.office365.com", "www.msftconnecttest.com",
    "update.microsoft.com", "www.bing.com", "storage.googleapis.com", "s3.amazonaws.com",
    "d111111abcdef8.cloudfront.net", "aws.amazon.com", "device-metrics-us.amazon.com", "kindle.amazon.com",
    "alexa.amazon.com", "m.media-amazon.com", "a248.e.akamai.net", "global.fastly.net", "cdn.jsdelivr.net",
    "cdnjs.cloudflare.com", "www.cloudflare.com", "ajax.googleapis.com", "en.wikipedia.org", "github.com",
    "raw.githubusercontent.com", "deb.debian.org", "pool.ntp.org", "www.bbc.co.uk", "www.tagesschau.de",
    "www.openstreetmap.org", "mozilla.org", "addons.mozilla.org", "www.paypal.com", "api.stripe.com", "example.com",
    "www.ecosia.org", "duckduckgo.com", "search.brave.com", "mail.google.com", "mail.proton.me", "www.qq.com",
    "www.sina.com.cn", "www.yandex.ru", "www.nvidia.com", "gfwsl.geforce.com", "www.spiegel.de", "www.zeit.de",
    "www.nytimes.com", "api.weather.com",
]  # fmt: skip


@pytest.fixture(scope="module")
def index() -> Index:
    return built_in_index.build()


def test_eighty_and_more_each_under_its_own_id() -> None:
    assert len(ALL) >= 80
    assert len({service.id for service in ALL}) == len(ALL)
    assert all(service.id.isascii() and service.id.isalnum() and service.id == service.id.lower() for service in ALL)
    assert {service.category for service in ALL} == set(CATEGORIES)


def test_every_file_is_a_category_and_every_source_is_explained() -> None:
    folder = files("blocklists") / "services"
    names = {entry.name for entry in folder.iterdir()}
    assert names == {f"{category}.toml" for category in CATEGORIES} | {"SOURCES.md"}
    explained = (folder / "SOURCES.md").read_text("utf-8")
    assert all(f"| `{source}` |" in explained for source in SOURCES)
    assert {source for service in ALL for source in service.sources} == set(SOURCES)


@pytest.mark.parametrize("service", ALL, ids=lambda service: service.id)
def test_its_names_are_names_that_somebody_registered(service: Service) -> None:
    for name, _ in service.names:
        assert rule_names.normalise(name) == name
        assert name not in public_suffixes()
        labels = name.split(".")
        assert any(".".join(labels[at:]) in public_suffixes() for at in range(1, len(labels))), f"{name}: no such zone"


def test_no_name_goes_that_every_home_needs() -> None:
    needed = {
        (service.id, name): why
        for service in ALL
        for kind, name in service.rules
        if (why := usual().of_rule(kind, name))
    }
    assert set(needed) == {("nintendo", "nintendo.net")}, needed  # a console's own check whether it is online


def test_no_name_stands_in_two_services_nor_below_another_s() -> None:
    owners: dict[str, str] = {}
    for service in ALL:
        for name, _ in service.names:
            assert owners.setdefault(name, service.id) == service.id, f"{name} stands twice"
    whole = {name for service in ALL for name, alone in service.names if not alone}
    for service in ALL:
        for name, _ in service.names:
            parent = name
            while parent := parent.partition(".")[2]:
                if parent in whole:
                    assert owners[parent] in service.within, f"{service.id}: {name} stands below {parent}"


def test_a_service_blocks_its_names_and_no_other(index: Index) -> None:
    rules, by_name = RuleTable(), {name: service for service in ALL for name, _ in service.names}
    for service in ALL:
        mask = index.mask([(service.blocklist_id, None)])
        assert mask
        for name, alone in service.names:
            decision = decide(name, rules, index, mask)
            assert decision is not None
            assert (decision.blocklist, decision.allow) == (service.blocklist_id, False)
            below = decide(f"www.{name}", rules, index, mask)
            if f"www.{name}" not in by_name:
                assert (below is None) == alone
        for name, other in by_name.items():
            if other is not service and service.id not in other.within:
                assert decide(name, rules, index, mask) is None, f"{service.id} blocks {name} of {other.id}"
        for name in OTHERS:
            assert decide(name, rules, index, mask) is None, f"{service.id} blocks {name}"


def test_a_service_that_nobody_knows_blocks_nothing(index: Index) -> None:
    assert index.mask([(f"{PREFIX}friendster", None)]) == 0
    assert services.of_list(f"{PREFIX}friendster") is None
    assert services.line_of(f"{PREFIX}friendster", Kind.BLOCK_SUFFIX, "friendster.com") is None


def test_a_rule_s_line_is_found() -> None:
    number, line = services.line_of("service:amazon", Kind.BLOCK_EXACT_IMPORTANT, "amazon.de") or (0, "")
    text = (files("blocklists") / "services" / "shopping.toml").read_text("utf-8").splitlines()
    assert '"=amazon.de"' in line
    assert text[number - 1].strip() == line


@pytest.mark.parametrize(
    "table",
    [
        {"title": "T", "names": {}},
        {"names": {"site": ["t.example"]}},
        {"title": "T", "names": {"hearsay": ["t.example"]}},
        {"title": "T", "colour": "red", "names": {"site": ["t.example"]}},
        {"title": "T", "names": {"site": ["t.example"], "v2fly": ["t.example"]}},
    ],
)
def test_a_table_that_holds_what_it_must_not_is_refused(table: dict[str, object]) -> None:
    with pytest.raises(services.ServiceError, match=r"services/social.toml, \[t\]"):
        services._service("social", "t", table)
