# SPDX-License-Identifier: GPL-3.0-or-later
"""Explain asks our own resolver where the home has one, and says what is known of the signatures of what it gets."""

import pytest
from checked_home import CheckedHome

from resolver.explain import explanation
from resolver.explain.explain import Explainer
from store.base import status
from store.base.process_status import SupervisorStatus
from store.log.records import Verdict
from wire.types import A

pytestmark = pytest.mark.process


@pytest.mark.parametrize(("zone", "signatures", "fault", "looked"), [
    ("good", "validated", "", explanation.LOOKED),
    ("plain", "insecure", "", explanation.LOOKED),
    ("expired", "bogus", "expired", explanation.UNTRUE),
    ("nosig", "bogus", "no_signature", explanation.UNTRUE),
])  # fmt: skip
def test_what_is_known_of_signatures(
    checked_home: CheckedHome, zone: str, signatures: str, fault: str, looked: str
) -> None:  # fmt: skip
    status.publish(checked_home.run, "supervisor", SupervisorStatus(pid=1))
    explainer = Explainer.load(checked_home.state, {}, checked_home.run)
    decided = explainer.explain(f"www.{zone}.lab", A)
    assert decided.judgement.verdict is Verdict.PASS
    assert (decided.signatures, decided.fault, decided.looked) == (signatures, fault, looked)
