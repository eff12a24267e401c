# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings: what they are called, what they may be, and which of four places wins.

    environment  >  STATE/telltale.toml  >  table `setting` (the settings page)  >  the default here

Every setting `x_y` has the variable TELLTALE_X_Y; several values are separated by commas.
"""

import contextlib
import json
import logging
import os
import re
import sqlite3
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any

from store.base.db import connect
from store.config.endpoints import (
    check_endpoint,
    check_host_name,
    check_ipv4,
    check_ipv6,
    check_network,
    check_upstream,
    parse_endpoint,
)
from wire.response import BlockMode

__all__ = ["SettingError", "Settings", "from_text", "load", "locked", "parse_endpoint", "state_dir", "validate"]

_log = logging.getLogger(__name__)


class SettingError(ValueError):
    """A setting that cannot be; the text is a sentence that says what can."""


def _one_of(*choices: str) -> Callable[[str], str]:
    """A check that gives the choice itself, as the enum's member where it is one of an enum."""

    def check(text: str) -> str:
        if text not in choices:
            raise ValueError(f"'{text}' is none of {', '.join(choices)}.")
        return choices[choices.index(text)]

    return check


def _list_id(text: str) -> str:
    word = text.strip()
    if not re.fullmatch(r"[a-z0-9:_-]{1,100}", word):
        raise ValueError(f"'{word[:40]}' is no id of a blocklist; `telltale lists` shows them.")
    return word


def _vendor(text: str) -> str:
    word = " ".join(text.split())
    if not 0 < len(word) <= 40 or not word.isprintable():
        raise ValueError("The name of a vendor has 1 to 40 printable characters.")
    return word


def _set(default: Any, about: str, check: Callable[[str], str] | None = None, low: float = 0, high: float = 0) -> Any:
    return field(default=default, metadata={"about": about, "check": check, "low": low, "high": high})


# What the house may answer: the others are for single rules, lists and groups.
SINKHOLES = (BlockMode.NULL, BlockMode.NXDOMAIN, BlockMode.NODATA, BlockMode.REFUSED, BlockMode.ADDRESS)
WALL = ("off", "watch", "enforce")
MAX_VALUES = 64  # of a setting that holds several; nobody writes more by hand


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings, valid. Each field's metadata holds `about` (one line), and `low` and `high` for a number."""

    dns: tuple[str, ...] = _set(
        ("0.0.0.0:53", "[::]:53"), "Addresses and ports that answer DNS; read at the start only.", check_endpoint
    )
    web: str = _set("0.0.0.0:80", "Address and port of the web pages; read at the start only.", check_endpoint)
    upstreams: tuple[str, ...] = _set(
        ("9.9.9.9", "149.112.112.112"), "DNS servers that answer what is not blocked.", check_upstream
    )
    workers: int = _set(
        1, "Processes that answer DNS, each with a cache of its own; those beyond the number of cores stand by for "
        "when another fails, and so does a second beside a lone one. Read at the start only.", low=1, high=64)
    sinkhole: BlockMode = _set(
        BlockMode.NULL,
        f"The response to a blocked query: {', '.join(SINKHOLES)}. null stands for 0.0.0.0 and ::, address for "
        "`sinkhole_ipv4` and `sinkhole_ipv6`.",
        _one_of(*SINKHOLES),
    )
    sinkhole_ipv4: str = _set("", "The IPv4 address for the sinkhole 'address'; empty: no answer for A.", check_ipv4)
    sinkhole_ipv6: str = _set("", "The IPv6 address for the sinkhole 'address'; empty: no answer for AAAA.", check_ipv6)
    rebind_protection: str = _set(
        "on",
        "Whether public names may not lead into the home: on hides their private addresses, off lets them through.",
        _one_of("on", "off"),
    )
    sinkhole_ttl: int = _set(10, "Seconds for which a device may keep a blocked response.", low=0, high=86_400)
    allowed_networks: tuple[str, ...] = _set(
        (), "Networks that are answered besides private and loopback addresses.", check_network
    )
    own_name: str = _set("telltale", "The name under which the home reaches this appliance.", check_host_name)
    log_keep_days: int = _set(90, "Days for which the query log is kept.", low=1, high=3650)
    log_max_mb: int = _set(
        2048, "Megabytes (MiB) that the query log may fill; the oldest queries go first.", low=16, high=1_048_576
    )
    log_commit_seconds: float = _set(
        120.0,
        "Seconds for which queries wait to be written while nobody looks at the log; more wears a memory card less.",
        low=0.1,
        high=600,
    )
    update_hours: int = _set(24, "Hours between two looks for newer blocklists.", low=1, high=720)
    cache_max_entries: int = _set(50_000, "Responses that each DNS process remembers.", low=0, high=5_000_000)
    cache_max_mb: int = _set(64, "Megabytes (MiB) that those may fill, in each DNS process.", low=1, high=4096)
    upstream_timeout_ms: int = _set(
        1500, "Milliseconds to wait for an upstream before the next is asked.", low=100, high=4000)  # fmt: skip
    wall: str = _set(
        "off", "The firewall against ways around DNS: off, watch (counts, blocks nothing) or enforce.", _one_of(*WALL)
    )
    wall_port53: str = _set(
        "enforce", "DNS asked elsewhere on port 53, which is sent to Telltale; never above `wall`.", _one_of(*WALL)
    )
    wall_encrypted: str = _set("enforce", "DNS over TLS and over QUIC, which are refused.", _one_of(*WALL))
    wall_doh: str = _set("enforce", "Addresses that serve nothing but DNS, which are refused.", _one_of(*WALL))
    wall_doh_lists: tuple[str, ...] = _set(
        (), "Ids of blocklists that hold addresses of DNS services; the wall treats them as its own.", _list_id
    )
    wall_httpdns: str = _set("enforce", "Vendors' resolvers over HTTP, which are refused.", _one_of(*WALL))
    wall_networks: str = _set("enforce", "Refuses `wall_refused_networks` and `wall_refused_vendors`.", _one_of(*WALL))
    wall_raw: str = _set("watch", "Connections to addresses that no DNS answer named (refused).", _one_of(*WALL))
    wall_ntp: str = _set("off", "Time asked elsewhere on port 123, which is sent to this machine.", _one_of(*WALL))
    wall_refused_networks: tuple[str, ...] = _set(
        (), "Networks outside the home to which no device may connect.", check_network
    )
    wall_refused_vendors: tuple[str, ...] = _set(
        (), "Vendors whose known addresses no device may reach, on any port; by the names in firewall/data.", _vendor
    )
    wall_exceptions: tuple[str, ...] = _set((), "Networks outside that the wall never touches.", check_network)
    wall_exempt: tuple[str, ...] = _set((), "Client addresses or networks that the wall never touches.", check_network)
    wall_answer_seconds: int = _set(
        3600, "Seconds for which an address counts as answered beyond its TTL; apps keep addresses.", low=0, high=86_400
    )


