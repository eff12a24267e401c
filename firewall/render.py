# SPDX-License-Identifier: GPL-3.0-or-later
"""From a plan to the text of one nftables table, `inet telltale`. Pure: equal plans give equal text.

    redirect_dns  (nat, prerouting)      stray4/6 ─► turnN_4/6    port 53 and 123 come here
    forward_guard (filter, forward)      guard4/6 ─► holdN_4/6 ─► KIND_MODE_4/6    count, then let pass or refuse

There is no chain for packets to or from this machine itself, so no plan can cut off its pages or SSH. N is a profile:
0 is the house, others are groups with switches of their own. A rule's counting never stands in the rule of its
verdict: when a set is full, counting fails and the rule ends there.
"""

from collections.abc import Iterable, Iterator, Sequence

from firewall.plan import Plan
from network.address_sets import Elements
from store.config.choices import WallMode
from store.config.wall_switches import KINDS, Modes

OFF, WATCH, ENFORCE = WallMode
TABLE = "telltale"
REMOVE = f"table inet {TABLE}\ndelete table inet {TABLE}\n"

# What was caught: (client, destination, protocol, port) of one kind, read every few seconds and kept for the next look.
CAUGHT_SIZE = 8192
CAUGHT_SECONDS = 120
# (client, destination) pairs that an answer named: a busy home has some 10,000 alive; each costs the kernel 100 bytes.
ANSWERS_SIZE = 131_072
ANSWER_SECONDS = 3600  # when an element comes without a time-out of its own
# A connection may be quicker than the word of the answer that named its address: the first packet is then dropped
# without a word, and only a repetition after FRESH_MS is judged. Clients repeat after a second (RFC 6298, RFC 9002).
FRESH_MS = 400
ASKED_SECONDS = 15

_KEY = {4: "ip saddr . ip daddr", 6: "ip6 saddr . ip6 daddr"}
_IP = {4: "ip", 6: "ip6"}
_TYPE = {4: "ipv4_addr", 6: "ipv6_addr"}
_BOTH = "meta l4proto { tcp, udp }"


def render(plan: Plan, carried: Sequence[str] = ()) -> str:
    """The whole transaction: the old table away, the new one in its place. `carried`: lines made by `elements_of`."""
    body: list[str] = [f"counter {kind} {{ }}" for kind in KINDS if plan.looks_at(kind)]
    for version in (4, 6):
        body += _sets(plan, version)
    for version in (4, 6):
        body += _redirects(plan, version)
    for version in (4, 6):
        body += _guards(plan, version)
    body += _hooks()
    return "\n".join([REMOVE.rstrip(), f"table inet {TABLE} {{", *_indent(body), "}", *carried, ""])


def caught_set(kind: str, mode: WallMode, version: int) -> str:
    """The name of the set that holds what was caught."""
    return f"{kind}_{mode}_{version}"


def used(plan: Plan) -> list[tuple[str, WallMode]]:
    """(kind, mode) pairs that occur anywhere: only these get sets and chains."""
    return [
        (kind, mode)
        for kind in KINDS
        for mode in (WATCH, ENFORCE)
        if any(modes.of(kind) is mode for modes in plan.all_modes())
    ]


def elements_of(name: str, values: Iterable[tuple[str, int]]) -> Iterator[str]:
    """Lines that put elements (text, seconds left) into a set, in steps that a parser likes."""
    lines = [f"{value} timeout {seconds}s" for value, seconds in values if seconds > 0]
    for start in range(0, len(lines), 1000):
        yield f"add element inet {TABLE} {name} {{ {', '.join(lines[start : start + 1000])} }}"


def _sets(plan: Plan, version: int) -> list[str]:
    named: list[tuple[str, Elements]] = [("home", plan.home), ("spared", plan.spared), ("exempt", plan.exempt)]
    named += [("doh", plan.doh), ("httpdns", plan.httpdns), ("networks", plan.networks)]
    lines: list[str] = []
    for name, networks in named:
        listed = ", ".join(map(str, networks.v4 if version == 4 else networks.v6))
        inside = [f"type {_TYPE[version]}", "flags interval", *([f"elements = {{ {listed} }}"] if listed else [])]
        lines += _block(f"set {name}{version}", inside)
    for kind, mode in used(plan):
        key = f"type {_TYPE[version]} . {_TYPE[version]} . inet_proto . inet_service"
        inside = [key, f"size {CAUGHT_SIZE}", "flags dynamic, timeout", f"timeout {CAUGHT_SECONDS}s"]
        lines += _block(f"set {caught_set(kind, mode, version)}", inside)
    if plan.looks_at("raw"):
        lines += _raw_sets(version)
    return lines


