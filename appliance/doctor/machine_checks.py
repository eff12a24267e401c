# SPDX-License-Identifier: GPL-3.0-or-later
"""What the doctor looks at in the machine: its clock, its limits, and what its wall sees."""

import ctypes
import resource
import time
from collections.abc import Iterator
from pathlib import Path

from appliance.doctor.examined import BAD, OK, WARNING, Finding
from appliance.doctor.observation import Observation
from firewall import topology
from firewall.sight import sight
from resolver.transport import endpoint as upstream_endpoint
from store.base.sentences import say, together
from store.certificates import clock_sense
from store.config.choices import Dnssec, WallMode

# Each worker holds some hundred upstream sockets and the TCP connections of the home.
FEW_FILES = 4096
_TIMEX_BYTES = 512  # struct timex takes 208; all zero: look, and change nothing
_TIME_ERROR = 5


def clock(seen: Observation) -> Iterator[Finding]:
    """The clock can be right, and is kept so by the network where certificates and signatures depend on it."""
    installed = Path(__file__).stat().st_mtime
    moment = time.strftime("%Y-%m-%d %H:%M %Z", time.localtime(seen.now))
    cure = say("Let it be set by the network: `sudo timedatectl set-ntp true`.")
    if seen.now < installed - 86_400:
        text = say("It is not {moment}: Telltale was installed later than that.", moment=moment)
        yield Finding("clock", BAD, text, cure)
    elif not clock_sense.is_sane(seen.now):
        text = say("It is not {moment}, so that every certificate and every signature looks expired.", moment=moment)
        yield Finding("clock", BAD, text, cure)
    elif (why := _needs_time(seen)) and not _is_kept():
        yield Finding("clock", WARNING, together(say("It is {moment}.", moment=moment), why), cure)
    else:
        yield Finding("clock", OK, say("It is {moment}.", moment=moment))


def _needs_time(seen: Observation) -> str:
    """What would fail if nobody kept it; "" where nothing does."""
    if any(upstream_endpoint.parse_endpoint(spec).encrypted for spec in seen.settings.upstreams):
        return say("Nobody keeps the clock right, and once it is off, certificates of encrypted upstreams are refused.")
    if seen.settings.dnssec == Dnssec.VALIDATE:
        return say("Nobody keeps the clock right, and once it is off, every signed name is taken for forged.")
    return ""


def _is_kept() -> bool:
    """Whether somebody tells the kernel the time, as chrony, ntpd or systemd-timesyncd do (adjtimex(2)); True where
    the kernel is not asked, as without a C library."""
    try:
        return bool(ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES)) != _TIME_ERROR)
    except (OSError, AttributeError):
        return True


def limits(_: Observation) -> Iterator[Finding]:
    """A process may open enough files."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < FEW_FILES:
        cure = say("Raise it: LimitNOFILE= in the systemd unit, --ulimit nofile= for a container.")
        yield Finding("limits", WARNING, say("A process may open {hard} files only.", hard=hard), cure)


def wall(seen: Observation) -> Iterator[Finding]:
    """A wall that is on sees what passes."""
    if seen.settings.wall == WallMode.OFF or not seen.running:
        return
    view = sight(seen.settings.wall, seen.live, topology.look)
    if view.sees:
        sees = say("The wall looks at what passes through this machine.")
        yield Finding("wall", OK, together(sees, view.only) if view.only else sees)
    else:
        text = say("What goes around DNS is not visible from here. {why}", why=view.why)
        yield Finding("wall", WARNING, text, view.cure)


def user(seen: Observation) -> Iterator[Finding]:
    """It does not run as root."""
    if seen.live.supervisor is None or not (pid := seen.live.supervisor.pid):
        return
    if Path(f"/proc/{pid}").stat().st_uid != 0:
        return
    cure = say(
        "Give it a user of its own, which it then takes by itself: `sudo useradd --system telltale`, and restart it."
    )
    text = say("Telltale runs as root. It has given up root's powers, but every file of root's is open to it.")
    yield Finding("user", WARNING, text, cure)


CHECKS = (clock, limits, wall, user)
