# SPDX-License-Identifier: GPL-3.0-or-later
"""A plan as unbound's configuration. Pure; every value in it was parsed before, so no line can be another option's."""

from __future__ import annotations

from recursor.recursor_plan import ANCHORS, RecursorPlan

_ALWAYS = (
    # One child in the foreground, without a user of its own: it is started with nothing that it could give up.
    "do-daemonize: no", 'chroot: ""', 'username: ""', 'pidfile: ""', 'directory: "/"', "use-syslog: no",
    "verbosity: 0", "log-time-ascii: no", "num-threads: 1",
    # Nobody but this machine asks it.
    "access-control: 127.0.0.0/8 allow", "access-control: 0.0.0.0/0 refuse", "access-control: ::/0 refuse",
    "hide-identity: yes", "hide-version: yes",
    # Sizes: of packets what crosses every path unfragmented, on loopback more; no buffers that need a power.
    "so-rcvbuf: 0", "so-sndbuf: 0", "edns-buffer-size: 1232", "max-udp-size: 4096",
    "outgoing-range: 512", "num-queries-per-thread: 256", "incoming-num-tcp: 32", "outgoing-num-tcp: 32",
    # Hardened.
    "harden-glue: yes", "harden-dnssec-stripped: yes", "harden-below-nxdomain: yes", "harden-short-bufsize: yes",
    "harden-large-queries: yes", "aggressive-nsec: yes", "deny-any: yes", "unwanted-reply-threshold: 10000000",
    "minimal-responses: yes", "rrset-roundrobin: yes", "val-clean-additional: yes",
    # The root is not told which of its keys it is believed by (RFC 8145): nobody is told what no answer needs.
    "trust-anchor-signaling: no",
    # Says why (RFC 8914), fetches anew what is used, and gives what it has while nobody answers (RFC 8767).
    "ede: yes", "prefetch: yes", "prefetch-key: yes", "serve-expired: yes", "serve-expired-ttl: 86400",
    "serve-expired-client-timeout: 1800", "serve-expired-reply-ttl: 30",
    # After an outage servers are asked again within seconds, not minutes.
    "infra-host-ttl: 30", "infra-keep-probing: yes", "infra-cache-max-rtt: 5000",
)  # fmt: skip


def render(plan: RecursorPlan, port: int) -> str:
    """The text of the file for an unbound that answers on this port of loopback."""
    lines = [
        "# Written by Telltale: what is changed here is written over.",
        "server:",
        f"interface: 127.0.0.1@{port}",
        *_ALWAYS,
        f"msg-cache-size: {plan.tables.messages}m",
        f"rrset-cache-size: {plan.tables.records}m",
        f"key-cache-size: {plan.tables.keys}m",
        f"neg-cache-size: {max(1, plan.tables.keys // 2)}m",
        *_validation(plan),
        *(_recursion(plan) if plan.recursive else _forwarding(plan)),
        "remote-control:",
        "control-enable: no",
    ]
    return "\n".join(lines) + "\n"


def _validation(plan: RecursorPlan) -> tuple[str, ...]:
    if not plan.validates:
        return ('module-config: "iterator"',)
    if plan.anchors is not None:
        anchor = f'trust-anchor-file: "{plan.anchors}"'
    else:
        anchor = f'auto-trust-anchor-file: "{plan.state / ANCHORS}"'
    return (
        'module-config: "validator iterator"', anchor, *(f'domain-insecure: "{domain}"' for domain in plan.insecure)
    )  # fmt: skip


def _recursion(plan: RecursorPlan) -> tuple[str, ...]:
    return (
        "qname-minimisation: yes",
        f"do-ip6: {'yes' if plan.ipv6 else 'no'}",
        *([f'root-hints: "{plan.hints}"'] if plan.hints else ()),
    )


def _forwarding(plan: RecursorPlan) -> tuple[str, ...]:
    return (
        "do-ip6: no",  # loopback's IPv4 is all that it asks
        "do-not-query-localhost: no",
        # Names of the home are the upstream's to answer, and signed by nobody.
        "unblock-lan-zones: yes", "insecure-lan-zones: yes",
        "forward-zone:", 'name: "."', f"forward-addr: 127.0.0.1@{plan.relay_port}",
    )  # fmt: skip
