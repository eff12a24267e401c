# SPDX-License-Identifier: GPL-3.0-or-later
"""How upstreams are asked, as the home has decided."""

from __future__ import annotations

from dataclasses import dataclass

from store.config.choices import UpstreamMode
from store.config.settings import Settings
from wire import client_options


@dataclass(frozen=True, slots=True)
class UpstreamPolicy:
    """`mixed_case`: in random letters (0x20); `bootstrap`: servers, given by their addresses, that tell those of
    servers known by name; `fallback`: whether plain ones are asked while no encrypted one answers; `cookies`: whether
    plain ones are asked with them; `subnet`: the option that says where the home is, mostly none."""

    mixed_case: bool = True
    bootstrap: tuple[str, ...] = ()
    fallback: bool = False
    cookies: bool = True
    subnet: bytes = b""

    @classmethod
    def of(cls, settings: Settings) -> UpstreamPolicy:
        fallback = settings.upstream_mode == UpstreamMode.FALLBACK
        subnet = client_options.subnet(settings.client_subnet) if settings.client_subnet else b""
        cookies = settings.upstream_cookies == "on"
        return cls(settings.mixed_case == "on", settings.upstream_bootstrap, fallback, cookies, subnet)


USUAL = UpstreamPolicy()
