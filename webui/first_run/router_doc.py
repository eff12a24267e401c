# SPDX-License-Identifier: GPL-3.0-or-later
"""The part of docs/router.md that tells each router: `python -m webui.first_run.router_doc` writes it anew."""

from __future__ import annotations

from pathlib import Path

from store.base.router_guides import ROUTERS, guide

BEGIN, END = "<!-- routers: written by webui.first_run.router_doc -->", "<!-- end of routers -->"
FILE = Path(__file__).parents[2] / "docs" / "router.md"
_ROUTER, _HERE, _HERE6 = "http://192.168.1.1", "192.168.1.2", "fd12:3456:789a::2"


def section() -> str:
    """A heading for each brand, in their order by name, with its steps."""
    blocks = []
    for brand in sorted([*ROUTERS], key=str.casefold):
        made = guide(brand, _ROUTER, _HERE, _HERE6 if ROUTERS[brand].ipv6 else "")
        lines = [f"{number}. {step}" for number, step in enumerate(made.ipv4, 1)]
        lines += [f"{number}. IPv6: {step}" for number, step in enumerate(made.ipv6, len(lines) + 1)]
        blocks.append(f"### {brand}\n\n" + "\n".join(lines))
    return "\n\n".join(blocks)


def renewed(text: str) -> str:
    """The document with that part as it is now."""
    before, rest = text.split(BEGIN)
    return f"{before}{BEGIN}\n\n{section()}\n\n{END}{rest.split(END)[1]}"


if __name__ == "__main__":
    FILE.write_text(renewed(FILE.read_text(encoding="utf-8")), encoding="utf-8")
