# SPDX-License-Identifier: GPL-3.0-or-later
"""What the doctor looks at on the network: ports, answers, upstreams, and who asks."""

import secrets
import time
from collections.abc import Iterator
from contextlib import closing
from ipaddress import ip_address

from appliance.doctor.examined import BAD, OK, WARNING, Finding
from appliance.doctor.observation import Observation
from appliance.process import port_owner
from blocklists.index.index import Index
from blocklists.index.match import RuleTable, decide
from network.address_sets import is_mac
from resolver.answer import local_names
from resolver.explain import lookup
from resolver.transport import endpoint as upstream_endpoint
from resolver.transport.endpoint import Endpoint
from resolver.upstream import trial
from resolver.upstream.trial import Outcome
from resolver.upstream.upstream_policy import UpstreamPolicy
from store.base import db
from store.base.process_parts import State
from store.base.sentences import say, say_count, together
from store.config import devices, settings
from store.config.endpoints import show_endpoint
from store.household import policy
from store.local import forwards
from store.privacy import own_questions
from wire import message, stub, zones
from wire.message import Response
from wire.types import NOERROR, NS, NXDOMAIN, RCODE_NAMES, SOA, A

PASSED_NAME = own_questions.PASSED
PATIENCE_SECONDS = 1.5
_NOBODY = bytes(4)


def ports(seen: Observation) -> Iterator[Finding]:
    """The ports are ours, or free to take."""
    if supervisor := seen.live.supervisor:
        dns = ", ".join(supervisor.dns)
        yield Finding("ports", OK, say("Telltale runs: DNS on {dns}, pages on {web}.", dns=dns, web=supervisor.web))
        return
    wanted = [(settings.parse_endpoint(text, 53), kind) for text in seen.settings.dns for kind in ("udp", "tcp")]
    wanted.append((settings.parse_endpoint(seen.settings.web, 80), "tcp"))
    named: set[str] = set()
    for (address, port), kind in wanted:
        holder = port_owner.find(address, port, kind)
        if holder and holder.described not in named:
            named.add(holder.described)
            values = {"protocol": kind.upper(), "port": port, "holder": holder.described}
            yield Finding("ports", BAD, say("{protocol} port {port} is held by {holder}.", **values), holder.advice)


def answers(seen: Observation) -> Iterator[Finding]:
    """What DNS answers, when it does: a blocked name, and a name from the upstream."""
    if seen.health.dns is not State.OK:
        return
    yield Finding("DNS", OK, say("DNS on {server} answers.", server=show_endpoint(seen.server)))
    yield from _blocked(seen)
    response = stub.ask(PASSED_NAME, seen.server, timeout=6.0, source=own_questions.ADDRESS)
    if response is None or response.rcode != NOERROR:
        cure = say("Look at the upstreams below and at this machine's way to the internet.")
        yield Finding("DNS", BAD, say("{name} gets no answer through Telltale.", name=PASSED_NAME), cure)
    else:
        yield Finding("DNS", OK, say("{name} is answered through Telltale.", name=PASSED_NAME))


def own_name(seen: Observation) -> Iterator[Finding]:
    """Our own name is nobody else's: the public DNS knows no name, and no zone, of that kind."""
    name = seen.settings.own_name
    if zones.is_of_a_home(name) or not _is_known_outside(name, seen):
        return
    text = say("Our own name, {name}, is one of the public DNS: what it leads to there is not met here.", name=name)
    yield Finding("own name", WARNING, text, say("Take a name such as telltale or telltale.lan (own_name)."))


