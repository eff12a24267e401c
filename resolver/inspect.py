# SPDX-License-Identifier: GPL-3.0-or-later
"""What an answer shows may be worse than what was asked: a CNAME that leads to a blocked name is blocked too.

Cloaking: a tracker hides behind a name of the site itself, which points to it. Pure.
"""

from __future__ import annotations

from blocklists.index import Index
from blocklists.match import RuleTable
from resolver.judge import Judgement, judge
from resolver.wire import Response
from store.records import Verdict


def inspect(response: Response, rules: RuleTable, index: Index, mask: int) -> Judgement | None:
    """The judgement on the first hop that is blocked, or None; a hop that is allowed ends the search."""
    for hop in response.chain:
        found = judge(hop, rules, index, mask)
        if found.verdict is Verdict.BLOCK:
            return found._replace(rule=f"{found.rule} through CNAME {hop}")
        if found.verdict is Verdict.ALLOW:
            return None
    return None
