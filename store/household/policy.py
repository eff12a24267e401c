# SPDX-License-Identifier: GPL-3.0-or-later
"""The policy: which blocklists and rules hold for which client, read from config.db in one consistent look."""

import sqlite3
import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from ipaddress import ip_address, ip_network
from typing import Any

from store.base.db import transaction
from store.config import wall_blocklists
from store.config.choices import ListKind, PackLevel, RuleForm, RuleKind
from store.config.rule_text import reread
from store.config.scopes import HOUSE, Scope
from store.config.scopes import device as device_scope
from store.config.scopes import group as group_scope
from store.config.settings import Settings
from store.household import relief
from store.household.holding import Holding, earliest_edge
from store.household.relief import NO_RELIEF, Relief


@dataclass(frozen=True, slots=True)
class Rule:
    """One of the home's own rules. With the form REGEX, `name` is a pattern.

    `types`: query types as `A,AAAA` or `~A`; `answer` as
    `store.config.custom_responses` writes it; both empty for the usual rule. `created_at` in Unix seconds, 0: unknown.
    """

    id: int
    kind: RuleKind
    name: str
    subdomains: bool
    comment: str
    form: RuleForm = RuleForm.NAME
    types: str = ""
    inverted: bool = False
    answer: str = ""
    created_at: int = 0


@dataclass(frozen=True, slots=True)
class Policy:
    """Active blocklists as sorted (id, level or None), and rules by id. `answer`: the group's, to what is blocked.

    `relief`: what of all that does not block just now.
    """

    lists: tuple[tuple[str, str | None], ...]
    rules: tuple[Rule, ...]
    answer: str = ""
    relief: Relief = NO_RELIEF


@dataclass(frozen=True, slots=True)
class PolicySet:
    """`by_client` holds only the clients whose policy differs from `default`; equal policies are one object.

    `answers`: blocklist id → the answer to what it blocks. `who`: client address → names of its device, its group.
    `exempt`: networks of clients that the wall never touches, nor by its lists. `next_edge_s`: Unix seconds at which
    time alone changes any of it, None: never.
    """

    version: int
    default: Policy
    by_client: dict[str, Policy]
    answers: dict[str, str] = field(default_factory=dict)
    who: dict[str, tuple[tuple[str, ...], str]] = field(default_factory=dict)
    exempt: tuple[str, ...] = ()
    next_edge_s: int | None = None

    def of(self, client: str) -> Policy:
        """The policy of a client address."""
        policy = self.by_client.get(client, self.default)
        if self.exempt and any(name in wall_blocklists.TITLES for name, _ in policy.lists) and self._is_exempt(client):
            return replace(policy, lists=tuple(on for on in policy.lists if on[0] not in wall_blocklists.TITLES))
        return policy

    def _is_exempt(self, client: str) -> bool:
        address = ip_address(client)
        networks = (ip_network(text, strict=False) for text in self.exempt)
        return any(address in network for network in networks if network.version == address.version)


NO_WALL = Settings()


