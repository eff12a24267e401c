# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings: what they are called, what they may be, and which of four places wins.

    environment  >  STATE/telltale.toml  >  table `setting` (the settings page)  >  the default here

Every setting `x_y` has the variable TELLTALE_X_Y; several values are separated by commas.
"""

import contextlib
import json
import logging
import os
import sqlite3
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any

from store.base.db import connect
from store.base.sentences import say, sentence_of
from store.config.choices import WallMode
from store.config.endpoints import (
    check_endpoint,
    check_host_name,
    check_ipv4,
    check_ipv6,
    check_list_id,
    check_network,
    check_upstream,
    check_vendor,
    parse_endpoint,
)
from store.config.setting_values import Setting
from store.config.wall_modes import USUAL, Modes
from store.config.wall_switches import SWITCHES
from wire.response import BlockMode

__all__ = [
    "SETTINGS", "Setting", "SettingError", "Settings", "build", "from_text", "load", "locked", "parse_endpoint",
    "state_dir", "validate", "value_of", "variable",
]  # fmt: skip

_log = logging.getLogger(__name__)


class SettingError(ValueError):
    """A setting that cannot be; the text is a sentence that says what can."""


def _set(
    default: Any,
    about: str,
    check: Callable[[str], str] = str,
    *,
    low: float = 0,
    high: float = 0,
    choices: tuple[str, ...] = (),
) -> Any:
    described = {"about": about, "check": check, "low": low, "high": high, "choices": choices}
    return field(default=default, metadata=described)


# What the house may answer: the others are for single rules, lists and groups.
SINKHOLES = (BlockMode.NULL, BlockMode.NXDOMAIN, BlockMode.NODATA, BlockMode.REFUSED, BlockMode.ADDRESS)


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings, valid. `SETTINGS` describes each by its key; the wall's switches are a setting each."""

    dns: tuple[str, ...] = _set(
        ("0.0.0.0:53", "[::]:53"), say("Addresses and ports that answer DNS; read at the start only."), check_endpoint
    )
    web: str = _set("0.0.0.0:80", say("Address and port of the web pages; read at the start only."), check_endpoint)
    upstreams: tuple[str, ...] = _set(
        ("9.9.9.9", "149.112.112.112"), say("DNS servers that answer what is not blocked."), check_upstream
    )
    workers: int = _set(
        1,
        say(
            "Processes that answer DNS, each with a cache of its own; those beyond the number of cores stand by for "
            "when another fails, and so does a second beside a lone one. Read at the start only."
        ),
        low=1,
        high=64,
    )
    sinkhole: BlockMode = _set(
        BlockMode.NULL,
        say(
            "The response to a blocked query: {choices}. null stands for 0.0.0.0 and ::, address for `sinkhole_ipv4` "
            "and `sinkhole_ipv6`.",
            choices=", ".join(SINKHOLES),
        ),
        choices=SINKHOLES,
    )
    sinkhole_ipv4: str = _set(
        "", say("The IPv4 address for the sinkhole 'address'; empty: no answer for A."), check_ipv4
    )
    sinkhole_ipv6: str = _set(
        "", say("The IPv6 address for the sinkhole 'address'; empty: no answer for AAAA."), check_ipv6
    )
    rebind_protection: str = _set(
        "on",
        say(
            "Whether public names may not lead into the home: on hides their private addresses, off lets them through."
        ),
        choices=("on", "off"),
    )
    sinkhole_ttl: int = _set(10, say("Seconds for which a device may keep a blocked response."), low=0, high=86_400)
    allowed_networks: tuple[str, ...] = _set(
        (), say("Networks that are answered besides private and loopback addresses."), check_network
    )
    own_name: str = _set("telltale", say("The name under which the home reaches this appliance."), check_host_name)
    log_keep_days: int = _set(90, say("Days for which the query log is kept."), low=1, high=3650)
    log_max_mb: int = _set(
        2048, say("Megabytes (MiB) that the query log may fill; the oldest queries go first."), low=16, high=1_048_576
    )
    log_commit_seconds: float = _set(
        120.0,
        say(
            "Seconds for which queries wait to be written while nobody looks at the log; more wears a memory card less."
        ),
        low=0.1,
        high=600,
    )
    update_hours: int = _set(24, say("Hours between two looks for newer blocklists."), low=1, high=720)
    cache_max_entries: int = _set(50_000, say("Responses that each DNS process remembers."), low=0, high=5_000_000)
    cache_max_mb: int = _set(64, say("Megabytes (MiB) that those may fill, in each DNS process."), low=1, high=4096)
    upstream_timeout_ms: int = _set(
        1500, say("Milliseconds to wait for an upstream before the next is asked."), low=100, high=4000)  # fmt: skip
    mixed_case: str = _set(
        "on",
        say(
            "Whether upstreams are asked in mixed letters, which are hard to forge (0x20); one that cannot deal with "
            "them is found out and asked in small ones."
        ),
        choices=("on", "off"),
    )
    wall: WallMode = _set(
        WallMode.OFF,
        say(
            "The firewall against ways around DNS: off, watch (counts, blocks nothing) or enforce; none of its "
            "switches goes further."
        ),
        choices=tuple(WallMode),
    )
    wall_switches: Modes = USUAL
    wall_doh_lists: tuple[str, ...] = _set(
        (),
        say("Ids of blocklists that hold addresses of DNS services; the wall treats them as its own."),
        check_list_id,
    )
    wall_refused_networks: tuple[str, ...] = _set(
        (), say("Networks outside the home to which no device may connect."), check_network
    )
    wall_refused_vendors: tuple[str, ...] = _set(
        (),
        say("Vendors whose known addresses no device may reach, on any port; by the names in firewall/data."),
        check_vendor,
    )
    wall_exceptions: tuple[str, ...] = _set((), say("Networks outside that the wall never touches."), check_network)
    wall_exempt: tuple[str, ...] = _set(
        (), say("Client addresses or networks that the wall never touches."), check_network
    )
    wall_answer_seconds: int = _set(
        3600,
        say("Seconds for which an address counts as answered beyond its TTL; apps keep addresses."),
        low=0,
        high=86_400,
    )