def _raw_sets(version: int) -> list[str]:
    pair = f"{_TYPE[version]} . {_TYPE[version]}"
    shapes = [
        (f"answers{version}", pair, "timeout", f"{ANSWER_SECONDS}s"),
        (f"answers_mac{version}", f"ether_addr . {_TYPE[version]}", "timeout", f"{ANSWER_SECONDS}s"),
        (f"fresh{version}", pair, "dynamic, timeout", f"{FRESH_MS}ms"),
        (f"asked{version}", pair, "dynamic, timeout", f"{ASKED_SECONDS}s"),
    ]
    lines: list[str] = []
    for name, key, flags, seconds in shapes:
        inside = [f"type {key}", f"size {ANSWERS_SIZE}", f"flags {flags}", f"timeout {seconds}"]
        lines += _block(f"set {name}", inside)
    return lines


# --- port 53 and 123 ---


def _redirects(plan: Plan, version: int) -> list[str]:
    lines: list[str] = []
    for number, modes in enumerate(plan.all_modes()):
        lines += _block(f"chain turn{number}_{version}", _turn(plan, modes, version))
    return lines + _block(f"chain stray{version}", _entry(plan, version, "turn", "return"))


def _turn(plan: Plan, modes: Modes, version: int) -> list[str]:
    lines: list[str] = []
    dns_port = dict(plan.dns_ports).get(version)
    for kind, match, port in (("port53", f"{_BOTH} th dport 53", dns_port), ("ntp", "udp dport 123", 123)):
        mode = modes.of(kind)
        if mode is not OFF:
            lines += _count(kind, mode, version, match)
        if mode is ENFORCE and port is not None:
            lines.append(f"{match} {_here(plan, kind, version, port)}")
    return lines


def _here(plan: Plan, kind: str, version: int, port: int) -> str:
    """Send it to this machine: to the address that it came in by, or to the one at which alone DNS is answered."""
    at = dict(plan.dns_at).get(version) if kind == "port53" else None
    if at is None:
        return f"redirect to :{port}"
    return f"dnat {_IP[version]} to {at if version == 4 else f'[{at}]'}:{port}"


# --- what is forwarded ---


def _guards(plan: Plan, version: int) -> list[str]:
    lines: list[str] = []
    for kind, mode in used(plan):
        if kind in _forwarded(version):
            lines += _block(f"chain {caught_set(kind, mode, version)}", [*_count(kind, mode, version), *_verdict(mode)])
    for mode in (WATCH, ENFORCE):
        if ("raw", mode) in used(plan):
            lines += _block(f"chain {caught_set('raw', mode, version)}", _raw(mode, version))
    for number, modes in enumerate(plan.all_modes()):
        lines += _block(f"chain hold{number}_{version}", _hold(plan, modes, version))
    return lines + _block(f"chain guard{version}", _entry(plan, version, "hold", "accept"))


def _hold(plan: Plan, modes: Modes, version: int) -> list[str]:
    lines = [f"{_BOTH} th dport 53 {_port_53(plan, modes, version)}", "udp dport 123 accept"]
    for kind, match in _forwarded(version).items():
        mode = modes.of(kind)
        if mode is not OFF:
            lines.append(f"{match} goto {caught_set(kind, mode, version)}")
    raw = modes.of("raw")
    if raw is not OFF:
        lines += [
            f"ether saddr . {_IP[version]} daddr @answers_mac{version} accept",
            f"{_KEY[version]} @answers{version} accept",
            # A connection from before the wall shows up in the middle of it: only its beginning can be judged.
            f"tcp flags & (fin | syn | rst | ack) == syn goto {caught_set('raw', raw, version)}",
            f"meta l4proto udp goto {caught_set('raw', raw, version)}",
        ]
    return lines


