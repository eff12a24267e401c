# SPDX-License-Identifier: GPL-3.0-or-later
"""A snapshot: policy, index and memos, built beside the running one and swapped whole.

A memo belongs to the snapshot under which it was computed, so there is nothing to invalidate: the old snapshot goes,
and its memos go with it, unless nothing that decides is another (`resolver.kept_memos`). Clients under one policy share
one seat, and so one memo.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from ipaddress import ip_network
from pathlib import Path

from blocklists.index.index import Index
from blocklists.index.layered_table import RuleTables
from blocklists.index.match import RuleTable
from blocklists.packs import services_beside
from blocklists.rules.complex_rule import Client
from network.home_networks import home_networks
from resolver.answer import home_zone, local_names, safe_search
from resolver.answer.home_zone import HomeZone
from resolver.answer.led_names import LedNames
from resolver.answer.let_through import LetThrough
from resolver.answer.memo import MemoSpace
from resolver.answer.seat import Seat
from resolver.kept.client_seats import ClientSeats
from resolver.upstream import route
from resolver.upstream.route import HOUSE, Route
from store.base import db
from store.base.file_faults import Choice, Usable, first_usable
from store.base.sentences import say
from store.config import custom_responses, usable_settings
from store.config.choices import PackLevel
from store.config.custom_responses import Answer
from store.config.settings import Settings
from store.household import policy
from store.household.policy import Policy, PolicySet, Who
from store.household.policy_values import NOBODY
from store.local import device_names, forwards, local_records
from store.local.device_names import DeviceNames
from store.log.batches import address_of, named_device
from wire.addresses import LINK_LOCAL, Networks, holder, packed
from wire.response import Sinkhole

_NO_INTERFACE = bytes(4)  # behind the packed address of a client that needs none, in `by_address`
_is_link_local = holder(LINK_LOCAL)

Marks = tuple[tuple[int, ...], ...]
"""Of files, as os.stat tells of each."""

REFUSED = Seat(RuleTable(), Index.empty(), 0, refused=True)


@dataclass(slots=True)
class Snapshot:
    """Everything that decides a response, as of one version of config.db and one generation of the index."""

    policies: PolicySet
    index: Index
    settings: Settings
    sinkhole: Sinkhole
    networks: Networks  # who is answered at all: private, configured, and on this machine's links
    home: HomeZone = field(default_factory=HomeZone)
    by_client: ClientSeats[str, Seat] = field(default_factory=ClientSeats)
    by_address: ClientSeats[bytes, tuple[str, Seat]] = field(default_factory=ClientSeats)  # as UDP has them
    answers: dict[str, Answer] = field(default_factory=dict)  # blocklist id → what its rules answer
    titles: dict[str, str] = field(default_factory=dict)  # blocklist id → title
    fallbacks: tuple[str, ...] = ()  # a sentence for each file or variable in whose place something else is used
    routers: Networks = ()  # who may say for whom it asks
    led: LedNames = field(default_factory=LedNames)  # of the worker, over all its snapshots
    neighbours: Mapping[bytes, str] = field(default_factory=dict)  # MACs by packed address, as the kernel has them
    _seats: dict[tuple[int, tuple[int, ...] | None], Seat] = field(default_factory=dict)
    _tables: RuleTables = field(default_factory=RuleTables)
    space: MemoSpace = field(default_factory=MemoSpace)
    _is_at_home: Callable[[bytes], bool] = field(init=False)

    def __post_init__(self) -> None:
        self._is_at_home = holder(self.networks)

    def at(self, networks: Networks) -> Snapshot:
        """The same where these are the home's networks. Are they others now, all clients are met anew; memos stay."""
        if networks == self.networks:
            return self
        return replace(self, networks=networks, by_client=ClientSeats(), by_address=ClientSeats())

    def meet(self, address: bytes, client: str) -> tuple[str, Seat]:
        """Admit whoever asks over UDP from an address that is not in `by_address`; `client`: the same as text.

        Most strangers have one policy, and so one seat: nothing is made for them but their entry.
        """
        seated = client, self.by_client.get(client) or self.admit(client)
        self.by_address.put(address, seated)
        return seated

    def admit(self, client: str, behind: str = "") -> Seat:
        """The seat of a client met for the first time: its policy's, or `REFUSED` for one from outside the home.

        `behind`: which device it said to be, where who handed it on has let it in (`resolver.listen.handed`).
        """
        if behind:
            return self._admit_named(behind)
        bare = client.partition("%")[0]
        address = packed(bare)
        seat = REFUSED
        if self._is_at_home(address):
            seat = self._seat_of(bare, seen=self.neighbours.get(address, ""))
        self.by_client.put(client, seat)
        return seat

    def admit_behind(self, noted: str, address: str, mac: str) -> Seat:
        """The same for one whom a trusted router asks for, under the text by which the record has it."""
        self.by_client.put(noted, seat := self._seat_of(address, mac))
        return seat

    def _admit_named(self, noted: str) -> Seat:
        """The same for one that said which device it is, by the text under which the record has it."""
        self.by_client.put(noted, seat := self._seat_of_device(named_device(noted) or 0, address_of(noted)))
        return seat

    def forget_seat(self, client: str) -> None:
        """Find out anew whose an address is when it asks again: it may be another device's now. A link-local one asks
        with its interface behind it, as a number or by name."""
        address = packed(client)
        self.by_client.pop(client, None)
        self.by_address.pop(address if len(address) == 4 else address + _NO_INTERFACE, None)
        if _is_link_local(address):
            self.by_client.drop(f"{client}%")
            self.by_address.drop(address)

    def routes(self) -> set[Route]:
        """To all servers beside the house's that any query may go to."""
        of_groups = map(self._route_to, {self.policies.default.upstreams, *self.policies.upstreams})
        return {*of_groups, *self.home.forwards.values()} - {HOUSE}

    def forget_memos(self) -> None:
        """Answer nothing from memory that was put together before now."""
        self.space.forget()

    def _seat_of(self, address: str, mac: str = "", seen: str = "") -> Seat:
        return self._seat_of_device(self.policies.device_of(address, mac, seen), address)

    def _seat_of_device(self, device_id: int, address: str) -> Seat:
        policy_ = self.policies.of_device(device_id, address)
        shared = self._seats.get((id(policy_), None))  # there is one where no rule of its lists looks at who asks
        return shared or self._seat(address, policy_, self.policies.who.get(device_id, NOBODY))

    def _seat(self, address: str, policy_: Policy, who: Who) -> Seat:
        mask = self.index.mask(policy_.lists)
        client = Client(address, frozenset(who.names), frozenset(group.replace(" ", "_") for group in who.groups))
        complex_rules = self.index.complex_rules
        # A set of policies has each of them once, so that none needs to be compared rule by rule.
        key = id(policy_), complex_rules.signature(mask, client) if mask & complex_rules.personal else None
        seat = self._seats.get(key)
        if seat is None:
            answer = custom_responses.parse(policy_.answer) if policy_.answer else None
            rules, own_name = self._tables.of(policy_.rules), self.settings.own_name
            canaries = local_names.canaries(self.settings)
            through = LetThrough.of(policy_, rules, self.index, mask, client, self.led)
            seat = Seat(
                rules, self.index, mask, client=client, answer=answer, own_name=own_name, space=self.space,
                let_through=through, safe=safe_search.table(policy_.safe_search), canaries=canaries,
                home=self.home, route=self.route_of(policy_),
            )  # fmt: skip
            self._seats[key] = seat
        return seat

    def route_of(self, policy_: Policy) -> Route:
        """Whose servers answer what is asked under a policy."""
        return self._route_to(policy_.upstreams)

    def _route_to(self, upstreams: tuple[str, ...]) -> Route:
        return HOUSE if upstreams == self.settings.upstreams else route.to_servers(upstreams)


