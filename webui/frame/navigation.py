# SPDX-License-Identifier: GPL-3.0-or-later
"""Where one can go from every page: three groups beside it; on a phone a bar of four, and the rest behind "More"."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from store.base.sentences import say


class NavPage(NamedTuple):
    """`icon`: an id of the icon sprite."""

    href: str
    title: str
    icon: str


class NavGroup(NamedTuple):
    """`key`: what its heading's id ends with."""

    key: str
    title: str
    pages: tuple[NavPage, ...]


HOME = NavPage("/", say("Home"), "house")
DEVICES = NavPage("/devices", say("Devices"), "smartphone")
QUERIES = NavPage("/queries", say("Query log"), "scroll-text")
BLOCKLISTS = NavPage("/blocklists", say("Blocklists"), "shield")

GROUPS = (
    NavGroup("look", say("Look"), (
        HOME, DEVICES, NavPage("/companies", say("Companies"), "building-2"), QUERIES,
        NavPage("/evidence", say("Evidence"), "eye"),
    )),
    NavGroup("decide", say("Decide"), (
        BLOCKLISTS,
        NavPage("/services", say("Services"), "ban"),
        NavPage("/groups", say("Groups"), "users"),
        NavPage("/times", say("Times"), "calendar-clock"),
    )),
    NavGroup("house", say("House"), (
        NavPage("/names", say("Local names"), "layers"),
        NavPage("/dhcp", say("DHCP"), "network"),
        NavPage("/bypass", say("Bypass"), "external-link"),
        NavPage("/changes", say("Changes"), "history"),
        NavPage("/backup", say("Backup"), "archive"),
        NavPage("/settings", say("Settings"), "settings"),
    )),
)  # fmt: skip
# What a thumb reaches; with shorter titles where there is a shorter one.
BAR = (HOME, DEVICES, NavPage(QUERIES.href, say("Log"), QUERIES.icon), BLOCKLISTS)
# While the first run is not over it leads them all.
FIRST_RUN = NavPage("/setup/check", say("Set-up"), "sparkles")
PAGES = tuple(page for group in GROUPS for page in group.pages)


# For whoever sees their own devices alone.
OWN = NavGroup("look", say("Look"), (
    NavPage("/my", say("Your devices"), "smartphone"), NavPage("/accounts", say("Your log-in"), "users"),
))  # fmt: skip


def of(may: Callable[[str], bool], *, own: bool) -> tuple[tuple[NavGroup, ...], tuple[NavPage, ...]]:
    """The groups and the bar with the pages that somebody may see alone. `own`: their own devices are all they see."""
    if own:
        return (OWN,), OWN.pages
    groups = (group._replace(pages=tuple(page for page in group.pages if may(page.href))) for group in GROUPS)
    return tuple(groups), tuple(page for page in BAR if may(page.href))


def entry_of(path: str, *, own: bool = False) -> str:
    """The href of the entry that a page belongs to; "" for none. `own`: of those who see their own devices alone."""
    if own:
        return next((page.href for page in OWN.pages if _below(path, page.href)), "")
    if path == HOME.href:
        return path
    if _below(path, "/setup"):
        return FIRST_RUN.href
    if _below(path, "/accounts"):
        return "/settings"
    return next((page.href for page in PAGES if page is not HOME and _below(path, page.href)), "")


def groups(*, first_run: bool) -> tuple[NavGroup, ...]:
    """GROUPS, with the first run's entry on top of them while it is not over."""
    first, *others = GROUPS
    return (first._replace(pages=(FIRST_RUN, *first.pages)), *others) if first_run else GROUPS


def _below(path: str, href: str) -> bool:
    return path == href or path.startswith(f"{href}/")
