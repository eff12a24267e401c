# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale run`: everything between the command and the supervisor's loop, each step once and in this order.

    state directory ─► config.db sound ─► settings ─► sockets ─► powers dropped ─► prepare ─► banner ─► Supervisor

Sockets come before everything that takes time, so that a busy port is told at once; powers are dropped before any
other process is started.
"""

import json
import logging
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, MutableMapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from itertools import chain
from pathlib import Path

from appliance import banner, guarding, options, ports, privilege, sockets
from appliance.banner import Welcome
from appliance.children import Spec
from appliance.complaint import Complaint
from appliance.guarding import Guarding
from appliance.options import Options
from appliance.sockets import DnsSockets, Endpoint
from appliance.supervisor import Supervisor
from store import db, logs, settings, status
from store.db import ReadOnlyState
from store.settings import Settings

# Past this the children would be waiting for an answer that never comes; a slow Pi compiles all lists in far less.
PREPARE_SECONDS = 900

log = logging.getLogger("telltale.supervisor")


@dataclass(slots=True)
class House:
    """What was found and bound before the children start. `read_only`: DNS alone, from what the directory holds."""

    state: Path
    run: Path
    settings: Settings
    dns: DnsSockets
    web: socket.socket
    web_endpoint: Endpoint
    read_only: bool = False
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    code: str | None = None
    guarding: Guarding | None = None

    @property
    def can_answer(self) -> bool:
        """Whether there is an index from an earlier start; a damaged one is passed over by the workers."""
        return (self.state / "index" / "current.idx").exists()


def main(argv: Sequence[str]) -> int:
    """Run the appliance until it is told to stop; return the exit code. Raises Complaint when it cannot start."""
    wanted = options.parse(argv)
    os.environ.update(wanted.environ)
    return run(wanted, os.environ)


def run(wanted: Options, environ: MutableMapping[str, str], more: Callable[[House], list[Spec]] | None = None) -> int:
    """As `main`; `more` may add children (the demo does)."""
    logs.setup("supervisor")
    house = open_house(wanted, environ, wall=more is None)
    daily = None if house.read_only else (lambda: db.backup(house.state / "config.db"))
    supervisor = Supervisor(children(house, update=wanted.update), house.run, environ, facts(house), daily)
    preparing = _begin_preparing(house, environ, wanted.update)

    def ready() -> bool:
        if preparing is not None and house.can_answer and preparing.poll() is None:
            return False
        _finish_preparing(house, preparing)
        supervisor.add(more(house) if more else [])
        _welcome(house)
        return True

    # DNS first: where there is an index to answer from, the rest is made ready while it answers.
    if not house.can_answer:
        ready()
    else:
        supervisor.meanwhile(ready)
    return supervisor.main()


def _welcome(house: House) -> None:
    welcome = Welcome(
        version=version("telltale"),
        own_name=house.settings.own_name,
        dns=house.dns.endpoints,
        web=house.web_endpoint,
        code=house.code,
        notes=house.notes,
        warnings=house.warnings,
    )
    print(banner.render(welcome, banner.here()), flush=True)


def open_house(wanted: Options, environ: MutableMapping[str, str], wall: bool = False) -> House:
    """State directory, settings, sockets, with `wall` the firewall's guard; then every power is given up."""
    entry = privilege.account(name) if (name := wanted.user or environ.get("TELLTALE_USER")) else None
    state = settings.state_dir(wanted.state, environ).absolute()
    environ["TELLTALE_STATE"] = str(state)
    _make(state)
    if entry is None:
        _own(state)
    notes, warnings = _open_config(state)
    for note in notes:
        log.warning("%s", note)
    values = settings.load(state, environ)
    privilege.raise_bind_service()
    dns = ports.open_dns(values, ports.chosen("dns", values, state, environ))
    dns.share_among(answering(values.workers))
    web, web_endpoint, web_warnings = ports.open_web(values, ports.chosen("web", values, state, environ))
    if entry is not None and not warnings:
        privilege.hand_over(state, entry)
    user = entry.pw_name if entry else None
    guard = guarding.begin(state, processes(values.workers), environ, user) if wall and not warnings else None
    privilege.drop_all(entry)
    run_dir = status.run_dir(state, environ)
    environ["TELLTALE_RUN"] = str(run_dir)
    read_only = bool(warnings)
    warnings += dns.warnings + web_warnings
    return House(state, run_dir, values, dns, web, web_endpoint, read_only, notes, warnings, guarding=guard)