_FIELDS: dict[str, Field[Any]] = {setting.name: setting for setting in fields(Settings)}


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
    if key not in _FIELDS:
        raise SettingError(f"There is no setting '{key}'; known are {', '.join(_FIELDS)}.")
    setting, default = _FIELDS[key], _FIELDS[key].default
    try:
        if isinstance(default, tuple):
            return _several(value, setting)
        if isinstance(default, str):
            return _text(value, setting)
        return _number(value, setting)
    except ValueError as error:
        raise SettingError(f"{key}: {error}") from None


def from_text(key: str, text: str) -> Any:
    """`validate` for text from the environment or a form, where numbers are text too."""
    if key in _FIELDS and isinstance(_FIELDS[key].default, int | float):
        with contextlib.suppress(ValueError):
            return validate(key, int(text))
        with contextlib.suppress(ValueError, OverflowError):
            return validate(key, float(text))
    return validate(key, text)


def load(state: Path, environ: Mapping[str, str]) -> Settings:
    """The settings as they hold now. Raises SettingError for the environment and telltale.toml.

    A config.db that cannot be read, or holds a value of another version, is passed over with a warning: DNS goes on.
    """
    return Settings(**{**_from_table(state), **_from_file(state), **_from_environment(environ)})


def locked(state: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """The settings that the settings page cannot change → `environment` or `telltale.toml`."""
    return dict.fromkeys(_from_file(state), "telltale.toml") | dict.fromkeys(_from_environment(environ), "environment")


def variable(key: str) -> str:
    """The environment variable of a setting."""
    return f"TELLTALE_{key.upper()}"


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    found = {}
    for key in _FIELDS:
        if text := environ.get(variable(key), "").strip():
            try:
                found[key] = from_text(key, text)
            except SettingError as error:
                raise SettingError(f"The variable {variable(key)} is wrong. {error}") from None
    return found


def _from_file(state: Path) -> dict[str, Any]:
    path = state / "telltale.toml"
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise SettingError(f"{path} does not read as TOML ({error}); correct it or remove it.") from None
    found = {}
    for key, value in values.items():
        try:
            found[key] = validate(key, value)
        except SettingError as error:
            raise SettingError(f"{path} is wrong. {error}") from None
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


def _several(value: object, setting: Field[Any]) -> tuple[str, ...]:
    items = value.split(",") if isinstance(value, str) else value
    if not isinstance(items, list | tuple) or not all(isinstance(item, str) for item in items):
        raise ValueError("This takes a list of texts.")
    kept = tuple(dict.fromkeys(setting.metadata["check"](item) for item in items if item.strip()))
    if len(kept) > MAX_VALUES:
        raise ValueError(f"At most {MAX_VALUES} values.")
    if not kept and setting.default:
        raise ValueError("At least one is needed.")
    return kept


def _text(value: object, setting: Field[Any]) -> str:
    if not isinstance(value, str):
        raise ValueError("This takes a text.")
    checked: str = setting.metadata["check"](value)
    return checked


def _number(value: object, setting: Field[Any]) -> int | float:
    whole = isinstance(setting.default, int)
    if isinstance(value, bool) or not isinstance(value, int if whole else int | float):
        raise ValueError("This takes a whole number." if whole else "This takes a number.")
    low, high = setting.metadata["low"], setting.metadata["high"]
    if not low <= value <= high:
        raise ValueError(f"{value} is out of range; from {low} to {high}.")
    return value if whole else float(value)
