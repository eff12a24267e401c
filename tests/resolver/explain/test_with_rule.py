# SPDX-License-Identifier: GPL-3.0-or-later
"""A snapshot with one rule more: it holds for whom it would hold, and nothing of today's is touched."""

from pathlib import Path

import pytest

from resolver.answer import snapshot
from resolver.explain.explain import Explainer
from resolver.explain.with_rule import with_rule
from store.base.db import open_config
from store.config import edit
from store.config.rule_input import check_rule
from store.config.scopes import HOUSE, group
from store.household import groups
from store.log.records import Verdict
from wire.types import A

pytestmark = pytest.mark.database


def test_the_rule_holds_beside_the_others(tmp_path: Path) -> None:
    open_config(tmp_path)
    e = edit.engine(tmp_path)
    number = edit.add_rule(e, "block", "ads.example")
    base = snapshot.build(tmp_path, {})
    allow = check_rule("allow", "good.ads.example", subdomains=True)

    def verdict(of: snapshot.Snapshot, name: str) -> Verdict:
        return Explainer(of, tmp_path).explain(name, A).judgement.verdict

    then = with_rule(base, tmp_path, allow, HOUSE)
    assert [verdict(then, name) for name in ("x.good.ads.example", "ads.example")] == [Verdict.ALLOW, Verdict.BLOCK]
    assert verdict(base, "good.ads.example") is Verdict.BLOCK
    assert verdict(with_rule(base, tmp_path, allow, HOUSE, without=number), "ads.example") is Verdict.PASS
    for_some = with_rule(base, tmp_path, allow, group(groups.add_group(e, "Some")))
    assert verdict(for_some, "good.ads.example") is Verdict.BLOCK, "who asks is in no group"
