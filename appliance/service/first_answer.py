# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the service that was just started answers: waited for, and what it said where it does not."""

from __future__ import annotations

import time

from appliance.errors import Complaint
from appliance.service.install_choices import SERVICE, Choices
from appliance.service.machine import Machine
from resolver.answer.local_names import health_name
from store.base.sentences import say
from store.config.endpoints import Endpoint, parse_endpoint
from store.config.known_settings import Settings
from wire import stub

# A slow Pi that compiles a million names first takes less.
SECONDS = 120.0
PAUSE_SECONDS = 0.5
LINES = "8"  # of its log, where it does not start


def wait(machine: Machine, choices: Choices) -> None:
    """Until DNS is answered. Raises Complaint with the service's last words when it has ended, or stays silent."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        if answers(choices):
            return
        if machine.ask(["systemctl", "is-failed", "-q", SERVICE])[0] == 0:
            break
        time.sleep(PAUSE_SECONDS)
    _, words = machine.ask(["journalctl", "-u", SERVICE, "-n", LINES, "--no-pager", "-o", "cat"])
    raise Complaint(say("The service does not answer. Its last words: {words}", words=words or "–"))


def answers(choices: Choices) -> bool:
    """Whether any of the addresses answers for the appliance itself."""
    name = health_name(Settings().own_name)
    return any(stub.ask(name, _reached(parse_endpoint(text, 53)), timeout=1.0) is not None for text in choices.dns)


def _reached(endpoint: Endpoint) -> Endpoint:
    address, port = endpoint
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address, address), port  # noqa: S104