def _forwarded(version: int) -> dict[str, str]:
    """Kind → what tells it, for those that are refused where they pass; the surest first, which has the connection."""
    ip = _IP[version]
    return {
        "dot": "tcp dport 853",
        "doq": "udp dport { 784, 853, 8853 }",
        "doh": f"{ip} daddr @doh{version} {_BOTH} th dport 443",
        "resolver": f"{ip} daddr @doh{version} {_BOTH}",
        "httpdns": f"{ip} daddr @httpdns{version} {_BOTH}",
        "network": f"{ip} daddr @networks{version}",
    }


def _port_53(plan: Plan, modes: Modes, version: int) -> str:
    """Counted before it was routed; what is still going elsewhere may, unless its answers cannot come from here."""
    refused = modes.of("port53") is ENFORCE and version not in dict(plan.dns_ports)
    return "goto refuse" if refused else "accept"


def _raw(mode: WallMode, version: int) -> list[str]:
    pair = _KEY[version]
    if mode is WATCH:
        return [*_count("raw", mode, version), *_verdict(mode)]
    return [
        f"{pair} @fresh{version} drop",
        *_count("raw", mode, version, f"{pair} @asked{version}"),
        f"{pair} @asked{version} goto refuse",
        f"add @asked{version} {{ {pair} }}",
        f"add @fresh{version} {{ {pair} }}",
        "drop",
    ]


# --- shapes that both share ---


def _hooks() -> list[str]:
    """The two base chains, just before others' destination NAT and filters, so that all that is ours is seen."""
    refuse = ["meta l4proto tcp reject with tcp reset", "reject"]
    redirect = [
        "type nat hook prerouting priority dstnat - 5; policy accept;",
        "fib daddr type local return",
        f"{_BOTH} th dport {{ 53, 123 }} meta nfproto vmap {{ ipv4 : goto stray4, ipv6 : goto stray6 }}",
    ]
    forward = [
        "type filter hook forward priority filter - 5; policy accept;",
        "ct state != new accept",
        # A first packet that is sent again because nobody answered it: let pass and counted before.
        "ct status confirmed accept",
        "meta nfproto vmap { ipv4 : goto guard4, ipv6 : goto guard6 }",
    ]
    chains = (("refuse", refuse), ("redirect_dns", redirect), ("forward_guard", forward))
    blocks = {name: _block(f"chain {name}", inside) for name, inside in chains}
    return blocks["redirect_dns"] + blocks["forward_guard"] + blocks["refuse"]


def _entry(plan: Plan, version: int, chain: str, leave: str) -> list[str]:
    """Only clients of the home, only to the outside; then to the profile of the client."""
    ip = _IP[version]
    lines = [f"{ip} saddr != @home{version} {leave}", f"{ip} daddr @spared{version} {leave}"]
    lines.append(f"{ip} saddr @exempt{version} {leave}")
    for key, wanted in (("ether saddr", _is_mac), (f"{ip} saddr", _is_ipv4 if version == 4 else _is_ipv6)):
        jumps = [
            f"{who} : goto {chain}{number}_{version}"
            for number, profile in enumerate(plan.profiles, 1)
            for who in profile.members
            if wanted(who)
        ]
        if jumps:
            lines.append(f"{key} vmap {{ {', '.join(jumps)} }}")
    return [*lines, f"goto {chain}0_{version}"]


def _is_mac(who: str) -> bool:
    return who.count(":") == 5 and len(who) == 17 and "::" not in who


def _is_ipv4(who: str) -> bool:
    return ":" not in who


def _is_ipv6(who: str) -> bool:
    return ":" in who and not _is_mac(who)


def _count(kind: str, mode: WallMode, version: int, match: str = "") -> list[str]:
    key = f"{_KEY[version]} . meta l4proto . th dport"
    prefix = f"{match} " if match else ""
    return [
        f"{prefix}counter name {kind}",
        f"{prefix or _BOTH + ' '}update @{caught_set(kind, mode, version)} {{ {key} counter }}",
    ]


def _verdict(mode: WallMode) -> list[str]:
    return ["accept"] if mode is WATCH else ["goto refuse"]


def _block(head: str, inside: Iterable[str]) -> list[str]:
    return [f"{head} {{", *(f"\t{line}" for line in inside), "}"]


def _indent(lines: Iterable[str]) -> Iterator[str]:
    return (f"\t{line}" for line in lines)