def build(
    state: Path, environ: Mapping[str, str], old: Snapshot | None = None, *, index: Index | None = None
) -> Snapshot:
    """Read config.db and the index and put a snapshot together; what cannot be read stays as it was in `old`.

    `index`: one to take in place of the state's own.
    """
    chosen = usable_settings.look(state, environ)
    current = chosen.settings
    sinkhole = Sinkhole.build(current.sinkhole, current.sinkhole_ttl, current.sinkhole_ipv4, current.sinkhole_ipv6)
    networks = home_networks(current.allowed_networks)
    lists = load_index(state, old) if index is None else Usable(index)
    rules = load_policies(state, old, current, lists.value)
    policies, index = rules.value, lists.value
    index.complex_rules.warm(index.mask(policies.lists))  # here, beside what runs: patterns take a while to compile
    asked = {blocklist: custom_responses.parse(text) for blocklist, text in policies.answers.items()}
    titles = {slot.blocklist_id: slot.title for slot in index.slots} | {safe_search.LIST: safe_search.TITLE}
    fallbacks = (*chosen.faults, *rules.fallbacks, *lists.fallbacks, *_without_group(policies.missing_group))
    home = home_zone.build(current.own_name, current.home_domain, policies.records, policies.forwards)
    home.devices = load_device_names(state, home, old)
    home.designated = home.designated if old is None else old.home.designated
    return Snapshot(
        policies, index, current, sinkhole, networks, home, answers=asked, titles=titles, fallbacks=fallbacks,
        routers=tuple(map(ip_network, current.trusted_routers)),
        led=LedNames() if old is None else old.led, neighbours={} if old is None else old.neighbours,
    )  # fmt: skip