def upstreams(seen: Observation) -> Iterator[Finding]:
    """Each upstream answers when it is asked directly, and is not this appliance itself."""
    # A running appliance knows best whom it asks: it may have been started with options.
    for spec in seen.live.upstream_specs() or seen.settings.upstreams:
        where = upstream_endpoint.parse_endpoint(spec)
        if loop := _loop(seen, spec, where):
            yield loop
            continue
        if where.encrypted:
            yield _encrypted(spec, seen)
            continue
        begun = time.monotonic()
        response = stub.ask(PASSED_NAME, (where.host, where.port))
        if response is None:
            text = say("The upstream {spec} does not answer over UDP.", spec=spec)
            yield Finding("upstreams", WARNING, text, _other_upstreams(seen))
        elif response.rcode not in (NOERROR, NXDOMAIN):
            text = say(
                "The upstream {spec} answers a question for {name} with {rcode}.",
                spec=spec, name=PASSED_NAME, rcode=RCODE_NAMES.get(response.rcode, str(response.rcode)),
            )  # fmt: skip
            yield Finding("upstreams", WARNING, text, _other_upstreams(seen))
        else:
            took = (time.monotonic() - begun) * 1000
            text = say("The upstream {spec} answers in {milliseconds} ms.", spec=spec, milliseconds=f"{took:.0f}")
            yield Finding("upstreams", OK, text)


def _encrypted(spec: str, seen: Observation) -> Finding:
    """One that is asked over TLS, HTTPS or QUIC: tried as a worker asks it."""
    (tried,) = trial.tried([spec], bootstrap=seen.settings.upstream_bootstrap)
    if tried.outcome is Outcome.ANSWERS and tried.median_ms is not None:
        took = f"{tried.median_ms:.0f}"
        text = say("The upstream {spec} answers in {milliseconds} ms.", spec=spec, milliseconds=took)
        return Finding("upstreams", OK, text)
    text = say("The upstream {spec} cannot be used.", spec=spec)
    return Finding("upstreams", WARNING, together(text, *filter(None, [tried.fault])), _other_upstreams(seen))


def forwarded(seen: Observation) -> Iterator[Finding]:
    """The servers that domains are forwarded to answer, and do not ask this appliance in turn."""
    path = seen.state / "config.db"
    if not path.exists():
        return
    with closing(db.connect(path, read_only=True)) as con:
        rows = forwards.load(con)
    for domain, spec in [(row.domain, spec) for row in rows for spec in row.upstreams]:
        where = upstream_endpoint.parse_endpoint(spec)
        if loop := _loop(seen, spec, where, "forwards"):
            yield loop
        elif not _answers_for(domain, where, seen):
            text = say("{spec}, to which {domain} is forwarded, does not answer.", spec=spec, domain=domain)
            yield Finding("forwards", WARNING, text, say("Nobody else is asked about it: correct its server, or remove "
                                                         "the forward (`telltale forwards remove {domain}`).",
                                                         domain=domain))  # fmt: skip
        else:
            yield Finding("forwards", OK, say("{spec} answers for {domain}.", spec=spec, domain=domain))


def _answers_for(domain: str, where: Endpoint, seen: Observation) -> bool:
    return _asked(domain, SOA, where, seen) is not None


def _asked(name: str, qtype: int, where: Endpoint, seen: Observation) -> Response | None:
    """What a server says, asked over what it is asked over."""
    if not where.encrypted:
        return stub.ask(name, (where.host, where.port), qtype)
    question = message.parse_question(stub.build(name, qtype, secrets.randbits(16)))
    answered = lookup.look(question, (where.spec,), PATIENCE_SECONDS, policy=UpstreamPolicy.of(seen.settings))
    return answered[0] if answered else None


def _loop(seen: Observation, spec: str, where: Endpoint, part: str = "upstreams") -> Finding | None:
    """An upstream that leads back here: by its address, or since it knows the name that only Telltale answers."""
    cure = say(
        "Choose another upstream on the page Settings or with --upstream: the provider's servers, or a public one. If "
        "it is the router, look whom that asks: not this machine."
    )
    if forwards.leads_here(seen.settings.dns, seen.live.supervisor)(spec):
        text = say("The upstream {spec} is this appliance itself: it asks itself in a circle.", spec=spec)
        return Finding(part, BAD, text, cure)
    response = _asked(local_names.health_name(seen.settings.own_name), A, where, seen)
    if response is not None and response.rcode == NOERROR and _LOOPBACK in response.addresses:
        text = say("The upstream {spec} asks Telltale in turn, so that queries go in a circle.", spec=spec)
        return Finding(part, BAD, text, cure)
    return None


