# SPDX-License-Identifier: GPL-3.0-or-later
"""What is installed where, what a person may choose of it, and the record by which it is taken away again. Pure."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields, replace
from pathlib import PurePosixPath

from appliance.errors import Complaint
from store.base.sentences import say
from store.config.endpoints import parse_endpoint

PROGRAM = "/usr/local/lib/telltale"
COMMAND = "/usr/local/bin/telltale"
UNIT = "/etc/systemd/system/telltale.service"
STUB = "/etc/systemd/resolved.conf.d/telltale.conf"
RESOLV_CONF = "/etc/resolv.conf"
RECORD = f"{PROGRAM}/installed.json"
SERVICE = "telltale.service"

# What a service under ProtectHome=yes does not see, and what is gone after a restart.
_UNSEEN = ("/home", "/root", "/run", "/tmp", "/var/tmp", "/dev", "/proc", "/sys")  # noqa: S108


@dataclass(frozen=True, slots=True)
class Choices:
    """`wall`, `dhcp`: whether the service is given the powers that these need."""

    user: str = "telltale"
    state: str = "/var/lib/telltale"
    dns: tuple[str, ...] = ("0.0.0.0:53", "[::]:53")
    web: str = "0.0.0.0:80"
    wall: bool = False
    dhcp: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """What an installation has done. `resolv_conf`: what lay there before, "" where it was left alone; `resolv_link`:
    that it was a link. `made_state`: the folder was not there."""

    choices: Choices
    made_user: bool = False
    made_state: bool = False
    resolv_conf: str = ""
    resolv_link: bool = False

    def to_text(self) -> str:
        return json.dumps(asdict(self), indent=2) + "\n"


def record_of(text: str) -> Record | None:
    """None for a text that is no record."""
    try:
        values = json.loads(text)
        chosen = {**values.pop("choices")}
        choices = Choices(**{**chosen, "dns": tuple(chosen["dns"])})
        known = {field.name for field in fields(Record)}
        return replace(Record(choices), **{key: value for key, value in values.items() if key in known})
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def check(choices: Choices) -> None:
    """Raises Complaint for what a service cannot be given."""
    if not 1 <= len(choices.user) <= 32 or not choices.user.replace("-", "a").replace("_", "a").isalnum():
        raise Complaint(say("'{user}' is no name for a system user: take letters, digits, - and _.", user=choices.user))
    if choices.user == "root":
        raise Complaint(say("The service does not run as root; leave --user out, and it has a user of its own."))
    path = PurePosixPath(choices.state)
    if not path.is_absolute() or ".." in path.parts or len(path.parts) < 3 or any(c.isspace() for c in choices.state):
        raise Complaint(say(
            "'{state}' is no place for the state: name a folder by its whole path, such as /var/lib/telltale.",
            state=choices.state,
        ))
    if any(path.is_relative_to(unseen) for unseen in _UNSEEN):
        raise Complaint(say(
            "A service does not see {state}: choose a folder that lasts and is nobody's home, such as "
            "/var/lib/telltale or /srv/telltale.",
            state=choices.state,
        ))
    for text in choices.dns:
        _endpoint(text, 53, "--dns")
    _endpoint(choices.web, 80, "--web")


def _endpoint(text: str, port: int, option: str) -> None:
    try:
        parse_endpoint(text, port)
    except ValueError as error:
        raise Complaint(say("{option} {text}: {reason}", option=option, text=text, reason=error)) from None
