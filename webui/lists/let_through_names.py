# SPDX-License-Identifier: GPL-3.0-or-later
"""What lists broke, as far as people said so: names that a list would block and that the home lets through."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from blocklists.index.index import Index
from store.config import edit
from store.config.choices import RuleForm, RuleKind
from store.config.engine import Engine
from store.household import exceptions
from webui.lists.index_now import blocking

MAX_NAMES = 500  # that are looked up for a page; each takes some 50 µs


def allowed_names(engine: Engine) -> list[str]:
    """Names that a rule or an exception lets through for somebody, each once, the newest first."""
    rules = [
        rule.name for rule in reversed(edit.rules(engine))
        if rule.kind == RuleKind.ALLOW and rule.form == RuleForm.NAME
    ]  # fmt: skip
    excepted = [each.name for each in exceptions.exceptions(engine)]
    return list(dict.fromkeys([*excepted, *rules]))[:MAX_NAMES]


def let_through(index: Index, names: Iterable[str], on: Iterable[str]) -> Mapping[str, list[str]]:
    """Blocklist id → the names among `names` that it would block, for the lists named `on`."""
    wanted, through = frozenset(on), dict[str, list[str]]()
    for name in names:
        for blocklist in blocking(index, name, wanted):
            through.setdefault(blocklist, []).append(name)
    return through
