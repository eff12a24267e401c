# SPDX-License-Identifier: GPL-3.0-or-later
"""What `telltale run` tells the person who started it: where the pages are, and what to enter in the router."""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass

from network import own_addresses
from store.base.languages import tell_here
from store.base.sentences import say
from store.config.endpoints import Endpoint, show_endpoint


@dataclass(frozen=True, slots=True)
class Welcome:
    """All that the banner needs; `code` is the set-up code while no password is set."""

    version: str
    own_name: str
    dns: Sequence[Endpoint]
    web: Endpoint
    code: str | None = None
    notes: Sequence[str] = ()
    warnings: Sequence[str] = ()


def render(welcome: Welcome, here: str) -> str:
    """The banner as text, in the language of the terminal; `here` is this machine's address in the home."""
    # The IPv6 wildcard has no one address to show; the router's lines below name what to enter.
    named = [endpoint for endpoint in welcome.dns if endpoint[0] != "::"] or welcome.dns
    servers = list(dict.fromkeys(show_endpoint((reach(address, here), port)) for address, port in named))
    lines = ["", f"  Telltale {welcome.version}", "", f"  {tell_here(_pages(welcome, here))}"]
    lines.append("  " + tell_here(say("DNS     {servers}", servers=", ".join(servers))))
    if welcome.code:
        code = say("Set-up  code {code} (asked for once, on the first page)", code=welcome.code)
        lines.append(f"  {tell_here(code)}")
    lines += ["", *map(tell_here, _router(welcome.dns, here))]
    lines += [f"  {tell_here(note)}" for note in welcome.notes]
    lines += ["  " + tell_here(say("Warning: {warning}", warning=warning)) for warning in welcome.warnings]
    return "\n".join([*lines, ""])


def reach(address: str, here: str) -> str:
    """The address to reach a socket at: itself, or this machine's when it is a wildcard."""
    return {"0.0.0.0": here, "::": "::1"}.get(address, address)  # noqa: S104


def url(web: Endpoint, here: str) -> str:
    """The address of the pages as a browser takes it."""
    address, port = reach(web[0], here), web[1]
    host = f"[{address}]" if ":" in address else address
    return f"http://{host}/" if port == 80 else f"http://{host}:{port}/"


def here() -> str:
    """This machine's address towards the rest of the world; the loopback address when it has none."""
    return str(own_addresses.way_out() or "127.0.0.1")


def _pages(welcome: Welcome, here: str) -> str:
    address = url(welcome.web, here)
    if welcome.web[0] != "0.0.0.0" or all(port != 53 for _, port in welcome.dns):  # noqa: S104
        return say("Pages   {address}", address=address)
    name = url((welcome.own_name, welcome.web[1]), here)
    return say("Pages   {address}   (or {name} from whatever uses this DNS)", address=address, name=name)


def _router(dns: Sequence[Endpoint], here: str) -> list[str]:
    if not dns:
        return []
    address, port = next((e for e in dns if ":" not in e[0]), dns[0])
    address = reach(address, here)
    if ipaddress.ip_address(address).is_loopback:
        return []
    if port != 53:
        test = f"dig -p {port} @{address} …"
        return [say("  A router only takes port 53: free it and start again. Until then: {test}", test=test), ""]
    return [
        say("  In your router, under DHCP (or LAN) settings:"),
        say("      DNS server 1:  {address}", address=address),
        say("      DNS server 2:  leave it empty, or devices go around Telltale"),
        "",
    ]
