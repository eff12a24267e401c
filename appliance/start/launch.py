# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale run`: everything between the command and the supervisor's loop, each step once and in this order.

    modules ─► state directory ─► config.db sound ─► settings ─► sockets ─► powers dropped ─► Opening ─► Supervisor

The modules are those that the children share, see forking. Sockets come before everything else that takes time, so
that a busy port is told at once; powers are dropped before any other process than the firewall's keepalive is started.
"""

import logging
import os
import socket
from collections.abc import Callable, MutableMapping, Sequence
from itertools import chain

from appliance.process import firewall_child, forking, privilege, sockets
from appliance.process.children import Spec
from appliance.process.supervisor import Supervisor
from appliance.start import after_dns, ports, run_as, run_options, state_directory
from appliance.start.after_dns import Opening
from appliance.start.inventory import House
from appliance.start.keep_config import ConfigKeeper
from appliance.start.run_options import Options
from store.base import logs, status
from store.base.private_files import close_to_others, keep_private
from store.base.process_status import SupervisorStatus
from store.base.version import version
from store.config import settings
from store.config.endpoints import show_endpoint

# In memory once, for all children; the web UI's own come on top of it, in its process alone.
SHARED = ("resolver.worker", "uvloop", "resolver.recorder.process", "firewall.keepalive", "blocklists.update.process")

MAX_WARNINGS = 20  # each is a line of the banner

log = logging.getLogger("telltale.supervisor")


def main(argv: Sequence[str]) -> int:
    """Run the appliance until it is told to stop; return the exit code. Raises Complaint when it cannot start."""
    wanted = run_options.parse(argv)
    os.environ.update(wanted.environ)
    return run(wanted, os.environ)


def run(wanted: Options, environ: MutableMapping[str, str], more: Callable[[House], list[Spec]] | None = None) -> int:
    """As `main`; `more` may add children (the demo does)."""
    logs.setup("supervisor")
    keep_private()
    forking.load(SHARED)
    password = forking.take(environ, "TELLTALE_PASSWORD")
    house = open_house(wanted, environ, wall=more is None)
    opening = Opening(house, environ, password, wanted.update, more)
    first, rest = in_order(children(house, update=wanted.update), answering(house.settings.workers))
    if house.alone:
        first, rest = [spec for spec in first if spec.worker], [*(spec for spec in first if not spec.worker), *rest]
    keeper, copy = ConfigKeeper(house.state), lambda: after_dns.keep_copy(house)
    supervisor = Supervisor(first, house.run, environ, lambda: facts(house, None if house.alone else keeper), copy)
    opening.begin(supervisor, rest)
    return supervisor.main()


def in_order(specs: Sequence[Spec], answering: int) -> tuple[list[Spec], list[Spec]]:
    """The children that answer DNS with the one that drains their records, and those that can wait until they do."""
    first = [*specs[:answering], *(spec for spec in specs if spec.drains)]
    return first, [spec for spec in specs if spec not in first]


def open_house(wanted: Options, environ: MutableMapping[str, str], wall: bool = False) -> House:
    """State directory, settings, sockets, with `wall` the firewall's keepalive; then every power is given up."""
    state = settings.state_dir(wanted.state, environ).absolute()
    environ["TELLTALE_STATE"] = str(state)
    state_directory.make(state)
    entry, kept_root = run_as.chosen(wanted.user or environ.get("TELLTALE_USER"), state)
    if entry is None:
        state_directory.own(state)
    close_to_others(state)
    used = state_directory.is_used(state)
    opened = state_directory.open_config(state)
    opened.notes += [kept_root] if kept_root else []
    for note in (*opened.notes, *filter(None, (opened.trouble,))):
        log.warning("%s", note)
    values = settings.load(state, environ)
    privilege.raise_bind_service()
    dns = ports.open_dns(values, ports.chosen("dns", values, state, environ))
    dns.share_among(answering(values.workers))
    web, web_endpoint, web_warnings = ports.open_web(values, ports.chosen("web", values, state, environ))
    if entry is not None and not opened.trouble:
        privilege.hand_over(state, entry)
        privilege.hand_over(status.run_dir(state, environ), entry)
    user = entry.pw_name if entry else None
    firewall = None
    if wall:
        firewall = firewall_child.begin(state, processes(values.workers), environ, user)
    privilege.drop_all(entry)
    run_dir = status.run_dir(state, environ)
    environ["TELLTALE_RUN"] = str(run_dir)
    troubles = {"state": opened.trouble} if opened.trouble else {}
    return House(
        state, run_dir, values, dns, web, web_endpoint, opened.alone, used, troubles, opened.notes,
        [*dns.warnings, *web_warnings], firewall=firewall,
    )  # fmt: skip


