# SPDX-License-Identifier: GPL-3.0-or-later
import pytest

from blocklists.formats.parse import parse
from blocklists.rules import reasons
from blocklists.safety import apply
from blocklists.safety.essential import LOCAL, WIDE, usual

LIST = b"""||ads.test^
||com^
||192.168.0.0/16^
||203.0.113.9^
@@||10.0.0.0/8^
||test^$denyallow=x.test
||zip^$dnstype=A
"""


def test_what_is_left_and_what_is_told() -> None:
    parsed, guarded = parse(LIST, "adblock"), dict[str, str]()
    names = [name for _, names in apply.kept(parsed, usual(), guarded) for name in names]
    complex_rules = apply.kept_complex_rules(parsed, usual(), guarded)
    networks = apply.kept_networks(parsed, usual(), guarded)
    assert names == ["ads.test"]
    assert [said.subject for said in complex_rules] == ["test"]
    assert [network.text for network in networks] == ["203.0.113.9/32", "10.0.0.0/8"]
    assert set(guarded) == {"||com^", "192.168.0.0/16", "||zip^$dnstype=A"}
    assert guarded["192.168.0.0/16"] == LOCAL
    assert parsed.skipped[reasons.GUARDED] == 3


def test_only_some_are_kept_to_be_shown_and_all_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apply, "MAX_GUARDED", 2)
    parsed, guarded = parse(b"0.0.0.0/0\n10.0.0.0/8\n10.1.0.0/16\n203.0.113.9\n", "addresses"), dict[str, str]()
    assert list(apply.kept(parsed, usual(), guarded)) == []
    assert [network.text for network in apply.kept_networks(parsed, usual(), guarded)] == ["203.0.113.9/32"]
    assert guarded == {"0.0.0.0/0": WIDE, "10.0.0.0/8": LOCAL}
    assert parsed.skipped[reasons.GUARDED] == 3
