# SPDX-License-Identifier: GPL-3.0-or-later
"""AdGuard's companiesdb (CC BY-SA 4.0, a file of its own): whose a domain is, and what we make of its category."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from blocklists.whose.statement import Row, Statement
from store.names.purpose import Purpose

SOURCE = "companiesdb"
# Categories say what a web page embeds a domain for. Those that are left out hold both trackers and what is wanted.
PURPOSES = {
    "advertising": Purpose.ADS,
    "site_analytics": Purpose.ANALYTICS,
    "mobile_analytics": Purpose.ANALYTICS,
    "audio_video_player": Purpose.CONTENT,
    "social_media": Purpose.CONTENT,
    "comments": Purpose.CONTENT,
    "misc": Purpose.CONTENT,
    "cdn": Purpose.CONTENT,
    "customer_interaction": Purpose.FUNCTION,
    "consent": Purpose.FUNCTION,
    "email": Purpose.CLOUD,
}
# Whose domains are full of customers' names; in the same categories stand the content networks of single companies.
_HOSTERS = frozenset((
    "Akamai Technologies", "Advanced Hosters", "Amazon CloudFront", "Amazon Web Services", "Edgio", "Fastly", "MaxCDN",
    "CDN77", "cdnetworks.net", "CDNvideo", "MediaNova CDN", "OptimiCDN", "Reflected Networks", "Rackspace", "Keycdn",
    "ImgIX", "Heroku", "Github Pages", "Google Hosted", "Google Appspot", "StackPath", "redGalaxy CDN", "Cloudimage.io",
    "Google Cloud Storage", "jimdo.com", "Contentful GmbH", "Wix Media Platform",
))  # fmt: skip
# Endings of legal forms; a company is one, however its name is written.
_FORM = re.compile(
    r",? (?:Inc|LLC|Ltd|Limited|GmbH|AG|S\.A|SAS|Corporation|Corp|Co|B\.V|Oy|AB|Technologies|Group)\.?$", re.IGNORECASE
)
_ONE = {
    "Meta Platforms": "Meta", "Facebook": "Meta", "Apollo Global Management": "Yahoo", "Alphabet": "Google",
    "BBK Electronics": "OPPO", "SoftBank": "Alibaba", "VKontakte": "VK",
    "The Walt Disney Company": "Disney", "CloudFlare": "Cloudflare", "Wikimedia Foundation": "Wikimedia",
    "Australian Government": "ABC (Australia)",
}  # fmt: skip


def load(known: Mapping[str, Purpose]) -> Iterator[Row]:
    """Yield the rows of companiesdb.tsv; `known` holds our own companies with what their domains are for."""
    return rows((Path(__file__).parents[1] / "companiesdb" / "companiesdb.tsv").read_text(encoding="utf-8"), known)


def rows(text: str, known: Mapping[str, Purpose]) -> Iterator[Row]:
    """Yield what the lines of a companiesdb.tsv say; a line that cannot be read raises ValueError."""
    spellings = {company.casefold(): company for company in known}
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        domain, tracker, company, category = line.split("\t")
        if category == "unknown":
            continue  # nothing is known of its owner either: the tracker is the domain again
        named = company_name(company or tracker, spellings)
        if named == domain:
            continue
        product = tracker if tracker not in (named, domain, company) else None
        purpose = PURPOSES.get(category, Purpose.UNKNOWN)
        if named in known and (purpose is Purpose.UNKNOWN or product is None):
            purpose = known[named]  # google.pl is listed as advertising, as all of Google is
        yield domain, True, Statement(SOURCE, named, product, purpose, hosted=tracker in _HOSTERS)


def company_name(name: str, spellings: dict[str, str]) -> str:
    """Return how we write this company: without its legal form, and as our own tables spell it."""
    name = name.strip()
    while (short := _FORM.sub("", name)) != name and short:
        if name.casefold() in spellings:
            break
        name = short
    name = _ONE.get(name, name)
    return spellings.get(name.casefold(), name)
