# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of the home's own, and where others go, as they are explained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path

import pytest

from resolver.answer import home_zone, snapshot
from resolver.explain import explanation
from resolver.explain.explain import Explainer
from resolver.explain.explanation import Explanation
from store.local.device_names import DeviceNames
from store.local.forwards import Forward
from store.local.local_records import LocalRecord
from store.log.records import Verdict
from wire import types
from wire.message import Question, Response

PRIVATE = ip_address("192.168.1.77").packed
RECORDS = ("nas.lan A 192.168.1.5", "nas.lan TXT hello", "to.lan CNAME www.shop.example", "*.lab.lan A 192.168.1.20")


class Looker:
    """Whoever is asked has a private address."""

    def __init__(self) -> None:
        self.asked: list[Sequence[str]] = []

    def __call__(self, question: Question, specs: Sequence[str]) -> tuple[Response, str]:
        self.asked.append(specs)
        return Response(0, b"", (0, 0, 0), addresses=[PRIVATE]), "10.0.0.1"


@pytest.fixture
def looker() -> Looker:
    return Looker()


@pytest.fixture
def explain(state: Path, looker: Looker) -> Explainer:
    records = [LocalRecord(*text.split(" ", 2)) for text in RECORDS]
    home = home_zone.build("telltale", "home.arpa", records, [Forward("corp.example", ("10.0.0.1", "10.0.0.2"))])
    tv = ip_address("192.168.1.7").packed
    home.devices = DeviceNames({"tv": (tv,)}, {tv: "tv"})
    return Explainer(replace(snapshot.build(state, {}), home=home), state, looker)


@pytest.mark.parametrize(
    ("name", "qtype", "rule", "answer"),
    [
        ("nas.lan", types.A, "nas.lan A 192.168.1.5", "192.168.1.5"),
        ("nas.lan", types.TXT, "nas.lan TXT hello", "hello"),
        ("nas.lan", types.AAAA, "nas.lan has no AAAA", "NODATA"),
        ("to.lan", types.A, "to.lan CNAME www.shop.example", "www.shop.example"),
        ("x.lab.lan", types.A, "*.lab.lan A 192.168.1.20", "192.168.1.20"),
        ("5.1.168.192.in-addr.arpa", types.PTR, "nas.lan has this address", "nas.lan"),
    ],
)
def test_a_record_is_told(explain: Explainer, name: str, qtype: int, rule: str, answer: str) -> None:
    told: Explanation = explain.explain(name, qtype)
    assert (told.judgement.verdict, told.judgement.blocklist, told.judgement.rule) == (Verdict.LOCAL, "records", rule)
    assert told.answer == answer and told.looked == f"A record of this home answers: {rule}."


def test_a_device_is_told(explain: Explainer) -> None:
    told = explain.explain("tv.home.arpa", types.A)
    assert (told.judgement.blocklist, told.answer) == ("devices", "192.168.1.7")
    assert told.looked == "A device of this home answers to it: tv.home.arpa."


def test_whom_a_domain_is_forwarded_to_is_told_and_asked_and_trusted(explain: Explainer, looker: Looker) -> None:
    told = explain.explain("tv.corp.example", types.A)
    assert told.looked.startswith("corp.example is forwarded to 10.0.0.1, 10.0.0.2. ")
    assert told.judgement.verdict is Verdict.PASS and looker.asked == [("10.0.0.1", "10.0.0.2")]
    other = explain.explain("www.shop.example", types.A)
    assert other.judgement.blocklist == "rebinding" and looker.asked[1] == ()
    assert explanation.NOWHERE not in told.looked