def _without_group(name: str) -> tuple[str, ...]:
    """What is said where new devices are to land in a group that is not there."""
    return (say(
        "There is no group “{name}”, in which new_devices lets new devices land, so they have what the house has; make "
        "the group, or name another where this is set.", name=name,
    ),) if name else ()  # fmt: skip


def load_device_names(state: Path, home: HomeZone, old: Snapshot | None) -> DeviceNames:
    """What devices may be called now; where that cannot be read, as in `old`."""
    if not home.domain:
        return DeviceNames()
    try:
        with closing(db.connect(state / "config.db", read_only=True)) as con:
            return device_names.load(con, home.may_claim)
    except (OSError, sqlite3.Error):
        return DeviceNames() if old is None else old.home.devices


def load_policies(
    state: Path, old: Snapshot | None, current: Settings = policy.NO_WALL, index: Index | None = None
) -> Usable[PolicySet]:
    """The policies of config.db, else those of `old`, else of the last good copy, else the packs of `index` at *safe*.

    `current`: the settings, by which the wall blocks names.
    """

    def of_file(name: str) -> PolicySet:
        with closing(db.open_migrated(state / name)) as con:
            policies = policy.load(con, current)
            policies = replace(policies, records=local_records.load(con), forwards=forwards.load(con))
            made_ready = con.execute("SELECT 1 FROM blocklist LIMIT 1").fetchone() is not None
        return policies if made_ready or index is None else with_packs(policies, index)

    choices = [Choice("config.db", partial(of_file, "config.db"))]
    if old is None:
        choices.append(Choice("config.db.bak", partial(of_file, "config.db.bak")))
    else:
        before = old.policies
        choices.append(Choice(say("the rules as they were before"), lambda: before))
    packs = Choice(say("the vendor packs at their first level"), lambda: packs_alone(index or Index.empty()))
    return first_usable(choices, packs)


def load_index(state: Path, old: Snapshot | None) -> Usable[Index]:
    """The current index, else the one of `old`, else the previous one, else the packs: never none without a word."""
    beside = services_beside.load()
    choices = [Choice("index/current.idx", lambda: Index.open(state / "index" / "current.idx", beside))]
    if old is None:
        choices.append(Choice("index/previous.idx", lambda: Index.open(state / "index" / "previous.idx", beside)))
    else:
        before = old.index
        choices.append(Choice(say("the index as it was before"), lambda: before))
    choices.append(Choice(say("the vendor packs alone"), _packs_compiled))
    return first_usable(choices, Choice(say("nothing, so that all passes"), Index.empty))


def _packs_compiled() -> Index:
    from blocklists.packs import built_in_index  # what compiles lists is 0.7 MB, for a state directory without any

    return built_in_index.build()


def marks(state: Path) -> Marks:
    """What changes when one of the files that a snapshot is made from is mended."""

    def mark(name: str) -> tuple[int, ...]:
        try:
            info = (state / name).stat()
        except OSError:
            return ()
        return info.st_ino, info.st_size, info.st_mtime_ns, info.st_mode, info.st_uid

    return tuple(map(mark, ("config.db", "index/current.idx", "telltale.toml")))


def packs_alone(index: Index) -> PolicySet:
    """What a first start has, of what stands in this index."""
    return with_packs(PolicySet(0, Policy((), ()), {}), index)


def with_packs(policies: PolicySet, index: Index) -> PolicySet:
    """The packs that a first start turns on, for everybody: of a config.db that no start had come to fill yet."""
    slots = [slot for slot in index.slots if slot.level is not None]
    packs: set[tuple[str, str | None]] = {(slot.blocklist_id, str(PackLevel.SAFE)) for slot in slots}

    def filled(rules: Policy) -> Policy:
        return replace(rules, lists=tuple(sorted({*rules.lists, *packs}, key=str)))

    by_device = {device: filled(rules) for device, rules in policies.by_device.items()}
    return replace(policies, default=filled(policies.default), by_device=by_device, lists=policies.lists | packs)