_LOOPBACK = bytes((127, 0, 0, 1))  # what a worker answers to the name by which it is asked whether it lives


def _other_upstreams(seen: Observation) -> str:
    """What to do about an upstream, naming where it was chosen."""
    specs = seen.live.upstream_specs()
    if specs and sorted(specs) != sorted(seen.settings.upstreams):
        return say("Check the internet connection, or start Telltale with others: --upstream or TELLTALE_UPSTREAMS.")
    where = settings.locked(seen.state, seen.environ).get("upstreams")
    if where == "environment":
        return say("Check the internet connection, or put others into the variable TELLTALE_UPSTREAMS.")
    if where:
        return say("Check the internet connection, or put others into {path}.", path=seen.state / where)
    return say("Check the internet connection, or choose others on the settings page.")


def clients(seen: Observation) -> Iterator[Finding]:
    """More than one device asks; a single address is a bridge or a router that forwards."""
    path = seen.state / "config.db"
    if not path.exists():
        return
    with closing(db.connect(path, read_only=True)) as con:
        addresses = list(devices.clients(con))
    others = [address for address in addresses if is_mac(address) or not ip_address(address).is_loopback]
    if not addresses:
        cure = say("Enter this machine as DNS server in the router.")
        yield Finding("clients", WARNING, say("No device has asked yet."), cure)
    elif len(others) == 1:
        cure = say(
            "If that is a container's gateway, use the host's network (deploy/compose.yaml); if it is the router, let "
            "it hand out this machine's address by DHCP instead of forwarding."
        )
        text = say("All queries come from {address}: devices cannot be told apart.", address=others[0])
        yield Finding("clients", WARNING, text, cure)
    else:
        text = say_count(len(addresses), "{count:,} address has asked.", "{count:,} addresses have asked.")
        yield Finding("clients", OK, text)


def _is_known_outside(name: str, seen: Observation) -> bool:
    """Whether an upstream has addresses under the name, or a zone of that name; asked beside ourselves."""
    for spec in seen.live.upstream_specs() or seen.settings.upstreams:
        where = upstream_endpoint.parse_endpoint(spec)
        if where.encrypted:
            continue
        answers = [stub.ask(name, (where.host, where.port), qtype) for qtype in (A, NS)]
        if any(answer is not None for answer in answers):
            return any(answer is not None and not answer.rcode and answer.counts[0] for answer in answers)
    return False


def _blocked(seen: Observation) -> Iterator[Finding]:
    name = _blocked_name(seen)
    if name is None:
        cure = say("Turn one on: `telltale lists on pack:xiaomi`.")
        yield Finding("blocking", WARNING, say("No vendor pack blocks anything now."), cure)
        return
    response = stub.ask(name, seen.server, source=own_questions.ADDRESS)
    if response is None or not _is_sinkhole(response, seen.settings.sinkhole_ipv4):
        cure = say("Restart Telltale; if it stays so, `telltale explain` shows what it should have done.")
        yield Finding("blocking", BAD, say("{name} should be blocked and is not.", name=name), cure)
    else:
        yield Finding("blocking", OK, say("{name} is blocked.", name=name))


def _blocked_name(seen: Observation) -> str | None:
    """The first that the house's policy blocks of those that the packs block at safe."""
    with closing(db.connect(seen.state / "config.db", read_only=True)) as con:
        house = policy.load(con).default
    index = Index.open(seen.state / "index" / "current.idx")
    mask, rules = index.mask(house.lists), RuleTable.build(house.rules)
    for name in own_questions.BLOCKED:
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


CHECKS = (ports, answers, own_name, upstreams, forwarded, clients)
