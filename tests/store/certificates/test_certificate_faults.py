# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with a certificate, as a person is told; read from real ones."""

import pytest
from made_certificates import NOW, Made, made

from store.base.helper_statuses import CertificateFault
from store.certificates import reading
from store.certificates.certificate_faults import SOON, Wanted, judge
from store.certificates.certificate_files import Source

DAY = 86_400
ROOT = made("Root", authority=True, days=3650)
BETWEEN = made("Between", authority=True, days=1800, signed_by=ROOT, kind="other")
SERVER = made(signed_by=BETWEEN, kind="rsa", says_issuer=True)
NOTHING = Wanted((), ())


def faults(
    chain: bytes, key: bytes, source: Source = Source.FILES, wanted: Wanted = NOTHING, mode: int = 0o100600,
    now: float = NOW,
) -> list[CertificateFault]:  # fmt: skip
    return judge(reading.read(chain, key), source, wanted, mode, now)


def ids(*args: object, **more: object) -> list[str]:
    return [fault.id for fault in faults(*args, **more)]  # type: ignore[arg-type]


def test_a_good_one_has_none() -> None:
    assert ids(SERVER.pem + BETWEEN.pem, SERVER.key) == []
    assert ids(SERVER.pem + BETWEEN.pem + ROOT.pem, SERVER.key) == []


@pytest.mark.parametrize(("now", "told", "bad"), [
    (NOW + 80 * DAY, ["expires"], False),
    (NOW + 89 * DAY - SOON - 60, [], False),
    (NOW + 90 * DAY, ["expired"], True),
    (NOW - 2 * DAY, ["not_yet"], True),
    (1000.0, ["clock"], True),
])  # fmt: skip
def test_its_time(now: float, told: list[str], bad: bool) -> None:
    found = faults(SERVER.pem + BETWEEN.pem, SERVER.key, now=now)
    assert [fault.id for fault in found] == told
    assert all(fault.bad is bad for fault in found)


def test_its_end_is_told_in_days() -> None:
    (fault,) = faults(SERVER.pem + BETWEEN.pem, SERVER.key, now=NOW + 78 * DAY)
    assert fault.sentence.startswith("The certificate ends in 11 days")
    (fault,) = faults(SERVER.pem + BETWEEN.pem, SERVER.key, now=NOW + 78 * DAY, source=Source.HOME)
    assert "telltale certificate make" in fault.cure


@pytest.mark.parametrize(("chain", "key", "told"), [
    (SERVER.pem, SERVER.key, ["chain"]),
    (SERVER.pem + ROOT.pem, SERVER.key, ["order"]),
    (SERVER.pem + ROOT.pem + BETWEEN.pem, SERVER.key, ["order"]),
    (BETWEEN.pem + SERVER.pem, BETWEEN.key, ["order", "order", "no_names", "long"]),
    (SERVER.pem + BETWEEN.pem, ROOT.key, ["key"]),
])  # fmt: skip
def test_its_chain(chain: bytes, key: bytes, told: list[str]) -> None:
    assert ids(chain, key) == told


def test_one_that_signed_itself_is_whole() -> None:
    alone = made()
    assert ids(alone.pem, alone.key) == []


@pytest.mark.parametrize(("certificate", "told"), [
    (made(names=()), ["no_names"]), (made(kind="weak"), ["weak"]), (made(days=1000), ["long"]),
])  # fmt: skip
def test_what_clients_of_today_refuse(certificate: Made, told: list[str]) -> None:
    assert ids(certificate.pem, certificate.key) == told


def test_a_key_that_everybody_can_read() -> None:
    assert ids(SERVER.pem + BETWEEN.pem, SERVER.key, mode=0o100644) == ["readable"]
    assert ids(SERVER.pem + BETWEEN.pem, SERVER.key, mode=0o100640) == [], "a group may be meant"


def test_what_the_homes_own_lacks() -> None:
    home = made(names=("telltale.home.arpa", "*.telltale.home.arpa"), addresses=("10.0.0.1",))
    wanted = Wanted(("telltale.home.arpa", "tv.telltale.home.arpa", "telltale"), ("10.0.0.1", "10.0.0.2"))
    found = faults(home.pem, home.key, Source.HOME, wanted)
    assert [(fault.id, fault.bad) for fault in found] == [("names", False)]
    assert found[0].sentence == "The certificate does not hold telltale, 10.0.0.2."
    assert ids(home.pem, home.key, Source.FILES, wanted) == [], "who brings one chose its names"