def children(house: House, update: bool = True) -> list[Spec]:
    """The processes of the house, in the order of their start."""
    state, run_dir = str(house.state), str(house.run)
    workers, read_ends = [], []
    sets = [_filenos(socks) for socks in (house.dns.udp, *house.dns.more_udp)]
    tcp = _filenos(house.dns.tcp)
    for number in range(1, processes(house.settings.workers) + 1):
        # Both ends stay open here as well, so that a restarted child gets the very same and nothing in between is lost.
        write_end, read_end = sockets.records_pair()
        spare = tuple(chain.from_iterable(sets[: number - 1] + sets[number:]))
        told = house.guarding.answers[number - 1 : number] if house.guarding else ()
        own = tuple(chain.from_iterable(sets[number - 1 : number]))
        accepting = tcp if own else ()
        fds = (*chain.from_iterable(sets), *accepting, *told, write_end.detach())
        read_ends.append(read_end.detach())
        command = _python("resolver.worker", "--state", state, "--run", run_dir, "--number", str(number))
        command += ("--udp", _numbers(own), "--spare", _numbers(spare), "--tcp", _numbers(accepting))
        command += ("--records", str(fds[-1]), *(("--answers", str(told[0])) if told else ()))
        workers.append(Spec(f"worker-{number}", command, fds, worker=True))
    if house.read_only:
        return workers
    ends = _numbers(read_ends)
    recorder = _python("resolver.recorder", "--state", state, "--run", run_dir, "--records", ends)
    webui = _python("webui.app", "--state", state, "--run", run_dir, "--fd", str(house.web.fileno()))
    specs = [
        Spec("recorder", recorder, tuple(read_ends), drains=True),
        *workers,
        Spec("webui", webui, (house.web.fileno(),)),
    ]
    if update:
        specs.append(Spec("updater", _python("blocklists.update", "--state", state), nice=10))
    if house.guarding is not None:
        specs.append(house.guarding.spec)
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


def facts(house: House) -> dict[str, object]:
    """What stands in the supervisor's status for `health`, `doctor` and the pages."""
    return {
        "version": version("telltale"),
        "state": str(house.state),
        "dns": [sockets.show(endpoint) for endpoint in house.dns.endpoints],
        "web": sockets.show(house.web_endpoint),
        "read_only": house.read_only,
        "warnings": house.warnings,
    }


def _make(state: Path) -> None:
    try:
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Complaint(
            f"The state directory {state} cannot be made ({error.strerror}); "
            "name one that this user may write with --state DIR."
        ) from None


def _own(state: Path) -> None:
    """Root gives up its power over other people's files, so a directory of somebody else would be read-only to it."""
    owner = state.stat().st_uid
    if os.geteuid() == 0 and owner != 0:
        raise Complaint(
            f"The state directory {state} belongs to user {owner}, not to root; start as that user, "
            "or name it with --user, or give the directory to root with chown."
        )


def _open_config(state: Path) -> tuple[list[str], list[str]]:
    """(notes, warnings) of opening config.db. A warning means that nothing can be written, yet DNS can be answered."""
    try:
        with tempfile.TemporaryFile(dir=state):
            report = db.open_config(state)
            return [report.sentence] if report else [], []
    except (OSError, ReadOnlyState) as error:
        reason = str(error) if isinstance(error, ReadOnlyState) else f"{state} cannot be written ({error.strerror})."
    if (state / "config.db").exists() and (state / "index" / "current.idx").exists():
        return [], [f"{reason} DNS is answered from what is there, but nothing is logged and no page is shown."]
    raise Complaint(
        f"{reason} There is nothing in it to answer from either; "
        "make it writable for this user, or name another with --state DIR."
    )


def _begin_preparing(house: House, environ: MutableMapping[str, str], update: bool) -> subprocess.Popen[bytes] | None:
    """Start `appliance.prepare`, unless nothing can be written; it alone gets the password."""
    if house.read_only:
        log.warning("%s", house.warnings[0])
        return None
    command = _python("appliance.prepare", "--state", str(house.state), *([] if update else ["--compile"]))
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, env=dict(environ))
    environ.pop("TELLTALE_PASSWORD", None)
    return process


def _finish_preparing(house: House, process: subprocess.Popen[bytes] | None) -> None:
    """Wait for it; when it fails, DNS is still answered if there is an index to answer from."""
    if process is None:
        return
    try:
        answer = json.loads(process.communicate(timeout=PREPARE_SECONDS)[0])
    except (subprocess.SubprocessError, ValueError):
        process.kill()
        process.wait()
        if not house.can_answer:
            raise Complaint("Telltale could not be made ready; the line above says why.") from None
        house.warnings.append("Something failed at the start (see above); DNS is answered from the last good state.")
    else:
        house.code = answer["code"]
        house.notes += answer["notes"]


def _python(module: str, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", module, *arguments)


def _filenos(socks: Sequence[socket.socket]) -> tuple[int, ...]:
    return tuple(sock.fileno() for sock in socks)


def _numbers(descriptors: Sequence[int]) -> str:
    return ",".join(map(str, descriptors))
