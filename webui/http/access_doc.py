# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/access.md, and needs.tsv for the pages, from what every route declares: `python -m webui.http.access_doc`."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from pathlib import Path

from store.config.choices import Role, TokenScope
from webui.http import permissions
from webui.http.permissions import Need
from webui.http.route_needs import NEEDS, Call, calls, written

_HEAD = """# Who may do what

<!-- Made by `python -m webui.http.access_doc`, from what every route declares. -->

People have a role: an **admin** may do all, a **viewer** sees every page and changes nothing, and whoever has the role
**own** sees their own devices alone, as the page `/my` shows them, from anywhere in the home. Programs have a token
with a scope. The same roles hold for pages and for the API; what is refused is refused by the appliance, with a
sentence that says why (status 403), whatever a page shows. A test calls every route as everybody and compares.

| need | nobody | own | viewer | admin | token read | token pause | token admin |
|---|---|---|---|---|---|---|---|
"""
_WORDS = {
    Need.EVERYBODY: "the door itself, and health",
    Need.AT_OWN_DEVICE: "own device: told by its address, or by who is logged in",
    Need.KNOWN: "whoever is logged in, and every token",
    Need.ONESELF: "about oneself",
    Need.SEE: "to see",
    Need.PAUSE: "to pause and resume",
    Need.ADMIN: "to change, and what holds secrets",
}


def render(every: Iterable[Call]) -> str:
    """The whole page."""
    lines = [f"| {need}: {_WORDS[need]} | {' | '.join(_marks(need))} |" for need in Need]
    by_path: dict[str, list[str]] = {}
    for call in every:
        by_path.setdefault(call.path, []).append(f"{call.method} {call.need}")
    rows = [f"| `{path}` | {', '.join(needs)} |" for path, needs in sorted(by_path.items())]
    return _HEAD + "\n".join(lines) + "\n\n| call | needs |\n|---|---|\n" + "\n".join(rows) + "\n"


def _marks(need: Need) -> list[str]:
    people = [permissions.may(need, "session", role) for role in (Role.OWN, Role.VIEWER, Role.ADMIN)]
    tokens = [permissions.may(need, "token", scope) for scope in (TokenScope.READ, TokenScope.PAUSE, TokenScope.ADMIN)]
    return ["yes" if allowed else "no" for allowed in (permissions.may(need, None, ""), *people, *tokens)]


if __name__ == "__main__":
    app = importlib.import_module("webui.app").create(Path(), Path(), {})
    (Path(__file__).parents[2] / "docs/access.md").write_text(render(calls(app)))
    NEEDS.write_text(written(calls(app)))
