# SPDX-License-Identifier: GPL-3.0-or-later
"""What the doctor looks at on the network: ports, answers, upstreams, and this machine's own resolver."""

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from appliance.doctor import health
from appliance.doctor.finding import BAD, OK, WARNING, Finding, Patient
from appliance.process import port_owner
from appliance.process.sockets import Endpoint, show
from blocklists.index.index import Index
from blocklists.index.match import RuleTable, decide
from resolver.answer import local_names
from resolver.upstream import endpoint as upstream_endpoint
from store.base import db
from store.config import policy, settings

RESOLV_CONF = Path("/etc/resolv.conf")
# Names that the packs block at safe; the first that the house's policy blocks is asked for.
BLOCKED_NAMES = ("data.mistat.xiaomi.com", "log-config.samsungacr.com", "vortex.data.microsoft.com", "xp.apple.com")
# Asks nothing about anybody: it is reserved for examples.
PASSED_NAME = "example.com"
_NOBODY = bytes(4)


def ports(patient: Patient) -> Iterator[Finding]:
    """The ports are ours, or free to take."""
    if patient.running:
        supervisor = patient.status["supervisor"]
        dns = ", ".join(map(str, supervisor.get("dns", ())))
        yield Finding("ports", OK, f"Telltale runs: DNS on {dns}, pages on {supervisor.get('web')}.")
        for warning in supervisor.get("warnings", ()):
            yield Finding("ports", WARNING, str(warning), "See docs/running.md, section Ports.")
        return
    yield Finding("running", BAD, "Telltale does not run.", "Start it with `telltale run`.")
    wanted = [(settings.parse_endpoint(text, 53), kind) for text in patient.settings.dns for kind in ("udp", "tcp")]
    wanted.append((settings.parse_endpoint(patient.settings.web, 80), "tcp"))
    seen: set[str] = set()
    for (address, port), kind in wanted:
        found = port_owner.find(address, port, kind)
        if found and str(found) not in seen:
            seen.add(str(found))
            cure = found.cure[:1].upper() + found.cure[1:] + "."
            yield Finding("ports", BAD, f"{kind.upper()} port {port} is held by {found}.", cure)


def answers(patient: Patient) -> Iterator[Finding]:
    """DNS answers: our own name, a blocked name, and a name from the upstream."""
    if not patient.running:
        return
    server = health.dns_endpoint(patient.state, patient.environ, patient.status["supervisor"])
    if health.ask(local_names.health_name(patient.settings.own_name), server) is None:
        cure = "Look at the log for the workers' lines; a firewall on this machine may drop DNS."
        yield Finding("DNS", BAD, f"Nothing answers on {show(server)}.", cure)
        return
    yield Finding("DNS", OK, f"DNS on {show(server)} answers.")
    yield from _blocked(patient, server)
    found = health.ask(PASSED_NAME, server, timeout=6.0)
    if found is None or found[0] != 0:
        cure = "Look at the upstreams below and at this machine's way to the internet."
        yield Finding("DNS", BAD, f"{PASSED_NAME} gets no answer through Telltale.", cure)
    else:
        yield Finding("DNS", OK, f"{PASSED_NAME} is answered through Telltale.")


def upstreams(patient: Patient) -> Iterator[Finding]:
    """Each upstream answers when it is asked directly."""
    # A running appliance knows best whom it asks: it may have been started with options.
    used = [upstream["spec"] for upstream in patient.status.get("worker-1", {}).get("upstreams", ())]
    for spec in used or patient.settings.upstreams:
        where = upstream_endpoint.parse_endpoint(spec)
        begun = time.monotonic()
        if health.ask(PASSED_NAME, (where.host, where.port)) is None:
            cure = "Check the internet connection, or choose others in the settings or with --upstream."
            yield Finding("upstreams", WARNING, f"The upstream {spec} does not answer over UDP.", cure)
        else:
            took = (time.monotonic() - begun) * 1000
            yield Finding("upstreams", OK, f"The upstream {spec} answers in {took:.0f} ms.")


def own_resolver(patient: Patient) -> Iterator[Finding]:
    """Whom this machine itself asks; systemd-resolved's stub is named where it stands in the way."""
    stub = port_owner.find("127.0.0.53", 53, "udp")
    wants_53 = any(settings.parse_endpoint(text, 53)[1] == 53 for text in patient.settings.dns)
    if stub and stub.is_stub and wants_53:
        first, second = port_owner.resolved_cure()
        cure = f"Run `{first}` and then `{second}`."
        yield Finding("this machine", WARNING, "systemd-resolved holds port 53 on this machine.", cure)
    servers = nameservers(RESOLV_CONF.read_text(errors="replace"))
    text = ", ".join(servers) if servers else "nobody"
    yield Finding("this machine", OK, f"This machine itself asks {text} (in {RESOLV_CONF}).")


def nameservers(text: str) -> list[str]:
    """The servers of a resolv.conf."""
    lines = (line.split() for line in text.splitlines())
    return [words[1] for words in lines if len(words) > 1 and words[0] == "nameserver"]


def _blocked(patient: Patient, server: Endpoint) -> Iterator[Finding]:
    name = _blocked_name(patient)
    if name is None:
        cure = "Turn one on: `telltale lists on pack:xiaomi`."
        yield Finding("blocking", WARNING, "No vendor pack blocks anything now.", cure)
        return
    found = health.ask(name, server)
    if found is None or not _is_sinkhole(*found, patient.settings.sinkhole_ipv4):
        cure = "Restart Telltale; if it stays so, `telltale explain` shows what it should have done."
        yield Finding("blocking", BAD, f"{name} should be blocked and is not.", cure)
    else:
        yield Finding("blocking", OK, f"{name} is blocked.")


def _blocked_name(patient: Patient) -> str | None:
    with closing(db.connect(patient.state / "config.db", read_only=True)) as con:
        house = policy.load(con).default
    index = Index.open(patient.state / "index" / "current.idx")
    mask, rules = index.mask(house.lists), RuleTable.build(house.rules)
    for name in BLOCKED_NAMES:
        decision = decide(name, rules, index, mask)
        if decision is not None and not decision.allow:
            return name
    return None


def _is_sinkhole(rcode: int, packet: bytes, own: str) -> bool:
    """Whether a response for an A query is one of those that block: no answer, or an address of nobody or ours."""
    answers_in_it = int.from_bytes(packet[6:8], "big")
    if rcode or not answers_in_it:
        return True
    wanted = bytes(map(int, own.split("."))) if own else _NOBODY
    return packet[-4:] in (wanted, _NOBODY)


CHECKS = (ports, answers, upstreams, own_resolver)
