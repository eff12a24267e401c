# SPDX-License-Identifier: GPL-3.0-or-later
"""The policies of devices, each combined when its device first asks: thousands of devices cost a snapshot no time."""

from collections.abc import Iterator, Mapping, Sequence

from store.config.choices import PackLevel, ScopeKind
from store.config.scopes import HOUSE, Scope
from store.config.scopes import device as device_scope
from store.config.scopes import group as group_scope
from store.household import relief
from store.household.combination import Combiner
from store.household.policy_values import Policy, Who
from store.household.relief import Relief
from store.household.scope_words import ScopeWords

Groups = Mapping[int, tuple[int, ...]]  # device id → ids of its groups, ascending


class DevicePolicies(Mapping[int, Policy]):
    """By id of a device: those of devices for which anything else holds than `default`. Each is made once, and kept."""

    def __init__(
        self,
        words: Mapping[Scope, ScopeWords],
        reliefs: Mapping[Scope, Relief],
        groups: Groups,
        combiner: Combiner,
        default: Policy,
    ) -> None:
        self._words, self._reliefs, self._groups = words, reliefs, groups
        self._combiner, self._default = combiner, default
        self._saying = {scope.number for scope in {*words, *reliefs} if scope.kind == ScopeKind.DEVICE}
        self._made: dict[int, Policy] = {}
        self._of_groups: dict[tuple[int, ...], Policy] = {}

    def __getitem__(self, device: int) -> Policy:
        policy = self._policy(device)
        if policy is self._default:
            raise KeyError(device)
        return policy

    def get(self, device: int, default: Policy | None = None) -> Policy | None:  # type: ignore[override]
        """Without an exception for the many that have the house's."""
        policy = self._policy(device)
        return default if policy is self._default else policy

    def __iter__(self) -> Iterator[int]:
        devices = sorted({*self._groups, *self._saying})
        return (device for device in devices if self._policy(device) is not self._default)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def says_the_same(self, other: "DevicePolicies") -> bool:
        """Whether every device has there what it has here."""
        ours, theirs = (self._words, self._reliefs, self._groups), (other._words, other._reliefs, other._groups)
        return ours == theirs and self._combiner.goes_by_the_same(other._combiner)

    def of_group(self, number: int) -> Policy:
        """What holds for a device of which nothing is known but its group."""
        return self._shared((number,))

    def _policy(self, device: int) -> Policy:
        if device not in self._saying:
            return self._shared(self._groups.get(device, ()))
        if device not in self._made:
            self._made[device] = self._combined(self._groups.get(device, ()), device_scope(device))
        return self._made[device]

    def _shared(self, groups: tuple[int, ...]) -> Policy:
        if not groups:
            return self._default
        if groups not in self._of_groups:
            self._of_groups[groups] = self._combined(groups, None)
        return self._of_groups[groups]

    def _combined(self, groups: tuple[int, ...], own: Scope | None) -> Policy:
        wider = [group_scope(number) for number in groups]
        scopes = wider if own is None else [own, *wider]
        let_through = relief.joined(map(self._reliefs.get, (*scopes, HOUSE)))
        own_words = ScopeWords() if own is None else self._words.get(own, ScopeWords())
        return self._combiner.policy([self._words[scope] for scope in wider], own_words, let_through)


class KnownAs(Mapping[int, Who]):
    """By id of a device, what rules of lists know it by. `names`: by id, in lower case."""

    def __init__(
        self, names: Mapping[int, Sequence[str]], groups: Groups, words: Mapping[Scope, ScopeWords]
    ) -> None:
        self._names, self._groups, self._words = names, groups, words

    def __eq__(self, other: object) -> bool:
        """Without a look at each device."""
        if not isinstance(other, KnownAs):
            return super().__eq__(other)
        return (self._names, self._groups, self._words) == (other._names, other._groups, other._words)

    def __getitem__(self, device: int) -> Who:
        return Who(
            tuple(self._names[device]),
            tuple(self._words[group_scope(group)].name.lower() for group in self._groups.get(device, ())),
        )

    def __iter__(self) -> Iterator[int]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def lists_anywhere(words: Mapping[Scope, ScopeWords], packs: set[str]) -> frozenset[tuple[str, str | None]]:
    """Every list that a scope turns on, packs at their last level: what any policy may have on."""
    on = {name for each in words.values() for name, (is_on, _) in each.toggles.items() if is_on}
    return frozenset((name, PackLevel.EVERYTHING if name in packs else None) for name in on)