def children(house: House, update: bool = True) -> list[Spec]:
    """The processes of the house, in the order of their start."""
    told_all = ("--state", str(house.state), "--run", str(house.run))
    workers, read_ends = [], []
    sets = [_filenos(socks) for socks in (house.dns.udp, *house.dns.more_udp)]
    tcp = _filenos(house.dns.tcp)
    for number in range(1, processes(house.settings.workers) + 1):
        # Both ends stay open here as well, so that a restarted child gets the very same and nothing in between is lost.
        write_end, read_end = sockets.records_pair()
        spare = tuple(chain.from_iterable(sets[: number - 1] + sets[number:]))
        answer_fds = house.firewall.answers[number - 1 : number] if house.firewall else ()
        own = tuple(chain.from_iterable(sets[number - 1 : number]))
        accepting = tcp if own else ()
        fds = (*chain.from_iterable(sets), *accepting, *answer_fds, write_end.detach())
        read_ends.append(read_end.detach())
        arguments: tuple[str, ...] = (*told_all, "--number", str(number), "--records", str(fds[-1]))
        arguments += ("--udp", _numbers(own), "--spare", _numbers(spare), "--tcp", _numbers(accepting))
        arguments += ("--answers", str(answer_fds[0])) if answer_fds else ()
        workers.append(Spec(f"worker-{number}", "resolver.worker", arguments, fds, worker=True, beats=True))
    web, ends = house.web.fileno(), _numbers(read_ends)
    specs = [
        *workers,
        Spec(
            "recorder", "resolver.recorder.process", (*told_all, "--records", ends), tuple(read_ends),
            drains=True, beats=True,
        ),
        Spec("webui", "webui.app", (*told_all, "--fd", str(web)), (web,), beats=True),
    ]
    if update:
        specs.append(Spec("updater", "blocklists.update.process", ("--state", str(house.state)), nice=10, beats=True))
    if house.firewall is not None:
        specs.append(house.firewall.spec)
    return specs


def answering(workers: int) -> int:
    """How many workers have sockets of their own: no more than there are cores, where they would only be in each
    other's way; the others stand by."""
    return min(workers, len(os.sched_getaffinity(0)))


def processes(workers: int) -> int:
    """How many workers are started: a lone one has a second standing by, which has no sockets of its own.

    It looks at the first one's now and then and finds nothing, as long as that one lives. So there is one cache, with
    TTLs that count down in one place, and still no query waits for a dead worker.
    """
    return max(workers, 2)


def facts(house: House, keeper: ConfigKeeper | None = None) -> SupervisorStatus:
    """What stands in the supervisor's status now for `health`, `doctor` and the pages; `keeper` looks first."""
    happened = keeper.look() if keeper else ""
    if happened and happened not in house.warnings:
        house.warnings = [*house.warnings, happened][-MAX_WARNINGS:]
    return SupervisorStatus(
        version=version(),
        state=str(house.state),
        dns=tuple(show_endpoint(endpoint) for endpoint in house.dns.endpoints),
        web=show_endpoint(house.web_endpoint),
        read_only=house.alone,
        warnings=tuple(house.warnings),
        fallbacks=tuple(house.troubles.values()),
    )


def _filenos(socks: Sequence[socket.socket]) -> tuple[int, ...]:
    return tuple(sock.fileno() for sock in socks)


def _numbers(descriptors: Sequence[int]) -> str:
    return ",".join(map(str, descriptors))