def load(con: sqlite3.Connection, settings: Settings = NO_WALL, now_s: int | None = None) -> PolicySet:
    """Everything at one version and one moment; `settings`, for the wall's own lists.

    `now_s`: Unix seconds, None: by the clock of this machine; of all that has a time, what holds then is taken in
    (`store.household.holding`). Raises sqlite3.Error when config.db cannot be read.
    """
    now_s = int(time.time()) if now_s is None else now_s
    timed: list[Holding[Any]] = []  # what schedules, pauses … say of this moment
    with transaction(con, "DEFERRED"):
        version = int(con.execute("SELECT value FROM meta WHERE key = 'policy_version'").fetchone()[0])
        scopes, switches = _scopes(con), wall_blocklists.chosen(con, settings)
        timed.append(reliefs := relief.holding(con, now_s))
        packs = {row[0] for row in con.execute("SELECT id FROM blocklist WHERE kind = ?", (ListKind.PACK,))}
        answers = dict(con.execute("SELECT id, answer FROM blocklist WHERE answer <> ''"))
        clients = con.execute(
            """SELECT c.address, c.device_id, d.group_id, d.name, d.found_name, d.mac, g.name, g.answer
               FROM client c JOIN device d ON d.id = c.device_id LEFT JOIN "group" g ON g.id = d.group_id"""
        ).fetchall()
    house = scopes.get(HOUSE, _Scope())
    default = _merge([house], packs, walls=wall_blocklists.lists(settings, []))
    default = replace(default, relief=reliefs.value.get(HOUSE, NO_RELIEF))
    made: dict[Policy, Policy] = {default: default}
    by_chain: dict[tuple[int, int | None], Policy] = {}
    by_client: dict[str, Policy] = {}
    who: dict[str, tuple[tuple[str, ...], str]] = {}
    for address, device_id, group_id, *names, group, answer in clients:
        who[address] = tuple(name.lower() for name in names if name), (group or "").lower()
        chain = (device_id, group_id)
        if chain not in by_chain:
            chain_of = (device_scope(device_id), group_scope(group_id or 0))
            scope_list = [*(scopes.get(scope) for scope in chain_of), house]
            own = [switches[scope] for scope in chain_of if scope in switches]
            walls = wall_blocklists.lists(settings, own)
            policy = _merge([scope for scope in scope_list if scope], packs, answer or "", walls)
            policy = replace(policy, relief=relief.joined(map(reliefs.value.get, (*chain_of, HOUSE))))
            by_chain[chain] = made.setdefault(policy, policy)
        if by_chain[chain] is not default:
            by_client[address] = by_chain[chain]
    edge = earliest_edge(each.next_edge_s for each in timed)
    return PolicySet(version, default, by_client, answers, who, settings.wall_exempt, edge)


@dataclass(slots=True)
class _Scope:
    toggles: dict[str, tuple[bool, str | None]] = field(default_factory=dict)
    rules: list[Rule] = field(default_factory=list)


def _scopes(con: sqlite3.Connection) -> dict[Scope, _Scope]:
    scopes: dict[Scope, _Scope] = {}
    for kind, number, blocklist, on, level in con.execute(
        'SELECT scope_kind, scope_id, blocklist_id, "on", level FROM toggle'
    ):
        scopes.setdefault(Scope.of_row(kind, number), _Scope()).toggles[blocklist] = (bool(on), level)
    for kind, number, rule_id, what, name, subdomains, comment, form, types, inverted, answer, at in con.execute(
        """SELECT scope_kind, scope_id, id, kind, name, subdomains, comment, form, types, inverted, answer, created_at
           FROM rule ORDER BY id"""
    ):
        if form == RuleForm.REGEX:
            name, types, inverted, answer = reread(name, types, bool(inverted), answer)
        rule = Rule(
            rule_id, RuleKind(what), name, bool(subdomains), comment, RuleForm(form), types, bool(inverted), answer, at
        )  # fmt: skip
        scopes.setdefault(Scope.of_row(kind, number), _Scope()).rules.append(rule)
    return scopes


def _merge(chain: list[_Scope], packs: set[str], answer: str = "", walls: Iterable[str] = ()) -> Policy:
    """The narrowest scope decides on or off; the narrowest that names a level decides the level; all rules apply."""
    lists: list[tuple[str, str | None]] = [(name, None) for name in walls]
    for blocklist in sorted({name for scope in chain for name in scope.toggles}):
        rows = [scope.toggles[blocklist] for scope in chain if blocklist in scope.toggles]
        if rows[0][0]:
            level = next((level for _, level in rows if level), PackLevel.SAFE)
            lists.append((blocklist, level if blocklist in packs else None))
    rules = sorted((rule for scope in chain for rule in scope.rules), key=lambda rule: rule.id)
    return Policy(tuple(sorted(lists)), tuple(rules), answer)
