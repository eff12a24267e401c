# SPDX-License-Identifier: GPL-3.0-or-later
"""Every address of the web UI by the module that answers there; each is imported when somebody first asks below it.

Calls of the API stand in the order of the page at /api/docs. Where two may answer, the first does.
"""

from __future__ import annotations

from webui.http.lazy_routes import RouteGroup

PREFIX = "/api/v1"
EVIDENCE = f"{PREFIX}/evidence"


def _call(module: str, *below: str, under: str = PREFIX) -> RouteGroup:
    return RouteGroup(f"webui.{module}", tuple(under + address for address in below), under)


def _page(module: str, *below: str) -> RouteGroup:
    return RouteGroup(f"webui.{module}", below)


CALLS = (
    _call("accounts.session_api", "/session", "/setup"),
    _call("accounts.users_api", "/users", "/sessions"),
    _call("accounts.two_step_api", "/two-step"),
    _call("accounts.tokens_api", "/tokens"),
    _call("api.health_api", "/health"),
    _call("api.stats_api", "/stats"),
    _call("api.queries_api", "/queries"),
    _call("api.devices_api", "/devices"),
    _call("api.groups_api", "/groups"),
    _call("api.blocklists_api", "/blocklists"),
    _call("api.services_api", "/services"),
    _call("api.safe_search_api", "/safe-search"),
    _call("api.rules_api", "/rules"),
    _call("api.pauses_api", "/pauses"),
    _call("api.exceptions_api", "/exceptions"),
    _call("api.requests_api", "/requests"),
    _call("api.my_api", "/my"),
    _call("api.schedules_api", "/schedules"),
    _call("api.records_api", "/records"),
    _call("api.forwards_api", "/forwards"),
    _call("api.dhcp_api", "/dhcp"),
    _call("api.explain_api", "/explain"),
    _call("api.bypass_api", "/bypass", "/wall"),
    _call("api.wall_api", "/wall"),
    _call("api.settings_api", "/settings"),
    _call("api.changes_api", "/changes"),
    _call("evidence.companies_api", "/companies", under=EVIDENCE),
    _call("evidence.findings_api", "/findings", under=EVIDENCE),
    _call("evidence.whatif_api", "/whatif", under=EVIDENCE),
    _call("evidence.worth_api", "/worth", under=EVIDENCE),
    _call("evidence.updates_api", "/updates", under=EVIDENCE),
    _call("evidence.chain_api", "/chain", under=EVIDENCE),
    _call("evidence.report_api", "/report", under=EVIDENCE),
    _call("evidence.names_api", "/names", "/corrections", under=EVIDENCE),
    _call("evidence.log_files_api", "/queries", "/queries.csv", "/queries.jsonl"),
    _call("idle_test.idle_tests_api", "/tests", under=EVIDENCE),
    _call("idle_test.own_tests_api", "/my/tests"),
    _call("private_dns.certificate_api", "/certificate"),
    _call("household.backup_api", "/backup", "/restore"),
    _call("signatures.dnssec_api", "/dnssec"),
    _call("frame.search_api", "/search"),
)
PAGES = (
    _page("views.openapi", "/api/docs", "/api/openapi.json"),
    _page("api.plain_health", "/health"),
    _page("pages.front_doors", "/admin"),
    _page("pages.installed_page", "/manifest.webmanifest", "/offline"),
    _page("pages.groups_page", "/groups"),
    _page("pages.bypass_page", "/bypass"),
    _page("pages.wall_page", "/bypass/wall"),
    _page("pages.explain_page", "/explain"),
    _page("pages.search_page", "/search"),
    _page("pages.metrics_page", "/metrics"),
    _page("accounts.account_pages", "/login", "/logout", "/accounts"),
    _page("private_dns.private_dns_pages", "/settings/encrypted", "/devices/*/private-dns", "/apple", "/certificate"),
    _page("signatures.signature_pages", "/settings/dnssec"),
    _page("settings.settings_pages", "/settings", "/language"),
    _page("queries.query_pages", "/queries"),
    _page("household.backup_page", "/backup"),
    _page("household.changes_page", "/changes"),
    _page("household.group_page", "/groups"),
    _page("household.times_page", "/times"),
    _page("household.names_page", "/names"),
    _page("household.pause_page", "/pause", "/exceptions"),
    _page("household.requests_page", "/requests"),
    _page("household.my_page", "/my"),
    _page("household.dhcp_page", "/dhcp"),
    _page("services.services_pages", "/services"),
    _page("evidence.evidence_pages", "/evidence"),
    _page("rules.rules_pages", "/rules", "/blocklists/rules"),  # before lists, of which one may have any address
    _page("lists.list_pages", "/blocklists"),
    _page("idle_test.idle_test_pages", "/evidence/tests", "/my/tests"),
    _page("devices.device_pages", "/devices"),
    _page("companies.company_pages", "/companies"),
    _page("first_run.first_run_pages", "/setup"),
    _page("home.home_page", "/", "/hidden-home", "/home", "/matrix", "/numbers"),
    _page("home.attention_page", "/attention"),
)  # fmt: skip
TABLE = CALLS + PAGES
