# SPDX-License-Identifier: GPL-3.0-or-later
"""How upstreams are asked, as the home has decided."""

from __future__ import annotations

from dataclasses import dataclass

from store.config.choices import UpstreamMode
from store.config.settings import Settings


@dataclass(frozen=True, slots=True)
class UpstreamPolicy:
    """`mixed_case`: in random letters (0x20); `bootstrap`: servers, given by their addresses, that tell those
    of servers known by name; `fallback`: whether plain ones are asked while no encrypted one answers."""

    mixed_case: bool = True
    bootstrap: tuple[str, ...] = ()
    fallback: bool = False

    @classmethod
    def of(cls, settings: Settings) -> UpstreamPolicy:
        fallback = settings.upstream_mode == UpstreamMode.FALLBACK
        return cls(settings.mixed_case == "on", settings.upstream_bootstrap, fallback)


USUAL = UpstreamPolicy()
