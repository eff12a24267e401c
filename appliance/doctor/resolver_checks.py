# SPDX-License-Identifier: GPL-3.0-or-later
"""What the doctor looks at of who really answers: this machine's own questions, and those on their way out.

Both by a question that gives itself away. Only Telltale answers to its name for health; and where nobody can be, only
somebody on the way can answer.
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path

from appliance.doctor.examined import OK, WARNING, Finding
from appliance.doctor.observation import Observation
from appliance.process import port_owner
from network.home_networks import home_networks, is_at_home
from resolver.answer import local_names
from resolver.transport import endpoint as upstream_endpoint
from store.base.process_parts import State
from store.base.sentences import say
from store.config import settings
from store.privacy import own_questions
from wire import stub
from wire.types import NOERROR

RESOLV_CONF = Path("/etc/resolv.conf")
MOST_ASKED = 3  # of a resolv.conf: no system asks more (resolv.conf(5))
NOBODY = ("192.0.2.53", 53)  # TEST-NET-1 (RFC 5737): on the internet nobody has it
PART = "this machine"
_LOOPBACK = bytes((127, 0, 0, 1))


def own_resolver(seen: Observation) -> Iterator[Finding]:
    """Whom this machine itself asks, and whether that is Telltale; systemd-resolved's stub where it is in the way."""
    stub_resolver = port_owner.find("127.0.0.53", 53, "udp")
    wants_53 = any(settings.parse_endpoint(text, 53)[1] == 53 for text in seen.settings.dns)
    if stub_resolver and stub_resolver.is_stub and wants_53:
        first, second = port_owner.resolved_cure()
        cure = say("Run `{first}` and then `{second}`.", first=first, second=second)
        yield Finding(PART, WARNING, say("systemd-resolved holds port 53 on this machine."), cure)
    servers = nameservers(RESOLV_CONF.read_text(errors="replace"))
    asked = ", ".join(servers) or say("nobody")
    text = say("This machine itself asks {servers} (in {file}).", servers=asked, file=str(RESOLV_CONF))
    yield Finding(PART, OK, text)
    if seen.health.dns is not State.OK:
        return
    answers = [(server, _is_telltale((server, 53), seen)) for server in servers[:MOST_ASKED]]
    if answers and all(answered is None for _, answered in answers):
        silent = say("Nobody whom this machine itself asks answers, so blocklists cannot be fetched.")
        cure = say("Look whether the internet is there; if it is, have this machine ask Telltale, in {file}.",
                   file=str(RESOLV_CONF))  # fmt: skip
        yield Finding(PART, WARNING, silent, cure)
    for server, answered in answers:
        if answered is not None:
            ours = say("{server} leads to Telltale: what this machine asks is recorded, too.", server=server)
            others = say("{server} does not lead to Telltale: this machine goes around it.", server=server)
            yield Finding(PART, OK, ours if answered else others)


def on_the_way(seen: Observation) -> Iterator[Finding]:
    """Whether somebody between here and the internet answers in place of whoever is asked in the clear.

    Looked at only where a question in the clear goes out to the internet anyway.
    """
    specs = seen.live.upstream_specs() or seen.settings.upstreams
    if seen.health.dns is not State.OK or not any(map(_is_plain_and_outside, specs)):
        return
    if not _reaches_out() or _is_telltale(NOBODY, seen):  # our own wall, where it leads port 53 here
        return
    if stub.ask(own_questions.PASSED, NOBODY) is None:
        return
    text = say("Somebody on the way answers for {address}, where nobody is: what is asked on port 53 is led astray.",
               address=NOBODY[0])  # fmt: skip
    cure = say("It may be the router or the provider. An encrypted upstream gets past them: page Settings, upstreams.")
    yield Finding("on the way", WARNING, text, cure)


def nameservers(text: str) -> list[str]:
    """The servers of a resolv.conf."""
    lines = (line.split() for line in text.splitlines())
    return [words[1] for words in lines if len(words) > 1 and words[0] == "nameserver"]


def _is_telltale(where: tuple[str, int], seen: Observation) -> bool | None:
    """Whether a server is, or asks, a Telltale of our name; None where it says nothing."""
    response = stub.ask(local_names.health_name(seen.settings.own_name), where)
    return None if response is None else response.rcode == NOERROR and _LOOPBACK in response.addresses


def _is_plain_and_outside(spec: str) -> bool:
    where = upstream_endpoint.parse_endpoint(spec)
    try:
        outside = ip_address(where.host).version == 4 and not is_at_home(where.host, home_networks(()))
        return outside and not where.encrypted
    except ValueError:
        return False


def _reaches_out() -> bool:
    """Whether there is a way for packets at all."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        return sock.connect_ex(NOBODY) not in (errno.ENETUNREACH, errno.EHOSTUNREACH)


CHECKS = (own_resolver, on_the_way)
