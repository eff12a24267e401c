# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages and their parts as a search knows them: by their titles, and by the words that people bring from elsewhere."""

from __future__ import annotations

from typing import NamedTuple

from store.base.sentences import say
from webui.frame import navigation, setting_areas


class Place(NamedTuple):
    """`words`: other words for it, apart by commas."""

    href: str
    title: str
    words: str


_WORDS = {
    "/": say("overview, dashboard, start"),
    "/devices": say("clients, hosts, phones, computers, network"),
    "/queries": say("requests, history, live, what was asked, export"),
    "/evidence": say("findings, proof, leaks, beacons, reports"),
    "/blocklists": say("adlists, filters, gravity, domains, subscriptions, packs"),
    "/services": say("apps, social networks, games, safe search, parental control"),
    "/groups": say("profiles, children, policy, parental control"),
    "/times": say("schedule, bedtime, school, night, parental control"),
    "/names": say("local DNS, host names, records, rewrites, conditional forwarding, CNAME"),
    "/dhcp": say("leases, addresses, static, router, IP"),
    "/bypass": say("DNS over HTTPS, DoH, private DNS, firewall, around"),
    "/changes": say("undo, audit, who changed what"),
    "/backup": say("restore, teleporter, import, move, copy"),
    "/settings": say("configuration, options, preferences"),
}
_MORE = (
    Place("/pause", say("Pause"), say("disable, stop blocking, snooze, break")),
    Place("/explain", say("Explain a name"), say("why, test, check, blocked, query lists")),
    Place("/blocklists/rules", say("Your own rules"),
          say("whitelist, blacklist, allowlist, denylist, custom, regex, allow, block")),
    Place("/bypass/wall", say("Wall"), say("firewall, enforce, DoH, router, port 53")),
    Place("/evidence/whatif", say("What if"), say("try, simulate, before")),
    Place("/evidence/worth", say("What each list is worth"), say("useless, overlap, unused lists")),
    Place("/evidence/tests", say("Idle tests"), say("experiment, measure, quiet")),
    Place("/evidence/reports", say("Reports"), say("proof, PDF, print, send, authority")),
    Place("/evidence/names", say("Whose a name is"), say("company, owner, purpose, correct")),
    Place("/settings/health", say("Health"), say("status, doctor, problem, broken, running")),
    Place("/accounts", say("People and log-in"), say("users, accounts, roles, two-step, 2FA, sessions, log out")),
    Place("/accounts#password", say("Password"), say("log in, security, change password")),
    Place("/accounts/tokens", say("API tokens"), say("program, script, automation, key")),
    Place("/my", say("This device"), say("my, own, mine, this computer")),
    Place("/api/docs", say("API"), say("program, REST, OpenAPI, documentation")),
)
_AREAS = tuple(Place(area.href, area.title, area.words) for area in setting_areas.AREAS)
PLACES = (*(Place(page.href, page.title, _WORDS.get(page.href, "")) for page in navigation.PAGES), *_MORE, *_AREAS)
