# SPDX-License-Identifier: GPL-3.0-or-later
"""What the doctor looks at on the network: ports, answers, upstreams, this machine's own resolver, and who asks."""

import time
from collections.abc import Iterator
from contextlib import closing
from ipaddress import ip_address
from pathlib import Path

from appliance.doctor.finding import BAD, OK, WARNING, Finding
from appliance.doctor.observation import Observation
from appliance.process import port_owner
from blocklists.index.index import Index
from blocklists.index.match import RuleTable, decide
from resolver.upstream import endpoint as upstream_endpoint
from store.base import db
from store.base.process_parts import State
from store.config import devices, policy, settings
from store.config.endpoints import show_endpoint
from wire import stub
from wire.message import Response
from wire.types import NOERROR

RESOLV_CONF = Path("/etc/resolv.conf")
# Names that the packs block at safe; the first that the house's policy blocks is asked for.
BLOCKED_NAMES = ("data.mistat.xiaomi.com", "log-config.samsungacr.com", "vortex.data.microsoft.com", "xp.apple.com")
# Asks nothing about anybody: it is reserved for examples.
PASSED_NAME = "example.com"
_NOBODY = bytes(4)


def ports(seen: Observation) -> Iterator[Finding]:
    """The ports are ours, or free to take."""
    if supervisor := seen.live.supervisor:
        dns = ", ".join(supervisor.dns)
        yield Finding("ports", OK, f"Telltale runs: DNS on {dns}, pages on {supervisor.web}.")
        return
    wanted = [(settings.parse_endpoint(text, 53), kind) for text in seen.settings.dns for kind in ("udp", "tcp")]
    wanted.append((settings.parse_endpoint(seen.settings.web, 80), "tcp"))
    named: set[str] = set()
    for (address, port), kind in wanted:
        holder = port_owner.find(address, port, kind)
        if holder and str(holder) not in named:
            named.add(str(holder))
            cure = holder.cure[:1].upper() + holder.cure[1:] + "."
            yield Finding("ports", BAD, f"{kind.upper()} port {port} is held by {holder}.", cure)


def answers(seen: Observation) -> Iterator[Finding]:
    """What DNS answers, when it does: a blocked name, and a name from the upstream."""
    if seen.health.dns is not State.OK:
        return
    yield Finding("DNS", OK, f"DNS on {show_endpoint(seen.server)} answers.")
    yield from _blocked(seen)
    response = stub.ask(PASSED_NAME, seen.server, timeout=6.0)
    if response is None or response.rcode != NOERROR:
        cure = "Look at the upstreams below and at this machine's way to the internet."
        yield Finding("DNS", BAD, f"{PASSED_NAME} gets no answer through Telltale.", cure)
    else:
        yield Finding("DNS", OK, f"{PASSED_NAME} is answered through Telltale.")


def upstreams(seen: Observation) -> Iterator[Finding]:
    """Each upstream answers when it is asked directly."""
    # A running appliance knows best whom it asks: it may have been started with options.
    for spec in seen.live.upstream_specs() or seen.settings.upstreams:
        where = upstream_endpoint.parse_endpoint(spec)
        begun = time.monotonic()
        if stub.ask(PASSED_NAME, (where.host, where.port)) is None:
            cure = "Check the internet connection, or choose others in the settings or with --upstream."
            yield Finding("upstreams", WARNING, f"The upstream {spec} does not answer over UDP.", cure)
        else:
            took = (time.monotonic() - begun) * 1000
            yield Finding("upstreams", OK, f"The upstream {spec} answers in {took:.0f} ms.")


def own_resolver(seen: Observation) -> Iterator[Finding]:
    """Whom this machine itself asks; systemd-resolved's stub is named where it stands in the way."""
    stub = port_owner.find("127.0.0.53", 53, "udp")
    wants_53 = any(settings.parse_endpoint(text, 53)[1] == 53 for text in seen.settings.dns)
    if stub and stub.is_stub and wants_53:
        first, second = port_owner.resolved_cure()
        cure = f"Run `{first}` and then `{second}`."
        yield Finding("this machine", WARNING, "systemd-resolved holds port 53 on this machine.", cure)
    servers = nameservers(RESOLV_CONF.read_text(errors="replace"))
    text = ", ".join(servers) if servers else "nobody"
    yield Finding("this machine", OK, f"This machine itself asks {text} (in {RESOLV_CONF}).")


def clients(seen: Observation) -> Iterator[Finding]:
    """More than one device asks; a single address is a bridge or a router that forwards."""
    path = seen.state / "config.db"
    if not path.exists():
        return
    with closing(db.connect(path, read_only=True)) as con:
        addresses = list(devices.clients(con))
    others = [address for address in addresses if not ip_address(address).is_loopback]
    if not addresses:
        yield Finding("clients", WARNING, "No device has asked yet.", "Enter this machine as DNS server in the router.")
    elif len(others) == 1:
        cure = (
            "If that is a container's gateway, use the host's network (deploy/compose.yaml); if it is the router, let "
            "it hand out this machine's address by DHCP instead of forwarding."
        )
        yield Finding("clients", WARNING, f"All queries come from {others[0]}: devices cannot be told apart.", cure)
    else:
        yield Finding("clients", OK, f"{len(addresses)} addresses have asked.")


def nameservers(text: str) -> list[str]:
    """The servers of a resolv.conf."""
    lines = (line.split() for line in text.splitlines())
    return [words[1] for words in lines if len(words) > 1 and words[0] == "nameserver"]


def _blocked(seen: Observation) -> Iterator[Finding]:
    name = _blocked_name(seen)
    if name is None:
        cure = "Turn one on: `telltale lists on pack:xiaomi`."
        yield Finding("blocking", WARNING, "No vendor pack blocks anything now.", cure)
        return
    response = stub.ask(name, seen.server)
    if response is None or not _is_sinkhole(response, seen.settings.sinkhole_ipv4):
        cure = "Restart Telltale; if it stays so, `telltale explain` shows what it should have done."
        yield Finding("blocking", BAD, f"{name} should be blocked and is not.", cure)
    else:
        yield Finding("blocking", OK, f"{name} is blocked.")


def _blocked_name(seen: Observation) -> str | None:
    with closing(db.connect(seen.state / "config.db", read_only=True)) as con:
        house = policy.load(con).default
    index = Index.open(seen.state / "index" / "current.idx")
    mask, rules = index.mask(house.lists), RuleTable.build(house.rules)
    for name in BLOCKED_NAMES:
        decision = decide(name, rules, index, mask)
        if decision is not None and not decision.allow:
            return name
    return None


def _is_sinkhole(response: Response, own: str) -> bool:
    """Whether a response for an A query is one of those that block: no answer, or an address of nobody or ours."""
    if response.rcode or not response.counts[0]:
        return True
    blocking = {_NOBODY, ip_address(own).packed} if own else {_NOBODY}
    return not blocking.isdisjoint(response.addresses)


CHECKS = (ports, answers, upstreams, own_resolver, clients)
