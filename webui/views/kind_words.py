# SPDX-License-Identifier: GPL-3.0-or-later
"""What people read for a name's kind and purpose. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from store.base.sentences import say
from store.names.purpose import Kind, Purpose

KINDS: Mapping[str, str] = {
    Kind.TRACKING.word: say("tracking"),
    Kind.USE.word: say("use"),
    Kind.UNKNOWN.word: say("unknown"),
}
PURPOSES: Mapping[str, str] = {
    Purpose.ANALYTICS.value: say("analytics"),
    Purpose.ADS.value: say("ads"),
    Purpose.CRASH.value: say("crash reports"),
    Purpose.PUSH.value: say("push"),
    Purpose.UPDATE.value: say("update"),
    Purpose.CONFIG.value: say("config"),
    Purpose.CLOUD.value: say("cloud"),
    Purpose.CONTENT.value: say("content"),
    Purpose.INFRASTRUCTURE.value: say("infrastructure"),
    Purpose.FUNCTION.value: say("function"),
    Purpose.UNKNOWN.value: say("unknown"),
}


def what_for(kind: str, purpose: str) -> str:
    """Kind and purpose in a word or two: "tracking: ads", "use: update"; "unknown" where neither is known."""
    if purpose == Purpose.UNKNOWN.value:
        return KINDS[kind]
    return say("{kind}: {purpose}", kind=KINDS[kind], purpose=PURPOSES[purpose])
