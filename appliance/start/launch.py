# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale run`: everything between the command and the supervisor's loop, each step once and in this order.

    modules ─► state directory ─► config.db sound ─► settings ─► sockets ─► powers dropped ─► Opening ─► Supervisor

The modules are those that the children share, see forking. Sockets come before everything else that takes time, so
that a busy port is told at once; powers are dropped before any other process than the keepalive is started.
"""

import codecs
import logging
import os
import socket
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from itertools import chain
from pathlib import Path

from appliance.powers import keepalive_child
from appliance.process import forking, privilege, signals, sockets
from appliance.process.binder import Binder
from appliance.process.children import Spec, numbers
from appliance.process.supervisor import Supervisor
from appliance.runs import list_runs
from appliance.runs.followed_settings import FollowedSettings
from appliance.runs.list_runs import ListRuns
from appliance.start import (
    after_dns,
    attended_keepalive,
    attended_runs,
    attended_web,
    encrypted_child,
    heap_holes,
    immortal,
    own_resolver,
    ports,
    run_as,
    run_options,
    state_directory,
    unserved_dhcp,
    wanted_ports,
)
from appliance.start.after_dns import Opening
from appliance.start.encrypted_ports import PORTS, open_encrypted
from appliance.start.inventory import House
from appliance.start.keep_config import ConfigKeeper
from appliance.start.late_ports import LatePorts
from appliance.start.run_options import Options
from appliance.start.wanted_ports import TakenPorts
from blocklists.packs import services_beside
from store.base import logs, status
from store.base.private_files import close_to_others, keep_private
from store.base.process_status import SupervisorStatus
from store.base.version import version
from store.certificates import certificate_files
from store.config import settings, usable_settings
from store.config.endpoints import own_name_warning, show_endpoint
from store.config.settings import Settings

# In memory once, for all children; the web UI's own come on top of it, in its process alone.
SHARED = (
    "resolver.worker", "resolver.stand_by", "uvloop", "resolver.recorder.process", "appliance.powers.keepalive",
    "blocklists.update.list_updates",
)  # fmt: skip

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
    signals.ignore_strange()
    state = settings.state_dir(wanted.state, environ)
    state_directory.make(state)
    claimed = state_directory.claim(state)
    try:
        return _run(wanted, environ, more)
    finally:
        if claimed is not None:
            os.close(claimed)


def _run(wanted: Options, environ: MutableMapping[str, str], more: Callable[[House], list[Spec]] | None) -> int:
    forking.load(SHARED, make=(services_beside.load, lambda: codecs.lookup("ascii")))  # in which /proc is read
    password = forking.take(environ, "TELLTALE_PASSWORD")  # before what is there stays there
    immortal.make(environ)
    heap_holes.fill()
    house = open_house(wanted, environ, wall=more is None)
    opening = Opening(house, environ, password, wanted.update, more)
    first, rest = in_order(children(house, update=wanted.update), answering(house.settings.workers))
    if house.alone:
        first, rest = [spec for spec in first if spec.worker], [*(spec for spec in first if not spec.worker), *rest]
    keeper, copy = ConfigKeeper(house.state), lambda: after_dns.keep_copy(house)
    supervisor = Supervisor(first, house.run, environ, lambda: facts(house, None if house.alone else keeper), copy)
    missing = [*house.missing, *house.encrypted.missing]
    LatePorts(house, missing, house.binder, lambda: children(house, update=wanted.update)).watch(supervisor)
    encrypted_child.watch(supervisor, house, environ)
    attended_web.watch(supervisor, house)
    followed = FollowedSettings(house.state, environ)
    attended_keepalive.watch(supervisor, house, followed)
    if wanted.update:
        supervisor.attend(ListRuns(house.state, house.run, followed))
    if more is None:
        unserved_dhcp.watch(supervisor, house, followed)
    own_resolver.watch(supervisor, house, followed)
    attended_runs.watch(supervisor, house, environ, followed)
    opening.begin(supervisor, rest)
    return supervisor.main()


def in_order(specs: Sequence[Spec], answering: int) -> tuple[list[Spec], list[Spec]]:
    """The children that answer DNS with the one that drains their records, and those that can wait until they do."""
    first = [*specs[:answering], *(spec for spec in specs if spec.drains)]
    return first, [spec for spec in specs if spec not in first]


def open_house(wanted: Options, environ: MutableMapping[str, str], wall: bool = False) -> House:
    """State directory, settings, sockets, with `wall` the keepalive; then every power is given up."""
    state = settings.state_dir(wanted.state, environ).absolute()
    environ["TELLTALE_STATE"] = str(state)
    state_directory.make(state)
    had_good = usable_settings.had_good_start(state)
    entry, kept_root = run_as.chosen_or_owner(wanted.user or environ.get("TELLTALE_USER"), state, must_start=had_good)
    if entry is None:
        state_directory.own(state)
    close_to_others(state)
    used = state_directory.is_used(state)
    opened = state_directory.open_config(state)
    opened.notes += [kept_root] if kept_root else []
    values = settings.load(state, environ) if not had_good else _values(state, environ, opened.notes)
    opened.notes += filter(None, [own_name_warning(values.own_name)])
    for note in (*opened.notes, *filter(None, (opened.trouble,))):
        log.warning("%s", note)
    privilege.raise_bind_service()
    taken = _ports(values, state, environ, had_good)
    taken.dns.share_among(answering(values.workers))
    encrypted = open_encrypted(values, must_start=had_good)
    certified = certificate_files.in_force(state, values) is not None
    if entry is not None and not opened.trouble:
        privilege.hand_over(state, entry)
        privilege.hand_over(status.run_dir(state, environ), entry)
    keepalive = None
    if wall:
        user = entry.pw_name if entry else None
        keepalive = keepalive_child.begin(state, processes(values.workers), environ, user)
    late = [*taken.missing, *(each for each in encrypted.missing if certified or each.setting in encrypted.named)]
    binder = Binder.begin(environ, entry) if late else None
    privilege.drop_all(entry)
    usable_settings.remember(state, environ)
    run_dir = status.run_dir(state, environ)
    environ["TELLTALE_RUN"] = str(run_dir)
    troubles = {"state": opened.trouble} if opened.trouble else {}
    troubles |= {missing.word: str(missing.sentence) for missing in late}
    return House(
        state, run_dir, values, taken.dns, taken.web, taken.web_endpoint, opened.alone, used, troubles, opened.notes,
        [*taken.dns.warnings, *taken.warnings], keepalive=keepalive, missing=taken.missing, binder=binder,
        encrypted=encrypted, certified=certified,
    )  # fmt: skip


def _values(state: Path, environ: Mapping[str, str], notes: list[str]) -> Settings:
    """The settings, whatever was mistyped since the last good start."""
    usable = usable_settings.look(state, environ)
    notes += usable.faults
    return usable.settings


def _ports(values: Settings, state: Path, environ: Mapping[str, str], had_good: bool) -> TakenPorts:
    """What can be bound; a first start is refused what it wants and cannot have."""
    chosen = {key: ports.chosen(key, values, state, environ) for key in ("dns", "web")}
    if had_good and (any(chosen.values()) or privilege.may_bind_low()):
        return wanted_ports.take(values, settings.locked(state, environ))
    dns = ports.open_dns(values, chosen["dns"])
    web, endpoint, warnings = ports.open_web(values, chosen["web"])
    return TakenPorts(dns, web, endpoint, warnings=warnings)


def children(house: House, update: bool = True) -> list[Spec]:
    """The processes of the house, in the order of their start. Asked again, they have what the house has got since."""
    told_all = ("--state", str(house.state), "--run", str(house.run))
    count = processes(house.settings.workers)
    while len(house.records) < count:
        # Both ends stay open here as well, so that a restarted child gets the very same and nothing in between is lost.
        write_end, read_end = sockets.records_pair()
        house.records.append((write_end.detach(), read_end.detach()))
    while house.encrypted.possible and len(house.handed) < len(house.dns.more_udp) + 1:
        ours, worker_end = sockets.handed_pair()
        house.handed.append((ours.detach(), worker_end.detach()))
    if house.encrypted.possible and house.pages is None:
        ours, web_end = sockets.handed_pair()
        house.pages = ours.detach(), web_end.detach()
    if house.way is None:
        ours, web_end = sockets.handed_pair()
        house.way = ours.detach(), web_end.detach()
    pages, way = house.pages[1:] if house.pages else (), house.way[1]
    workers = [_worker(house, number, told_all) for number in range(1, count + 1)]
    web, read_ends = _filenos((house.web, *house.more_web)), tuple(read_end for _, read_end in house.records)
    specs = [
        *workers,
        Spec(
            "recorder", "resolver.recorder.process", (*told_all, "--records", numbers(read_ends)), read_ends,
            drains=True, beats=True,
        ),
        Spec(
            "webui", "webui.lean_start",
            (*told_all, "--fd", numbers(web), "--handed", numbers(pages), "--way", str(way)), (*web, *pages, way),
            beats=True, sleeps=True,
        ),
    ]
    if update:
        specs.append(Spec(
            list_runs.ROLE, "blocklists.update.list_updates", told_all, nice=10, beats=True, sleeps=True, quiet=True
        ))  # fmt: skip
    if house.keepalive is not None:
        specs.append(house.keepalive.spec)
    return specs


def _worker(house: House, number: int, told_all: tuple[str, ...]) -> Spec:
    sets = [_filenos(socks) for socks in (house.dns.udp, *house.dns.more_udp)]
    spare = tuple(chain.from_iterable(sets[: number - 1] + sets[number:]))
    answer_fds = house.keepalive.answers[number - 1 : number] if house.keepalive else ()
    answers = number <= len(sets)
    own = sets[number - 1] if answers else ()
    accepting = _filenos(house.dns.tcp) if answers else ()
    handed = [worker_end for _, worker_end in house.handed]
    fds = (*chain.from_iterable(sets), *accepting, *answer_fds, *handed, house.records[number - 1][0])
    arguments: tuple[str, ...] = (*told_all, "--number", str(number), "--records", str(fds[-1]))
    arguments += ("--handed", numbers(handed[number - 1 : number]))
    arguments += ("--handed-spare", numbers(handed[: number - 1] + handed[number:]))
    arguments += ("--udp", numbers(own), "--spare", numbers(spare), "--tcp", numbers(accepting))
    arguments += ("--answers", str(answer_fds[0])) if answer_fds else ()
    module = "resolver.worker" if answers else "resolver.stand_by"
    return Spec(f"worker-{number}", module, arguments, fds, worker=True, beats=True, stands_by=not answers)


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
    troubles = [sentence for word, sentence in house.troubles.items() if word != unserved_dhcp.WORD]
    if keeper:
        keeper.look()
        troubles += filter(None, [keeper.trouble])
    return SupervisorStatus(
        version=version(),
        state=str(house.state),
        dns=tuple(show_endpoint(endpoint) for endpoint in house.dns.here),
        web=show_endpoint(house.web_endpoint),
        read_only=house.alone or after_dns.STATE in house.troubles,
        warnings=tuple(house.warnings),
        fallbacks=tuple(troubles),
        restored=keeper.restored if keeper else "",
        wanted_dns=house.settings.dns,
        wanted_web=house.settings.web,
        wanted_encrypted={kind: getattr(house.settings, kind) for kind in PORTS},
        encrypted=house.encrypted.bound if house.serves_encrypted else {},
        workers=house.settings.workers,
        may_serve_dhcp=house.may_serve_dhcp,
        unserved_dhcp=house.troubles.get(unserved_dhcp.WORD, ""),
    )


def _filenos(socks: Sequence[socket.socket]) -> tuple[int, ...]:
    return tuple(sock.fileno() for sock in socks)
