# SPDX-License-Identifier: GPL-3.0-or-later
from pathlib import Path

import pytest

from recursor.recursor_plan import MIB, Tables, make, tables_for
from store.config import settings


@pytest.mark.parametrize(
    ("memory", "tables"),
    [(512, Tables(4, 8, 2)), (1024, Tables(8, 16, 4)), (8192, Tables(16, 32, 8)), (0, Tables(8, 16, 4))],
)
def test_caches_fit_the_machine(memory: int, tables: Tables) -> None:
    assert tables_for(memory * MIB) == tables


def test_a_plan_takes_what_holds_now() -> None:
    chosen = settings.build({
        "recursive": "on", "dnssec_insecure": ("b.example", "a.example until 2026-01-01T00:00:00Z"),
        "dnssec_anchors": "/etc/own.ds",
    })  # fmt: skip
    plan = make(chosen, Path("/s"), 5399, 0, 1_900_000_000.0, clock_sane=False, ipv6=False)
    assert plan.recursive and not plan.validates and not plan.ipv6
    assert plan.insecure == ("b.example",) and plan.anchors == Path("/etc/own.ds")
    before = make(chosen, Path("/s"), 5399, 0, 1_700_000_000.0, clock_sane=True, ipv6=True)
    assert before.insecure == ("a.example", "b.example")
