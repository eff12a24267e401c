# SPDX-License-Identifier: GPL-3.0-or-later
"""What the doctor looks at in the running appliance: its children, what was dropped, who asks, clock and limits."""

import resource
import time
from collections.abc import Iterator
from contextlib import closing
from ipaddress import ip_address
from pathlib import Path

from appliance.doctor import health
from appliance.doctor.finding import BAD, OK, WARNING, Finding, Patient
from store.base import db
from store.config import devices

# Each worker holds some hundred upstream sockets and the TCP connections of the home.
FEW_FILES = 4096


def children(patient: Patient) -> Iterator[Finding]:
    """No child is restarted again and again."""
    if not patient.running:
        return
    supervisor = patient.status["supervisor"]
    problems = health.child_problems(supervisor)
    for problem in problems:
        yield Finding("children", BAD, problem, "The log names the cause; after a full disk or a bad update, restart.")
    if supervisor.get("read_only"):
        cure = "Make the state directory writable and restart."
        yield Finding("children", WARNING, "Telltale answers DNS only: its directory cannot be written.", cure)
    if not problems:
        yield Finding("children", OK, f"{len(supervisor.get('children', ()))} processes run.")


def records(patient: Patient) -> Iterator[Finding]:
    """The query log is written, and nothing was dropped."""
    if not patient.running:
        return
    if error := patient.status.get("recorder", {}).get("error"):
        yield Finding("query log", BAD, f"The query log cannot be written: {error}.", "Make room on the disk.")
    workers = [values for role, values in patient.status.items() if role.startswith("worker-")]
    dropped = sum(int(values.get("dropped") or 0) for values in workers)
    if dropped:
        cure = "It happens while the recorder is restarted or the disk is slow; if it grows, look at the disk."
        yield Finding("query log", WARNING, f"{dropped} records were dropped; the queries were answered.", cure)
    else:
        yield Finding("query log", OK, "No record was dropped.")


def clients(patient: Patient) -> Iterator[Finding]:
    """More than one device asks; a single address is a bridge or a router that forwards."""
    path = patient.state / "config.db"
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


def clock(patient: Patient) -> Iterator[Finding]:
    """The clock is not before this program was installed."""
    installed = Path(__file__).stat().st_mtime
    moment = time.strftime("%Y-%m-%d %H:%M %Z", time.localtime(patient.now))
    if patient.now < installed - 86_400:
        cure = "Let it be set by the network: `sudo timedatectl set-ntp true`."
        yield Finding("clock", BAD, f"It is not {moment}: Telltale was installed later than that.", cure)
    else:
        yield Finding("clock", OK, f"It is {moment}.")


def limits(patient: Patient) -> Iterator[Finding]:
    """A process may open enough files."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < FEW_FILES:
        cure = "Raise it: LimitNOFILE= in the systemd unit, --ulimit nofile= for a container."
        yield Finding("limits", WARNING, f"A process may open {hard} files only.", cure)


CHECKS = (children, records, clients, clock, limits)
