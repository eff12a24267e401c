# SPDX-License-Identifier: GPL-3.0-or-later
"""Making this machine the home's gateway: forwarding and masquerading, with a check and a way back by itself.

    plan (pure) ─► apply: online before? ─► remember what was ─► change ─► online still? ─► else back at once

What was is kept in STATE/gateway.json, so that `remove` finds it. The table is `inet telltale_gateway`.
"""

import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from firewall import kernel
from firewall.firewall_wanted import GATEWAY_FILE
from firewall.kernel import WallError
from network.routes import home_links
from store.base import file_faults
from store.base.sentences import say
from wire.addresses import HOME_DEVICES, SPARED

TABLE = "telltale_gateway"
REMOVE = f"table inet {TABLE}\ndelete table inet {TABLE}\n"
MAX_FILE = 256 * 1024
SYSTEM = Path("/proc/sys")
BOOT = Path("/etc/sysctl.d/90-telltale-gateway.conf")  # read when the machine starts
TRIES, TRY_SECONDS = 5, 1.0


class GatewayError(Exception):
    """The machine was not made a gateway; the text is a sentence that names the cure. Everything is as it was."""


@dataclass(frozen=True, slots=True)
class GatewayPlan:
    """What to change: switches of the kernel (path under /proc/sys, value), a table; and what a person must know."""

    uplink: str
    router: str
    one_armed: bool
    switches: tuple[tuple[str, str], ...]
    table: str
    sentences: tuple[str, ...]


def plan(routes: Iterable[Mapping[str, Any]], routes6: Iterable[Mapping[str, Any]]) -> GatewayPlan:
    """The plan for this machine, by the routes of `ip -j`. Raises GatewayError when there is no way out."""
    known = list(routes)
    default = next((route for route in known if route.get("dst") == "default" and route.get("dev")), None)
    if default is None:
        raise GatewayError(say(
            "This machine has no default route over IPv4, so it cannot lead others; connect it first."
        ))
    uplink, router = str(default["dev"]), str(default.get("gateway", ""))
    one_armed = not home_links(known) - {uplink}
    switches = [("net/ipv4/ip_forward", "1"), ("net/ipv4/conf/all/send_redirects", "0")]
    switches.append((f"net/ipv4/conf/{uplink}/send_redirects", "0"))
    default6 = next((route for route in routes6 if route.get("dst") == "default" and route.get("dev")), None)
    if default6 is not None:
        # A machine that forwards stops to listen to its router's advertisements, and would lose its own IPv6.
        switches += [(f"net/ipv6/conf/{default6['dev']}/accept_ra", "2"), ("net/ipv6/conf/all/forwarding", "1")]
    return GatewayPlan(uplink, router, one_armed, tuple(switches), _table(uplink), _sentences(one_armed, default6))


def apply(made: GatewayPlan, state: Path, online: Callable[[], bool], system: Path = SYSTEM, boot: Path = BOOT) -> None:
    """Carry the plan out; go back by itself when the home is not online afterwards. Raises GatewayError, WallError."""
    if not _eventually(online):
        raise GatewayError(say("This machine is not online now (no upstream answers), so a check would say nothing."))
    before = {path: _read(system / path) for path, _ in made.switches}
    kept = _kept(state) or before
    _keep(state, {"before": kept, "table": made.table})
    try:
        for path, value in made.switches:
            _write(system / path, value)
        kernel.apply(made.table)
        if not _eventually(online):
            raise GatewayError(say("The home was not online with it, so everything was taken back at once."))
        if boot.parent.is_dir():
            _write(boot, "".join(f"{path.replace('/', '.')} = {value}\n" for path, value in made.switches))
    except BaseException:
        remove(state, system, boot)
        raise


def remove(state: Path, system: Path = SYSTEM, boot: Path = BOOT) -> bool:
    """Take the table away and put every switch back; whether there was anything. Raises WallError."""
    before = _kept(state)
    there = kernel.standing(TABLE)
    if there:
        kernel.carry_out(REMOVE)
    for path, value in reversed(list((before or {}).items())):
        _write(system / path, value)
    boot.unlink(missing_ok=True)
    (state / GATEWAY_FILE).unlink(missing_ok=True)
    return there or before is not None


def restore(state: Path) -> bool:
    """After a restart of the machine: put the table up again if this is a gateway; whether it was done."""
    contents = _load(state)
    table = contents.get("table")
    if not isinstance(table, str) or kernel.standing(TABLE):
        return False
    kernel.apply(table)
    return True


def _table(uplink: str) -> str:
    home, never = (
        ", ".join(str(network) for network in networks if network.version == 4) for networks in (HOME_DEVICES, SPARED)
    )
    return (
        f"{REMOVE}table inet {TABLE} {{\n"
        "\tchain lead_out {\n"
        "\t\ttype nat hook postrouting priority srcnat; policy accept;\n"
        f'\t\toifname "{uplink}" ip saddr {{ {home} }} ip daddr != {{ {never} }} masquerade\n'
        "\t}\n}\n"
    )


def _sentences(one_armed: bool, default6: Mapping[str, Any] | None) -> tuple[str, ...]:
    sentences: list[str] = [
        say("Give devices this machine as their router (DHCP option 3, or by hand on a few), and as their DNS server.")
    ]
    if one_armed:
        sentences.append(say("It has one network connection: a device that takes the router itself goes past it."))
    if default6 is not None:
        sentences.append(say(
            "IPv6 devices follow the router that advertises itself: turn its advertisements off, or the router's own "
            "firewall must hold IPv6 (see `telltale gateway recipe`)."
        ))
    return tuple(sentences)


def _eventually(online: Callable[[], bool]) -> bool:
    for turn in range(TRIES):
        if turn:
            time.sleep(TRY_SECONDS)
        if online():
            return True
    return False


def _kept(state: Path) -> dict[str, str] | None:
    before = _load(state).get("before")
    return {str(path): str(value) for path, value in before.items()} if isinstance(before, dict) else None


def _load(state: Path) -> dict[str, Any]:
    try:
        contents = json.loads(file_faults.read(state / GATEWAY_FILE, MAX_FILE))
    except (OSError, ValueError):
        return {}
    return contents if isinstance(contents, dict) else {}


def _keep(state: Path, values: Mapping[str, Any]) -> None:
    try:
        draft = state / f"{GATEWAY_FILE}.new"
        draft.write_text(json.dumps(values), "utf-8")
        draft.replace(state / GATEWAY_FILE)
    except OSError as error:
        raise GatewayError(say(
            "{state} cannot be written ({error}), so there would be no way back.", state=state, error=error.strerror
        )) from None


def _read(path: Path) -> str:
    try:
        return path.read_text("ascii").strip()
    except OSError as error:
        raise WallError(say("{path} cannot be read ({error}).", path=path, error=error.strerror)) from None


def _write(path: Path, value: str) -> None:
    try:
        path.write_text(value, "ascii")
    except OSError as error:
        raise WallError(say(
            "{path} cannot be written ({error}); start as root.", path=path, error=error.strerror
        )) from None
