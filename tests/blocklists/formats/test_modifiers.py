# SPDX-License-Identifier: GPL-3.0-or-later
import pytest

from blocklists.formats import modifiers
from blocklists.formats.modifiers import Modifiers, Unheld, read
from blocklists.rules import reasons
from blocklists.rules.complex_rule import When
from blocklists.rules.list_options import USUAL


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", modifiers.NONE),
        ("important", Modifiers(important=True)),
        ("Important,badfilter", Modifiers(important=True, badfilter=True)),
        ("dnstype=AAAA|A", Modifiers(when=When(types=(1, 28)))),
        ("dnstype=~HTTPS|~TYPE64", Modifiers(when=When(types_out=(64, 65)))),
        ("dnstype=SMIMEA|257|type65280", Modifiers(when=When(types=(53, 257, 65280)))),
        ("denyallow=x.Example|y.example", Modifiers(when=When(spared=("x.example", "y.example")))),
        ("client=10.0.0.0/8|~'Ann'", Modifiers(when=When(clients=("10.0.0.0/8",), clients_out=("ann",)))),
        (r"client='a\|b'", Modifiers(when=When(clients=("a|b",)))),
        ("ctag=device_tv|~user_child", Modifiers(when=When(tags=("device_tv",), tags_out=("user_child",)))),
        ("dnsrewrite=192.0.2.7", Modifiers(answer="A 192.0.2.7", rewrite=True)),
    ],
)
def test_what_modifiers_mean(text: str, expected: Modifiers) -> None:
    assert read(text, allow=False, options=USUAL) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("script", reasons.BROWSER),
        ("~script", reasons.BROWSER),
        ("domain=x.example", reasons.BROWSER),
        ("important,unheard", reasons.MODIFIER),
        ("dnstype=", reasons.VALUE),
        ("dnstype=TYPE0", reasons.VALUE),
        ("dnstype=65536", reasons.VALUE),
        ("denyallow=", reasons.VALUE),
        ("denyallow=~x.example", reasons.VALUE),
        ("client=", reasons.VALUE),
        ("ctag=~", reasons.VALUE),
    ],
)
def test_what_cannot_be_held(text: str, reason: str) -> None:
    with pytest.raises(Unheld) as caught:
        read(text, allow=False, options=USUAL)
    assert str(caught.value) == reason
