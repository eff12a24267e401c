# SPDX-License-Identifier: GPL-3.0-or-later
"""What no list should block unnoticed: without it the home's devices believe they are offline, or lists go stale.

A list is installed without such rules, its page shows them, and one click takes them anyway.
"""

import hashlib
import ipaddress
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from urllib.parse import urlsplit

from blocklists.rules.complex_rule import NOBODY, ComplexRule
from blocklists.rules.patterns import PatternSet
from blocklists.rules.public_suffixes import ascii_name, icann_rules
from blocklists.rules.rule import Kind
from store.base.sentences import say
from wire import addresses
from wire.types import A

CHECK, TIME, UPSTREAM, SOURCE, SUFFIX = (
    say("devices ask for it to see whether they are online"),
    say("devices set their clocks by it"),
    say("it is an upstream of this home"),
    say("lists are fetched from it"),
    say("it is a public suffix: everybody's names end in it"),
)
LOCAL, WIDE, ASKED = (
    say("addresses of homes, links and this machine: rebind_protection sees to those"),
    say("it takes in a large part of the internet"),
    say("it is the address of an upstream of this home"),
)
# Shorter prefixes than any one holder of addresses has.
WIDEST = {4: 8, 6: 16}
# Names by which devices find out whether they are online, or behind a log-in page.
CHECKS = (
    "captive.apple.com", "captive.g.aaplimg.com", "connectivitycheck.gstatic.com", "connectivitycheck.android.com",
    "clients3.google.com", "play.googleapis.com", "www.msftconnecttest.com", "ipv6.msftconnecttest.com",
    "www.msftncsi.com", "dns.msftncsi.com", "detectportal.firefox.com", "nmcheck.gnome.org",
    "network-test.debian.org", "connectivity-check.ubuntu.com", "ping.archlinux.org", "conncheck.opensuse.org",
    "fedoraproject.org", "cp.cloudflare.com", "spectrum.s3.amazonaws.com", "connect.rom.miui.com",
    "connectivitycheck.platform.hicloud.com", "connectivity.samsung.com.cn", "ctest.cdn.nintendo.net",
)  # fmt: skip
CLOCKS = (
    "pool.ntp.org", "0.pool.ntp.org", "1.pool.ntp.org", "2.pool.ntp.org", "3.pool.ntp.org", "time.apple.com",
    "time.windows.com", "time.google.com", "time.android.com", "time.cloudflare.com", "ntp.ubuntu.com",
    "0.debian.pool.ntp.org", "time.nist.gov", "ntp.nict.jp", "0.openwrt.pool.ntp.org",
)  # fmt: skip


