# SPDX-License-Identifier: GPL-3.0-or-later
"""A policy as values: what holds for one device, and for all of them as of one moment. `policy.load` makes them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from ipaddress import ip_network
from typing import NamedTuple

from network.address_sets import is_mac
from store.config import devices, wall_blocklists
from store.config.choices import RuleForm, RuleKind
from store.devices import newcomers
from store.devices.hand_networks import NO_NETWORKS, HandNetworks
from store.household.relief import NO_RELIEF, Relief
from store.household.safe_search_words import Chosen
from store.local.forwards import Forward
from store.local.local_records import LocalRecord
from wire.addresses import holder, packed


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
    """What holds for a device: active blocklists as sorted (id, level or None), and rules by id.

    `answer`: the group's, to what is blocked, "" for the house's; `upstreams`: the group's, as SPECs, none for the
    house's. `closed`: the name of the schedule by which the device has no access now, so that every name is blocked.
    `relief`: what of all that does not block just now. `safe_search`: search engines with their level, sorted.
    """

    lists: tuple[tuple[str, str | None], ...]
    rules: Sequence[Rule]
    answer: str = ""
    upstreams: tuple[str, ...] = ()
    closed: str = ""
    relief: Relief = NO_RELIEF
    safe_search: Chosen = ()


class Who(NamedTuple):
    """What rules of lists know a device by, in lower case: its names, and those of its groups."""

    names: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()


NOBODY = Who()


@dataclass(frozen=True, slots=True)
class PolicySet:
    """`by_device` holds only the devices whose policy differs from `default`; equal policies are one object.

    `clients`: client address → id of its device. `answers`: blocklist id → the answer to what it blocks. `who`: by id
    of a device. `exempt`: networks of clients that the wall never touches, nor by its lists. `next_edge_s`: Unix
    seconds at which time alone changes any of it, None: never. `lists`, `upstreams`: what any device may have, or more.
    `records`, `forwards`: of the home's own names, for everybody. `macs`: MAC address → id of its device; `networks`:
    given by hand; `newcomers`: the policy of whom nobody knows yet, None: the house's. `behind`: client address → MAC
    address that stood behind it when it was met last, or BY_ROUTER. `missing_group`: what `new_devices` says where
    there is no such group; a variable and telltale.toml may say anything.
    """

    version: int
    default: Policy
    by_device: Mapping[int, Policy]
    clients: dict[str, int] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    who: Mapping[int, Who] = field(default_factory=dict)
    exempt: tuple[str, ...] = ()
    next_edge_s: int | None = None
    lists: frozenset[tuple[str, str | None]] = frozenset()
    upstreams: frozenset[tuple[str, ...]] = frozenset({()})
    records: tuple[LocalRecord, ...] = ()
    forwards: tuple[Forward, ...] = ()
    macs: dict[str, int] = field(default_factory=dict)
    behind: Mapping[str, str] = field(default_factory=dict)
    networks: HandNetworks = NO_NETWORKS
    newcomers: Policy | None = None
    missing_group: str = ""
    _without_wall: dict[int, Policy] = field(default_factory=dict, init=False, repr=False, compare=False)

    def device_of(self, client: str, mac: str = "", seen: str = "") -> int:
        """The device of a client address, 0 for one that nobody knows; `mac`: where a trusted router tells it.

        `seen`: the MAC address that the kernel has for it. Is that another one than before, the address was handed on:
        it is the other device's at once, as `store.devices.sightings_store` is going to write it.
        """
        before = self.behind.get(client, "")
        if seen and seen != before and before != devices.BY_ROUTER:
            holder = self.macs.get(seen)
            if holder or before:
                return holder or 0
        return self.macs.get(mac) or self.clients.get(client) or self.networks.device_of(client) or 0

    def of(self, client: str, mac: str = "", seen: str = "") -> Policy:
        """The policy of a client address, as of `device_of`: the same object for all that have it."""
        return self.of_device(self.device_of(client, mac, seen), client)

    def of_device(self, device_id: int, client: str) -> Policy:
        """The policy of a device at this address; 0: of nobody that is known."""
        policy = self.by_device.get(device_id) or self.default
        if not device_id and self.newcomers is not None and newcomers.is_one(client):
            policy = self.newcomers
        if self.exempt and any(name in wall_blocklists.TITLES for name, _ in policy.lists) and self._is_exempt(client):
            return self._exempted(policy)
        return policy

    def keep_exempted_of(self, old: "PolicySet") -> None:
        """Have one with `old` what is made for exempt clients of its policies, which this set has too."""
        object.__setattr__(self, "_without_wall", old._without_wall)

    def who_asks(self, client: str, mac: str = "", seen: str = "") -> Who:
        """The names of a client address's device and of its groups."""
        return self.who.get(self.device_of(client, mac, seen), NOBODY)

    def _exempted(self, policy: Policy) -> Policy:
        if id(policy) not in self._without_wall:
            lists = tuple(each for each in policy.lists if each[0] not in wall_blocklists.TITLES)
            self._without_wall[id(policy)] = replace(policy, lists=lists)
        return self._without_wall[id(policy)]

    def _is_exempt(self, client: str) -> bool:
        if not client or is_mac(client):
            return False  # a trusted router tells no address
        return _holder_of(self.exempt)(packed(client))


@lru_cache(maxsize=4)  # of a house, before and after an edit
def _holder_of(networks: tuple[str, ...]) -> Callable[[bytes], bool]:
    return holder(tuple(ip_network(text, strict=False) for text in networks))
