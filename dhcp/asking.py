# SPDX-License-Identifier: GPL-3.0-or-later
"""How the command line and the web UI, which have no powers, have the keeper look for another DHCP server.

    RUN/asked/dhcp  {"id": …, "interface": …}  ─► the keeper looks ─► its status says for which id, and whom it met

Where DHCP is off there is no keeper; the keepalive starts one for the question.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from dhcp.dhcp_wanted import QUESTION, question_folder
from dhcp.lease_plan import DhcpError
from network import own_addresses
from network.dhcp_probe import SECONDS, Probe
from store.base import file_faults, status
from store.base.private_files import write_private
from store.base.sentences import say, sentence_of
from store.config.endpoints import check_interface

MAX_FILE = 4096
# It may be in the middle of a look of its own, or must be started first, on a small and busy machine.
WAIT_SECONDS = SECONDS * 2 + 12.0
_POLL_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Asked:
    """A look that somebody wants."""

    id: str
    interface: str


def look(run: Path, interface: str, wait: float = WAIT_SECONDS) -> tuple[str, ...]:
    """The DHCP servers that answer on the interface, less this machine. Raises DhcpError when it cannot be found out.

    Where none can be started that has the powers, this process looks itself, as far as it may.
    """
    try:
        check_interface(interface)
    except ValueError as error:
        raise DhcpError(sentence_of(error)) from None
    supervisor = status.read_live(run).supervisor
    if supervisor is None or not supervisor.may_serve_dhcp:
        return _by_ourselves(interface)
    asked = Asked(secrets.token_hex(8), interface)
    question_folder(run)
    try:
        write_private(run / QUESTION, json.dumps({"id": asked.id, "interface": asked.interface}))
    except OSError as error:
        raise DhcpError(say("Nobody can be asked to look ({error}).", error=error.strerror)) from None
    try:
        return _answer(run, asked, time.monotonic() + wait)
    finally:
        forget(run, asked)


def sentence(interface: str, others: Sequence[str]) -> str:
    """What a look gave."""
    if others:
        return say("On {interface} answer DHCP servers: {others}.", interface=interface, others=", ".join(others))
    return say("On {interface} no other DHCP server answers.", interface=interface)


def read(run: Path) -> Asked | None:
    """What was asked last, for the keeper; None for nothing, and for what does not read."""
    try:
        asked = json.loads(file_faults.read(run / QUESTION, MAX_FILE))
        return Asked(str(asked["id"])[:64], check_interface(str(asked["interface"])))
    except (OSError, ValueError, TypeError, KeyError):
        return None


def forget(run: Path, asked: Asked | None) -> None:
    """Take the question away, unless there is another in its place by now; None: one that does not read."""
    if read(run) == asked:
        with suppress(OSError):
            (run / QUESTION).unlink()


def _answer(run: Path, asked: Asked, until: float) -> tuple[str, ...]:
    while time.monotonic() < until:
        answer = status.read(run).dhcp
        if answer is not None and answer.asked == asked.id:
            if answer.asked_error:
                raise DhcpError(answer.asked_error)
            return answer.asked_others
        time.sleep(_POLL_SECONDS)
    raise DhcpError(say("Whether there is another DHCP server could not be found out: nobody answered in time."))


def _by_ourselves(interface: str) -> tuple[str, ...]:
    try:
        with Probe(interface) as probe:
            while not probe.over():
                time.sleep(_POLL_SECONDS)
            return tuple(sorted(probe.servers - own_addresses.addresses(own_addresses.links())))
    except PermissionError:
        raise DhcpError(say(
            "Whether there is another DHCP server can be found out by a running Telltale that has the capabilities "
            "for DHCP (docs/dhcp.md), or by root."
        )) from None
    except OSError as error:
        raise DhcpError(say("{interface} cannot be looked at ({error}).", interface=interface,
                            error=error.strerror)) from None  # fmt: skip