class EssentialNames:
    """Knows what a list would take away; `digest` changes when what is guarded does."""

    def __init__(
        self, names: Mapping[str, str], suffixes: Mapping[str, str], networks: Mapping[str, str] | None = None
    ) -> None:
        """Guard `names`, and `suffixes` from rules that take in all below; both map a name to the reason.

        `networks` likewise, from rules about networks that have any address in common with them.
        """
        self.names, self._suffixes = names, suffixes
        read = ((ipaddress.ip_network(network), why) for network, why in (networks or {}).items())
        # With their ends as numbers: a list of addresses has tens of thousands that are compared to each.
        self._networks = [(network, why, _ends(network)) for network, why in read]
        guarded = sorted([*names, *suffixes, *(networks or {})])
        self.digest = hashlib.sha256(repr(guarded).encode()).hexdigest()[:16]
        self._above: dict[str, str] = dict(suffixes)
        for name, why in self.names.items():
            for above in _parents(name):
                self._above.setdefault(above, f"{name} would go with it: {why}")
        self._whole = {**self._above, **self.names}
        by_kinds = ((_BELOW, self._above), (_SUFFIX, self._whole), (_EXACT, self.names))
        nothing: Mapping[str, str] = {}
        # A list by the kind's number: millions of rules come through here.
        self._by_kind = [next((names for kinds, names in by_kinds if kind in kinds), nothing) for kind in Kind]

    def candidates(self, prefixes: Iterable[Sequence[int]] = ()) -> Iterator[tuple[Kind, str, str]]:
        """Yield every rule that would be left out, with why: few where no suffixes are guarded.

        Of those about networks, the ones of these (version, length) that take in a guarded one.
        """
        for version, length in prefixes:
            for network, why, _ in self._networks:
                if network.version == version and network.prefixlen >= length:
                    yield Kind.BLOCK_ADDRESS, str(network.supernet(new_prefix=length)), why
        for kinds, reasons in ((_BELOW, self._above), (_SUFFIX, self._whole), (_EXACT, self.names)):
            yield from ((kind, name, why) for kind in sorted(kinds) for name, why in reasons.items())

    def of_kind(self, kind: Kind) -> Mapping[str, str]:
        """Return the names of rules of this kind that are to be left out, with why."""
        return self._by_kind[kind]

    def of_rule(self, kind: Kind, name: str) -> str | None:
        """Return why the rule is to be left out, or None."""
        return self._by_kind[kind].get(name)

    def of_network(self, text: str) -> str | None:
        """Return why a rule about this network is to be left out, or None."""
        asked = ipaddress.ip_network(text)
        first, last = _ends(asked)
        meeting = [
            (network, why)
            for network, why, (low, high) in self._networks
            if network.version == asked.version and low <= last and first <= high
        ]
        within = any(network.prefixlen <= asked.prefixlen for network, _ in meeting)
        if self._suffixes and asked.prefixlen < WIDEST[asked.version] and not within:
            return WIDE
        return meeting[0][1] if meeting else None

    def of_complex_rules(self, complex_rules: Iterable[ComplexRule]) -> dict[str, str]:
        """Return text → why of the complex rules to be left out: those that speak of a guarded name, whoever asks."""
        blocking = [rule for rule in complex_rules if not (rule.allow or rule.cancels or rule.unrewrites)]
        reasons = {}
        for rule in blocking:
            why = self.of_network(rule.subject) if rule.scope == "network" else None
            if rule.scope in ("suffix", "below"):
                why = self._suffixes.get(rule.subject)
            if why or (why := self._covered(rule)):
                reasons[rule.text] = why
        return reasons

    def _covered(self, rule: ComplexRule) -> str | None:
        matched = PatternSet([rule.subject]).match if rule.scope == "pattern" else None
        for name, why in self.names.items():
            hit = bool(matched(name)) if matched else rule.covers(name)
            if hit and rule.when.holds(name, A, NOBODY):
                return say("{name} would go with it: {why}", name=name, why=why)
        return None


@lru_cache(maxsize=1)
def usual() -> EssentialNames:
    """The guard of every home: checks, clocks, public suffixes, addresses of homes."""
    names = {**dict.fromkeys(CHECKS, CHECK), **dict.fromkeys(CLOCKS, TIME)}
    return EssentialNames(names, public_suffixes(), dict.fromkeys(map(str, addresses.LOCAL), LOCAL))


def of_home(upstreams: Iterable[str], sources: Iterable[str]) -> EssentialNames:
    """Return the guard of this home alone: its upstreams by name and address, and the servers of its lists."""
    names, networks = {}, {}
    for source in sources:
        host = urlsplit(source).hostname if "://" in source else None
        if host:
            names[host.lower()] = SOURCE
    for spec in upstreams:
        host = urlsplit(spec if "://" in spec else f"//{spec}").hostname or ""
        try:
            networks[str(ipaddress.ip_network(host))] = ASKED
        except ValueError:
            if host:
                names[host.lower()] = UPSTREAM
    return EssentialNames(names, {}, networks)


@lru_cache(maxsize=1)
def public_suffixes() -> dict[str, str]:
    """The public suffixes that registries run (not those of hosting companies), as name → why."""
    suffixes = (rule.removeprefix("*.") for rule in icann_rules() if not rule.startswith("!"))
    return {ascii_name(name): SUFFIX for name in suffixes}


def _ends(network: ipaddress.IPv4Network | ipaddress.IPv6Network) -> tuple[int, int]:
    """The first and the last address as numbers."""
    first = int(network.network_address)
    return first, first | (1 << network.max_prefixlen - network.prefixlen) - 1


def _parents(name: str) -> Iterator[str]:
    while name := name.partition(".")[2]:
        yield name


_SUFFIX = frozenset({Kind.BLOCK_SUFFIX, Kind.BLOCK_SUFFIX_IMPORTANT})
_BELOW = frozenset({Kind.BLOCK_BELOW, Kind.BLOCK_BELOW_IMPORTANT})
_EXACT = frozenset({Kind.BLOCK_EXACT, Kind.BLOCK_EXACT_IMPORTANT})