# Setting → the switch of the wall that it is.
_SWITCHES = {switch.setting: switch for switch in SWITCHES}


def _described(declared: Field[Any]) -> Iterator[Setting]:
    if declared.name == "wall_switches":
        modes = tuple(WallMode)
        yield from (Setting(key, switch.default, switch.about, choices=modes) for key, switch in _SWITCHES.items())
    else:
        yield Setting(declared.name, declared.default, **declared.metadata)


# Every setting, in the order of the settings page.
SETTINGS = {setting.key: setting for declared in fields(Settings) for setting in _described(declared)}


def state_dir(option: str | None, environ: Mapping[str, str]) -> Path:
    """Where the state lies: the option, TELLTALE_STATE, /var/lib/telltale for root, else the XDG state folder."""
    if chosen := option or environ.get("TELLTALE_STATE"):
        return Path(chosen).expanduser()
    if os.geteuid() == 0:
        return Path("/var/lib/telltale")
    home = Path(environ.get("HOME") or Path.home())
    return Path(environ.get("XDG_STATE_HOME") or home / ".local" / "state") / "telltale"


def validate(key: str, value: object) -> Any:
    """The value as `Settings` holds it; raises SettingError. Several values may be a list or text with commas."""
    if key not in SETTINGS:
        raise SettingError(say("There is no setting '{key}'; known are {known}.", key=key, known=", ".join(SETTINGS)))
    try:
        return SETTINGS[key].take(value)
    except ValueError as error:
        raise SettingError(say("{key}: {error}", key=key, error=sentence_of(error))) from None


def from_text(key: str, text: str) -> Any:
    """`validate` for text from the environment or a form, where numbers are text too."""
    if key in SETTINGS and isinstance(SETTINGS[key].default, int | float):
        with contextlib.suppress(ValueError):
            return validate(key, int(text))
        with contextlib.suppress(ValueError, OverflowError):
            return validate(key, float(text))
    return validate(key, text)


def load(state: Path, environ: Mapping[str, str]) -> Settings:
    """The settings as they hold now. Raises SettingError for the environment and telltale.toml.

    A config.db that cannot be read, or holds a value of another version, is passed over with a warning: DNS goes on.
    """
    return build({**_from_table(state), **_from_file(state), **_from_environment(environ)})


def value_of(settings: Settings, key: str) -> Any:
    """What the setting `key` is set to."""
    switch = _SWITCHES.get(key)
    return getattr(settings, key) if switch is None else settings.wall_switches[switch.name]


def build(values: Mapping[str, Any]) -> Settings:
    """Settings with these values, which `validate` gave, by their keys; the defaults for the others."""
    modes = {switch.name: values[key] for key, switch in _SWITCHES.items() if key in values}
    plain = {key: value for key, value in values.items() if key not in _SWITCHES}
    return Settings(**plain, wall_switches=USUAL | modes)


def locked(state: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """The settings that the settings page cannot change → `environment` or `telltale.toml`."""
    return dict.fromkeys(_from_file(state), "telltale.toml") | dict.fromkeys(_from_environment(environ), "environment")


def variable(key: str) -> str:
    """The environment variable of a setting."""
    return f"TELLTALE_{key.upper()}"


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    found = {}
    for key in SETTINGS:
        if text := environ.get(variable(key), "").strip():
            try:
                found[key] = from_text(key, text)
            except SettingError as error:
                values = {"variable": variable(key), "why": sentence_of(error)}
                raise SettingError(say("The variable {variable} is wrong. {why}", **values)) from None
    return found


def _from_file(state: Path) -> dict[str, Any]:
    path = state / "telltale.toml"
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        why = say("{path} does not read as TOML ({error}); correct it or remove it.", path=path, error=error)
        raise SettingError(why) from None
    found = {}
    for key, value in values.items():
        try:
            found[key] = validate(key, value)
        except SettingError as error:
            raise SettingError(say("{path} is wrong. {why}", path=path, why=sentence_of(error))) from None
    return found


def _from_table(state: Path) -> dict[str, Any]:
    path = state / "config.db"
    if not path.exists():
        return {}
    try:
        with contextlib.closing(connect(path, read_only=True)) as con:
            rows = con.execute("SELECT key, value FROM setting").fetchall()
    except sqlite3.Error as error:
        _log.warning("The settings in %s cannot be read (%s); the defaults hold.", path, error)
        return {}
    found = {}
    for key, value in rows:
        try:
            found[key] = validate(key, json.loads(value))
        except ValueError as error:
            _log.warning("A stored setting is passed over: %s", error)
    return found
